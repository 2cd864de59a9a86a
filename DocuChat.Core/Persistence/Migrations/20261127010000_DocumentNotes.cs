using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DocuChat.Core.Persistence.Migrations;

/// <summary>What a reader of a document should know: pages without text.</summary>
[DbContext(typeof(DocuChatDbContext))]
[Migration("20261127010000_DocumentNotes")]
public sealed class DocumentNotes : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string[]>("notes", "documents", "text[]", nullable: false, defaultValueSql: "'{}'");

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("notes", "documents");
}
