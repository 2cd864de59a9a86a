using Microsoft.AspNetCore.Identity;

namespace DocuChat.Core.Tenancy;

/// <summary>A person who signs in. A user is no tenant's property: memberships say where they belong.</summary>
public sealed class User : IdentityUser<Guid>
{
    public User() => Id = Guid.CreateVersion7();

    public required string FullName { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
