using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DocuChat.Api.Auth;

/// <summary>What came of a registration: the new user and tenant, or why there is none.</summary>
internal sealed record RegistrationResult(User? User, Tenant? Tenant, TokenPair? Tokens, IEnumerable<IdentityError> Errors)
{
    public static RegistrationResult Refused(IEnumerable<IdentityError> errors) => new(null, null, null, errors);
}

/// <summary>Makes a user and a tenant of their own, in one transaction. Nobody enters an existing tenant this way.</summary>
internal sealed class Registration(DocuChatDbContext database, TenantContext tenantContext, UserManager<User> users, TokenIssuer tokens, TimeProvider time)
{
    private const int SlugTries = 5;

    public async Task<RegistrationResult> RegisterAsync(string email, string password, string fullName, string? organization, CancellationToken cancellationToken)
    {
        var name = string.IsNullOrWhiteSpace(organization) ? fullName.Trim() : organization.Trim();
        var id = Guid.CreateVersion7();
        tenantContext.Use(id);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CreateAsync(id, name, email, password, fullName.Trim(), cancellationToken);
            }
            catch (DbUpdateException exception) when (attempt < SlugTries && exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "ix_tenants_slug" })
            {
                // Another registration took the same name between our look and our insert: look again.
                database.ChangeTracker.Clear();
            }
        }
    }

    private async Task<RegistrationResult> CreateAsync(Guid id, string name, string email, string password, string fullName, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var user = new User { UserName = email, Email = email, FullName = fullName, CreatedAt = now };
        var created = await users.CreateAsync(user, password);
        if (!created.Succeeded)
            return RegistrationResult.Refused(created.Errors);

        var wanted = Slug.From(name) ?? Slug.From(email.Split('@')[0]) ?? "tenant";
        var slug = await database.Database.SqlQuery<string>($"select free_slug({wanted}) as \"Value\"").SingleAsync(cancellationToken);
        var tenant = new Tenant { Id = id, Name = name, Slug = slug, Shard = Tenant.SharedShardOf(id), CreatedAt = now };
        database.Tenants.Add(tenant);
        database.Memberships.Add(new Membership { TenantId = id, UserId = user.Id, Role = MemberRole.Owner, CreatedAt = now });
        database.AuditEvents.Add(new AuditEvent { TenantId = id, UserId = user.Id, Action = "tenant.registered", At = now });
        var pair = tokens.Begin(user, new SignIn(id, slug, MemberRole.Owner));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new RegistrationResult(user, tenant, pair, []);
    }
}
