using System.ComponentModel.DataAnnotations;
using DocuChat.Api.Auth;
using DocuChat.Api.Http;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.Members;

/// <summary>The only way into a tenant that exists.</summary>
internal static class InvitationsApi
{
    public static void MapInvitationsApi(this IEndpointRouteBuilder api)
    {
        var invitations = api.MapGroup("/invitations").WithTags("Members");
        invitations.MapPost("/", InviteAsync).RequireAuthorization(AuthRegistration.AdminPolicy).WithMetadata(ShownOnce.Instance).WithSummary("Invites an address by e-mail; the token is shown this once");
        invitations.MapGet("/", ListAsync).RequireAuthorization(AuthRegistration.AdminPolicy).WithSummary("Open invitations");
        invitations.MapDelete("/{id:guid}", WithdrawAsync).RequireAuthorization(AuthRegistration.AdminPolicy).WithSummary("Withdraws an invitation");
        invitations.MapPost("/accept", AcceptAsync).WithSummary("Joins the tenant: with a new account, or with the password of an existing one");
    }

    private static async Task<Results<Created<CreatedInvitation>, ProblemHttpResult>> InviteAsync(
        InviteRequest request,
        CurrentUser current,
        DocuChatDbContext database,
        IOptions<AuthOptions> options,
        IOptions<BillingOptions> addresses,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (request.Role == MemberRole.Owner)
            return Problems.BadRequest("An owner cannot be invited.", "Invite a member or an admin.");
        var now = time.GetUtcNow();
        var token = Secrets.Create();
        var invitation = new Invitation
        {
            TenantId = current.TenantId,
            Email = request.Email.Trim(),
            Role = request.Role,
            TokenHash = Secrets.Hash(token),
            InvitedBy = current.UserId,
            CreatedAt = now,
            ExpiresAt = now + options.Value.InvitationLifetime,
        };
        database.Invitations.Add(invitation);
        // Without a Web there is no page to lead to: whoever invites passes the token on.
        if (addresses.Value.WebUrl is { } web)
            database.Notifications.Add(InvitationMail.Of(await database.Tenants.AsNoTracking().SingleAsync(cancellationToken), invitation, new Uri(web, $"/invitation?token={token}")));
        database.AuditEvents.Add(new AuditEvent { TenantId = current.TenantId, UserId = current.UserId, Action = "member.invited", Subject = invitation.Id.ToString(), At = now });
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/invitations/{invitation.Id}", new CreatedInvitation(invitation.Id, invitation.Email, invitation.Role, token, invitation.ExpiresAt));
    }

    private static async Task<Ok<Page<InvitationView>>> ListAsync(DocuChatDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var open = await database
            .Invitations.Where(invitation => invitation.AcceptedAt == null && invitation.ExpiresAt > now)
            .OrderByDescending(invitation => invitation.CreatedAt)
            .Select(invitation => new InvitationView(invitation.Id, invitation.Email, invitation.Role, invitation.CreatedAt, invitation.ExpiresAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<InvitationView>(open, null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(Guid id, DocuChatDbContext database, CancellationToken cancellationToken) =>
        await database.Invitations.Where(invitation => invitation.Id == id && invitation.AcceptedAt == null).ExecuteDeleteAsync(cancellationToken) == 1
            ? TypedResults.NoContent()
            : Problems.NotFound("open invitation");

    private static async Task<Results<Ok<TokenPair>, ProblemHttpResult, ValidationProblem>> AcceptAsync(
        AcceptRequest request,
        DocuChatDbContext database,
        TenantContext tenant,
        UserManager<User> users,
        TokenIssuer tokens,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var hash = Secrets.Hash(request.Token);
        var found = await database.Database.SqlQuery<FoundInvitation>($"select * from find_invitation({hash})").SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return Expired();
        tenant.Use(found.TenantId);

        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        // Locked, so that an invitation lets one person in, once.
        var invitation = await database.Invitations.FromSql($"select * from invitations where id = {found.Id} for update").SingleOrDefaultAsync(cancellationToken);
        if (invitation is null || invitation.AcceptedAt is not null || invitation.ExpiresAt <= now)
            return Expired();

        var user = await users.FindByEmailAsync(invitation.Email);
        if (user is null)
        {
            user = new User { UserName = invitation.Email, Email = invitation.Email, FullName = request.FullName?.Trim() is { Length: > 0 } name ? name : invitation.Email, CreatedAt = now };
            var created = await users.CreateAsync(user, request.Password);
            if (!created.Succeeded)
                return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["password"] = [.. created.Errors.Select(error => error.Description)] });
        }
        else if (!await users.CheckPasswordAsync(user, request.Password))
        {
            return Problems.Unauthorized("This address has an account, and the password is not its.", "Give the password of that account.");
        }

        if (await database.Memberships.AnyAsync(membership => membership.UserId == user.Id, cancellationToken))
            return Problems.Conflict("You are a member already.", "Sign in.");
        database.Memberships.Add(new Membership { TenantId = found.TenantId, UserId = user.Id, Role = invitation.Role, CreatedAt = now });
        database.AuditEvents.Add(new AuditEvent { TenantId = found.TenantId, UserId = user.Id, Action = "member.joined", Subject = invitation.Id.ToString(), At = now });
        invitation.AcceptedAt = now;
        var slug = await database.Tenants.Select(row => row.Slug).SingleAsync(cancellationToken);
        var pair = tokens.Begin(user, new SignIn(found.TenantId, slug, invitation.Role));
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(pair);
    }

    private static ProblemHttpResult Expired() =>
        TypedResults.Problem(statusCode: StatusCodes.Status410Gone, title: "This invitation is not valid any more.", detail: "It expired, was used or was withdrawn. Ask for a new one.");

    private sealed record FoundInvitation(Guid Id, Guid TenantId);
}

public sealed record InviteRequest([property: Required, EmailAddress, StringLength(254)] string Email, MemberRole Role = MemberRole.Member);

public sealed record CreatedInvitation(Guid Id, string Email, MemberRole Role, string Token, DateTimeOffset ExpiresAt);

public sealed record InvitationView(Guid Id, string Email, MemberRole Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

public sealed record AcceptRequest([property: Required] string Token, [property: Required, StringLength(200, MinimumLength = 8)] string Password, [property: StringLength(200)] string? FullName = null);
