using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DocuChat.Core.Persistence;

/// <summary>Ready means that the database answers and has the schema that this build was made for, or a later one.</summary>
internal sealed class SchemaHealthCheck(DocuChatDbContext database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var wanted = database.Database.GetMigrations().Last();
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellationToken)).LastOrDefault();
        return string.CompareOrdinal(applied, wanted) >= 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The schema is at {applied ?? "nothing"}, this build needs {wanted}: run the migrations.");
    }
}
