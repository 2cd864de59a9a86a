using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class TenancyConfiguration
    : IEntityTypeConfiguration<Tenant>,
        IEntityTypeConfiguration<Membership>,
        IEntityTypeConfiguration<Invitation>,
        IEntityTypeConfiguration<ApiKey>,
        IEntityTypeConfiguration<RefreshToken>,
        IEntityTypeConfiguration<AuditEvent>
{
    public void Configure(EntityTypeBuilder<Tenant> builder)
    {
        builder.Property(tenant => tenant.Slug).HasMaxLength(63);
        builder.Property(tenant => tenant.Name).HasMaxLength(200);
        builder.HasIndex(tenant => tenant.Slug).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.HasKey(membership => new { membership.TenantId, membership.UserId });
        builder.HasIndex(membership => membership.UserId);
        builder.HasOne(membership => membership.Tenant).WithMany().HasForeignKey(membership => membership.TenantId);
        builder.HasOne(membership => membership.User).WithMany().HasForeignKey(membership => membership.UserId);
    }

    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.HasIndex(invitation => invitation.TokenHash).IsUnique();
        builder.HasIndex(invitation => new { invitation.TenantId, invitation.CreatedAt });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(invitation => invitation.TenantId);
    }

    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.Property(key => key.Name).HasMaxLength(100);
        builder.HasIndex(key => key.KeyHash).IsUnique();
        builder.HasIndex(key => new { key.TenantId, key.CreatedAt });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(key => key.TenantId);
    }

    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.HasIndex(token => token.TokenHash).IsUnique();
        builder.HasIndex(token => new { token.TenantId, token.Family });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(token => token.TenantId);
    }

    public void Configure(EntityTypeBuilder<AuditEvent> builder)
    {
        builder.HasIndex(audit => new { audit.TenantId, audit.Id });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(audit => audit.TenantId);
    }
}
