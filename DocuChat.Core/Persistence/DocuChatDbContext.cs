using DocuChat.Core.Billing;
using DocuChat.Core.Conversations;
using DocuChat.Core.Documents;
using DocuChat.Core.Notifications;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Retrieval.Lexical;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Core.Persistence;

/// <summary>The whole schema. Mappings are beside it, one file a feature; policies, roles and functions are the SQL files.</summary>
public sealed class DocuChatDbContext : IdentityUserContext<User, Guid>
{
    public DocuChatDbContext(DbContextOptions<DocuChatDbContext> options, TenantContext tenant)
        : base(options)
    {
        Tenant = tenant;
        // A save is bound to the tenant by its transaction, so even one of a single row needs one; see TenantBinding.
        Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
    }

    /// <summary>The tenant that this context's queries and transactions are bound to.</summary>
    public TenantContext Tenant { get; }

    public DbSet<Tenant> Tenants => Set<Tenant>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<Document> Documents => Set<Document>();
    public DbSet<DocumentFilePart> DocumentFiles => Set<DocumentFilePart>();
    public DbSet<DocumentText> DocumentTexts => Set<DocumentText>();
    public DbSet<DocumentPage> DocumentPages => Set<DocumentPage>();

    public DbSet<Chunk> Chunks => Set<Chunk>();
    public DbSet<ChunkEmbedding> ChunkEmbeddings => Set<ChunkEmbedding>();
    public DbSet<EmbeddingModel> EmbeddingModels => Set<EmbeddingModel>();
    public DbSet<LexicalSegment> LexicalSegments => Set<LexicalSegment>();
    public DbSet<LexicalBlock> LexicalBlocks => Set<LexicalBlock>();

    public DbSet<Conversation> Conversations => Set<Conversation>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<Citation> Citations => Set<Citation>();

    public DbSet<UsageEvent> UsageEvents => Set<UsageEvent>();
    public DbSet<UsageReservation> UsageReservations => Set<UsageReservation>();
    public DbSet<UsageRollup> UsageRollups => Set<UsageRollup>();
    public DbSet<TenantBudget> TenantBudgets => Set<TenantBudget>();
    public DbSet<Price> Prices => Set<Price>();

    public DbSet<Invoice> Invoices => Set<Invoice>();
    public DbSet<InvoiceLine> InvoiceLines => Set<InvoiceLine>();
    public DbSet<BillingAccount> BillingAccounts => Set<BillingAccount>();
    public DbSet<BillingCredit> BillingCredits => Set<BillingCredit>();
    public DbSet<TenantDiscount> TenantDiscounts => Set<TenantDiscount>();
    public DbSet<BillingRunRecord> BillingRuns => Set<BillingRunRecord>();
    public DbSet<PaymentAttempt> PaymentAttempts => Set<PaymentAttempt>();
    public DbSet<Notification> Notifications => Set<Notification>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasPostgresExtension("vector");
        builder.Entity<User>().ToTable("users");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.ApplyConfigurationsFromAssembly(typeof(DocuChatDbContext).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // Enumerations are stored as words: a row explains itself, and reordering an enum cannot change what it says.
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }
}
