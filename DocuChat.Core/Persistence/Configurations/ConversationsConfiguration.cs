using System.Text.Json;
using DocuChat.Core.Conversations;
using DocuChat.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class ConversationsConfiguration
    : IEntityTypeConfiguration<Conversation>,
        IEntityTypeConfiguration<Message>,
        IEntityTypeConfiguration<Citation>
{
    public void Configure(EntityTypeBuilder<Conversation> builder)
    {
        builder.Property(conversation => conversation.Title).HasMaxLength(200);
        builder.HasIndex(conversation => new { conversation.TenantId, conversation.UserId, conversation.UpdatedAt, conversation.Id });
        builder.HasOne<Tenant>().WithMany().HasForeignKey(conversation => conversation.TenantId);
    }

    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.HasIndex(message => new { message.ConversationId, message.CreatedAt, message.Id });
        builder.HasOne<Conversation>().WithMany().HasForeignKey(message => message.ConversationId).OnDelete(DeleteBehavior.Cascade);
        builder
            .Property(message => message.Receipt)
            .HasColumnType("jsonb")
            .HasConversion(
                receipt => JsonSerializer.Serialize(receipt, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<Receipt>(json, JsonSerializerOptions.Web)
            );
    }

    public void Configure(EntityTypeBuilder<Citation> builder)
    {
        builder.HasIndex(citation => new { citation.MessageId, citation.N }).IsUnique();
        builder.HasOne<Message>().WithMany(message => message.Citations).HasForeignKey(citation => citation.MessageId).OnDelete(DeleteBehavior.Cascade);
        builder
            .Property(citation => citation.Boxes)
            .HasColumnType("jsonb")
            .HasConversion(
                boxes => JsonSerializer.Serialize(boxes, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<List<CitationBox>>(json, JsonSerializerOptions.Web),
                new ValueComparer<IReadOnlyList<CitationBox>?>((left, right) => ReferenceEquals(left, right), boxes => boxes!.Count, boxes => boxes)
            );
    }
}
