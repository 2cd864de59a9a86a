using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DocuChat.Core.Persistence.Migrations;

/// <summary>The same procedures in a language that keeps their plans; the model stays as it is.</summary>
[DbContext(typeof(DocuChatDbContext))]
[Migration("20261127030000_PlannedProcedures")]
public sealed class PlannedProcedures : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.SqlFile("planned_procedures");

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(
            """
            create or replace procedure use_tenant(tenant uuid) language sql as
                'select set_config(''docuchat.tenant'', tenant::text, true)';
            create or replace procedure use_vector_search(candidates integer) language sql as
                'select set_config(''hnsw.iterative_scan'', ''relaxed_order'', true), set_config(''hnsw.ef_search'', candidates::text, true)';
            """
        );
}
