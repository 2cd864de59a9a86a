using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Api.Members;

internal static class MembersApi
{
    public static void MapMembersApi(this IEndpointRouteBuilder api)
    {
        var members = api.MapGroup("/members").WithTags("Members").RequireAuthorization();
        members.MapGet("/", ListAsync).WithSummary("The tenant's members");
        members.MapDelete("/{userId:guid}", RemoveAsync).RequireAuthorization(AuthRegistration.AdminPolicy).WithSummary("Takes a member out of the tenant");
        api.MapInvitationsApi();
    }

    private static async Task<Ok<Page<MemberView>>> ListAsync(DocuChatDbContext database, CancellationToken cancellationToken)
    {
        var members = await database
            .Memberships.OrderBy(membership => membership.CreatedAt)
            .Select(membership => new MemberView(membership.UserId, membership.User!.Email!, membership.User.FullName, membership.Role, membership.CreatedAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<MemberView>(members, null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid userId, CurrentUser current, DocuChatDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await database.Memberships.SingleOrDefaultAsync(membership => membership.UserId == userId, cancellationToken) is not { } membership)
            return Problems.NotFound("member");
        if (membership.Role == MemberRole.Owner)
            return Problems.Conflict("The owner cannot be removed.", "Make another member the owner first.");

        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        database.Memberships.Remove(membership);
        database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = "member.removed", Subject = userId.ToString(), At = now });
        await database.SaveChangesAsync(cancellationToken);
        await database.RefreshTokens.Where(token => token.UserId == userId && token.RevokedAt == null).ExecuteUpdateAsync(token => token.SetProperty(row => row.RevokedAt, now), cancellationToken);
        await database.ApiKeys.Where(key => key.UserId == userId && key.RevokedAt == null).ExecuteUpdateAsync(key => key.SetProperty(row => row.RevokedAt, now), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}

public sealed record MemberView(Guid UserId, string Email, string FullName, MemberRole Role, DateTimeOffset JoinedAt);
