-- Vectors lie in partitions. Shards 0 to 15 are shared by small tenants, whose few rows are scanned exactly through the primary key; a large
-- tenant gets a shard of its own with an HNSW index, so that no tenant's filter ever cuts another's graph.
create table chunk_embeddings (
    shard integer not null,
    tenant_id uuid not null,
    model_id integer not null references embedding_models (id),
    chunk_id bigint not null references chunks (id) on delete cascade,
    embedding halfvec not null,
    primary key (shard, tenant_id, model_id, chunk_id)
) partition by list (shard);

-- A vector beyond 2 kB would be moved out of line, and every distance would then fetch it.
alter table chunk_embeddings alter column embedding set storage main;

create index ix_chunk_embeddings_chunk_id on chunk_embeddings (chunk_id);

do $$
begin
    for shard in 0..15 loop
        execute format('create table chunk_embeddings_%s partition of chunk_embeddings for values in (%s)', shard, shard);
    end loop;
end
$$;
