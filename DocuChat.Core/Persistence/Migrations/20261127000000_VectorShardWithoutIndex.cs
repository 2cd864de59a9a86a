using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DocuChat.Core.Persistence.Migrations;

/// <summary>Adds a function; the model stays as it is.</summary>
[DbContext(typeof(DocuChatDbContext))]
[Migration("20261127000000_VectorShardWithoutIndex")]
public sealed class VectorShardWithoutIndex : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.SqlFile("vector_shard_without_index");

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("drop function add_vector_shard()");
}
