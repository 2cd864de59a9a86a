using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Retrieval.Lexical;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DocuChat.Core.Persistence.Configurations;

internal sealed class RetrievalConfiguration
    : IEntityTypeConfiguration<Chunk>,
        IEntityTypeConfiguration<ChunkEmbedding>,
        IEntityTypeConfiguration<EmbeddingModel>,
        IEntityTypeConfiguration<LexicalSegment>,
        IEntityTypeConfiguration<LexicalBlock>
{
    public void Configure(EntityTypeBuilder<Chunk> builder)
    {
        builder.HasIndex(chunk => new { chunk.TenantId, chunk.DocumentId, chunk.Version, chunk.Ordinal }).IsUnique();
        // Which of the tenant's chunks there are: merging the lexical index asks for a range of them.
        builder.HasIndex(chunk => new { chunk.TenantId, chunk.Id });
        builder.HasOne<Document>().WithMany().HasForeignKey(chunk => chunk.DocumentId).OnDelete(DeleteBehavior.Cascade);
    }

    // Partitioned by list on the shard: the table itself is made by Sql/chunk_embeddings.sql.
    public void Configure(EntityTypeBuilder<ChunkEmbedding> builder)
    {
        builder.ToTable("chunk_embeddings", table => table.ExcludeFromMigrations());
        builder.HasKey(embedding => new { embedding.Shard, embedding.TenantId, embedding.ModelId, embedding.ChunkId });
        builder.Property(embedding => embedding.Embedding).HasColumnType("halfvec");
    }

    public void Configure(EntityTypeBuilder<EmbeddingModel> builder) => builder.HasIndex(model => model.Name).IsUnique();

    public void Configure(EntityTypeBuilder<LexicalSegment> builder)
    {
        // The tenant leads every key of the index: the policy's condition is then the index's own.
        builder.HasKey(segment => new { segment.TenantId, segment.Id });
        builder.Property(segment => segment.Id).UseIdentityAlwaysColumn();
        builder.HasIndex(segment => segment.DocumentId);
        builder.HasOne<Document>().WithMany().HasForeignKey(segment => segment.DocumentId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LexicalBlock> builder)
    {
        builder.HasKey(block => new { block.TenantId, block.SegmentId, block.Bucket, block.Term });
        builder.HasOne<LexicalSegment>().WithMany().HasForeignKey(block => new { block.TenantId, block.SegmentId }).OnDelete(DeleteBehavior.Cascade);
    }
}
