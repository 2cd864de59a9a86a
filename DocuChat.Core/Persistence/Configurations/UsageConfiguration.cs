using DocuChat.Core.Billing;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class UsageConfiguration
    : IEntityTypeConfiguration<UsageEvent>,
        IEntityTypeConfiguration<UsageReservation>,
        IEntityTypeConfiguration<UsageRollup>,
        IEntityTypeConfiguration<TenantBudget>,
        IEntityTypeConfiguration<Price>
{
    // Wide enough for any sum in Tomans, exact to a hundred-thousandth of a Rial.
    private const string Money = "numeric(28,6)";

    public void Configure(EntityTypeBuilder<UsageEvent> builder)
    {
        builder.Property(usage => usage.CostTomans).HasColumnType(Money);
        builder.HasIndex(usage => new { usage.TenantId, usage.RequestId, usage.Kind, usage.Attempt }).IsUnique();
        builder.HasIndex(usage => new { usage.TenantId, usage.BeganAt });
        // Late rows are found by their number.
        builder.HasIndex(usage => new { usage.TenantId, usage.Id });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(usage => usage.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<UsageReservation> builder)
    {
        builder.Property(reservation => reservation.CostReserved).HasColumnType(Money);
        builder.HasIndex(reservation => new { reservation.TenantId, reservation.RequestId, reservation.Kind, reservation.Attempt }).IsUnique();
        builder.HasIndex(reservation => reservation.HeartbeatAt);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(reservation => reservation.TenantId);
    }

    public void Configure(EntityTypeBuilder<UsageRollup> builder)
    {
        builder.HasKey(rollup => new { rollup.TenantId, rollup.Quarter, rollup.UserId, rollup.Kind, rollup.Model });
        builder.Property(rollup => rollup.CostTomans).HasColumnType(Money);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(rollup => rollup.TenantId);
    }

    public void Configure(EntityTypeBuilder<TenantBudget> builder)
    {
        builder.ToTable("tenant_budget", table => table.HasCheckConstraint("ck_tenant_budget_limit", "monthly_limit > 0"));
        builder.HasKey(budget => budget.TenantId);
        builder.Property(budget => budget.MonthlyLimit).HasColumnType(Money);
        builder.HasOne<Tenant>().WithOne().HasForeignKey<TenantBudget>(budget => budget.TenantId);
    }

    public void Configure(EntityTypeBuilder<Price> builder)
    {
        builder.ToTable("price_list");
        builder.Property(price => price.TomansPerThousandTokens).HasColumnType(Money);
        builder.HasIndex(price => new { price.Version, price.Model, price.Direction }).IsUnique().AreNullsDistinct(false);
        var epoch = DateTimeOffset.UnixEpoch;
        builder.HasData(
            new Price { Id = 1, Version = 1, Direction = TokenDirection.In, TomansPerThousandTokens = Price.DefaultTomansPerThousandTokens, ValidFrom = epoch },
            new Price { Id = 2, Version = 1, Direction = TokenDirection.Out, TomansPerThousandTokens = Price.DefaultTomansPerThousandTokens, ValidFrom = epoch }
        );
    }
}
