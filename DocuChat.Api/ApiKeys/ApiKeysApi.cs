using System.ComponentModel.DataAnnotations;
using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.ApiKeys;

internal static class ApiKeysApi
{
    private const int ShownPrefix = 12;

    public static void MapApiKeysApi(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/api-keys").WithTags("API keys").RequireAuthorization();
        keys.MapPost("/", CreateAsync).WithMetadata(ShownOnce.Instance).WithSummary("Makes a key; it is shown this once");
        keys.MapGet("/", ListAsync).WithSummary("The caller's keys; an administrator sees all of the tenant's");
        keys.MapDelete("/{id:guid}", RevokeAsync).WithSummary("Revokes a key at once");
    }

    private static async Task<Created<CreatedKey>> CreateAsync(CreateKeyRequest request, CurrentUser current, DocuChatDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = Secrets.Create(ApiKeyHandler.Prefix);
        var key = new ApiKey
        {
            TenantId = current.TenantId,
            UserId = current.UserId,
            Name = request.Name.Trim(),
            Prefix = secret[..ShownPrefix],
            KeyHash = Secrets.Hash(secret),
            CreatedAt = time.GetUtcNow(),
        };
        database.ApiKeys.Add(key);
        database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = "api_key.created", Subject = key.Id.ToString(), At = key.CreatedAt });
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/api-keys/{key.Id}", new CreatedKey(key.Id, key.Name, secret));
    }

    private static async Task<Ok<Page<KeyView>>> ListAsync(CurrentUser current, DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var keys = await Visible(database, current).OrderByDescending(key => key.CreatedAt).Select(key => new KeyView(key.Id, key.Name, key.Prefix, key.CreatedAt, key.LastUsedAt)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<KeyView>(keys, null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid id, CurrentUser current, DocuChatDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await Visible(database, current).SingleOrDefaultAsync(key => key.Id == id, cancellationToken) is not { } key)
            return Problems.NotFound("API key");
        key.RevokedAt = time.GetUtcNow();
        database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = "api_key.revoked", Subject = id.ToString(), At = key.RevokedAt.Value });
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static IQueryable<ApiKey> Visible(DocuChatDbContext database, CurrentUser current) =>
        database.ApiKeys.Where(key => key.RevokedAt == null && (current.Role >= MemberRole.Admin || key.UserId == current.UserId));
}

public sealed record CreateKeyRequest([property: Required, StringLength(100, MinimumLength = 1)] string Name);

public sealed record CreatedKey(Guid Id, string Name, string Key);

public sealed record KeyView(Guid Id, string Name, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
