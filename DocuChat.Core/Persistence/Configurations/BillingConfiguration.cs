using DocuChat.Core.Billing;
using DocuChat.Core.Notifications;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class BillingConfiguration
    : IEntityTypeConfiguration<Invoice>,
        IEntityTypeConfiguration<InvoiceLine>,
        IEntityTypeConfiguration<BillingAccount>,
        IEntityTypeConfiguration<BillingCredit>,
        IEntityTypeConfiguration<TenantDiscount>,
        IEntityTypeConfiguration<BillingRunRecord>,
        IEntityTypeConfiguration<PaymentAttempt>,
        IEntityTypeConfiguration<Notification>
{
    // The ledger's six decimals times a percentage of two: nothing is ever rounded on its way to the invoice's amount.
    private const string Money = "numeric(28,10)";
    private const string Percent = "numeric(5,2)";

    public void Configure(EntityTypeBuilder<Invoice> builder)
    {
        builder.ToTable("tenant_invoice");
        builder.Property(invoice => invoice.Amount).HasColumnType(Money);
        builder.Property(invoice => invoice.Subtotal).HasColumnType(Money);
        builder.Property(invoice => invoice.CarriedIn).HasColumnType(Money);
        builder.Property(invoice => invoice.CarriedOut).HasColumnType(Money);
        builder.Property(invoice => invoice.Discount).HasColumnType(Percent);
        builder.Property(invoice => invoice.Status).HasConversion(LowerCase<InvoiceStatus>());
        builder.HasIndex(invoice => new { invoice.TenantId, invoice.Period }).IsUnique();
        builder.HasIndex(invoice => invoice.DueAt).HasFilter("status = 'pending'");
        builder.HasIndex(invoice => invoice.TenantId, "ix_tenant_invoice_overdue").HasFilter("status = 'overdue'");
        builder.HasOne<Tenant>().WithMany().HasForeignKey(invoice => invoice.TenantId).OnDelete(DeleteBehavior.Restrict);
        builder.ToTable(table => table.HasCheckConstraint("ck_tenant_invoice_sum", "carried_in + subtotal = amount + carried_out"));
        builder.ToTable(table => table.HasCheckConstraint("ck_tenant_invoice_whole_rials", "amount >= 0 and amount = trunc(amount, 1)"));
    }

    public void Configure(EntityTypeBuilder<InvoiceLine> builder)
    {
        builder.ToTable("invoice_line");
        builder.Property(line => line.Kind).HasConversion(LowerCase<InvoiceLineKind>());
        builder.Property(line => line.ListAmount).HasColumnType(Money);
        builder.Property(line => line.Amount).HasColumnType(Money);
        builder.Property(line => line.Discount).HasColumnType(Percent);
        builder.HasIndex(line => new { line.InvoiceId, line.Ordinal }).IsUnique();
        builder.HasOne(line => line.Invoice).WithMany().HasForeignKey(line => line.InvoiceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(line => line.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<BillingAccount> builder)
    {
        builder.HasKey(account => account.TenantId);
        builder.Property(account => account.Carried).HasColumnType(Money);
        builder.HasOne<Tenant>().WithOne().HasForeignKey<BillingAccount>(account => account.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<BillingCredit> builder)
    {
        builder.Property(credit => credit.Amount).HasColumnType(Money);
        builder.HasIndex(credit => credit.TenantId).HasFilter("invoice_id is null");
        builder.HasOne<Invoice>().WithMany().HasForeignKey(credit => credit.InvoiceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Invoice>().WithMany().HasForeignKey(credit => credit.CorrectsInvoiceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(credit => credit.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<TenantDiscount> builder)
    {
        builder.ToTable("tenant_discount", table => table.HasCheckConstraint("ck_tenant_discount_percent", "percent between 0 and 100"));
        builder.Property(discount => discount.Percent).HasColumnType(Percent);
        builder.HasIndex(discount => new { discount.TenantId, discount.ValidFrom });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(discount => discount.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<BillingRunRecord> builder)
    {
        builder.ToTable("billing_runs");
        builder.Property(run => run.Total).HasColumnType(Money);
    }

    public void Configure(EntityTypeBuilder<PaymentAttempt> builder)
    {
        builder.ToTable("payment_attempt");
        builder.Property(attempt => attempt.Status).HasConversion(LowerCase<PaymentStatus>());
        builder.HasIndex(attempt => attempt.TrackId).IsUnique();
        builder.HasIndex(attempt => attempt.InvoiceId);
        builder.HasIndex(attempt => attempt.InvoiceId, "ux_payment_attempt_paid").IsUnique().HasFilter("status = 'paid'");
        builder.HasIndex(attempt => attempt.CheckAt).HasFilter("check_at is not null");
        builder.HasOne<Invoice>().WithMany().HasForeignKey(attempt => attempt.InvoiceId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(attempt => attempt.TenantId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Notification> builder)
    {
        builder.HasIndex(notification => new { notification.TenantId, notification.Key }).IsUnique();
        builder.HasIndex(notification => notification.DueAt).HasFilter("sent_at is null and failed_at is null");
        builder.HasOne<Tenant>().WithMany().HasForeignKey(notification => notification.TenantId).OnDelete(DeleteBehavior.Cascade);
    }

    private static ValueConverter<T, string> LowerCase<T>()
        where T : struct, Enum => new(value => value.ToString().ToLowerInvariant(), text => Enum.Parse<T>(text, ignoreCase: true));
}
