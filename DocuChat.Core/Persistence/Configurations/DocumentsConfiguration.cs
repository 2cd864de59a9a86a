using System.Text.Json;
using DocuChat.Core.Documents;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class DocumentsConfiguration
    : IEntityTypeConfiguration<Document>,
        IEntityTypeConfiguration<DocumentFilePart>,
        IEntityTypeConfiguration<DocumentText>,
        IEntityTypeConfiguration<DocumentPage>
{
    public void Configure(EntityTypeBuilder<Document> builder)
    {
        builder.Property(document => document.Name).HasMaxLength(500);
        builder
            .Property(document => document.Stages)
            .HasColumnType("jsonb")
            .HasConversion(
                stages => JsonSerializer.Serialize(stages, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<List<DocumentStage>>(json, JsonSerializerOptions.Web)!,
                new ValueComparer<IReadOnlyList<DocumentStage>>((left, right) => left!.SequenceEqual(right!), stages => stages.Count, stages => stages.ToList())
            );
        builder.PrimitiveCollection(document => document.Notes).HasDefaultValueSql("'{}'");
        builder.HasIndex(document => new { document.TenantId, document.CreatedAt, document.Id });
        builder.HasIndex(document => new { document.TenantId, document.Sha256 }).IsUnique();
        builder.HasIndex(document => new { document.TenantId, document.QueuedAt }).HasFilter("status not in ('Ready', 'Failed', 'Cancelled')");
        builder.HasOne<Tenant>().WithMany().HasForeignKey(document => document.TenantId);
    }

    public void Configure(EntityTypeBuilder<DocumentFilePart> builder)
    {
        builder.ToTable("document_files");
        builder.HasKey(part => new { part.DocumentId, part.Version, part.Part });
        builder.HasOne<Document>().WithMany().HasForeignKey(part => part.DocumentId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DocumentText> builder)
    {
        builder.ToTable("document_texts");
        builder.HasKey(text => new { text.DocumentId, text.Version });
        builder.HasOne<Document>().WithMany().HasForeignKey(text => text.DocumentId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DocumentPage> builder)
    {
        builder.ToTable("document_pages");
        builder.HasKey(page => new { page.DocumentId, page.Version, page.Page });
        builder.HasOne<Document>().WithMany().HasForeignKey(page => page.DocumentId).OnDelete(DeleteBehavior.Cascade);
    }
}
