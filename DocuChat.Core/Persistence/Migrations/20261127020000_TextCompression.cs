using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DocuChat.Core.Persistence.Migrations;

/// <summary>How new texts and files are compressed; the model stays as it is, and what is stored already stays as it is stored.</summary>
[DbContext(typeof(DocuChatDbContext))]
[Migration("20261127020000_TextCompression")]
public sealed class TextCompression : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.SqlFile("text_compression");

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            alter table document_files alter column content set compression default;
            alter table document_texts alter column text set compression default;
            alter table chunks alter column text set compression default;
            """
        );
}
