-- Vectors lie in partitions. Shards 0 to 15 are shared by small tenants, whose few rows are scanned exactly through the primary key; a large
-- tenant gets a shard of its own with an HNSW index (vector_shards.sql), so that no tenant's filter ever cuts another's graph.
create table chunk_embeddings (
    shard integer not null,
    tenant_id uuid not null,
    model_id integer not null references embedding_models (id),
    chunk_id bigint not null,
    embedding halfvec not null,
    primary key (shard, tenant_id, model_id, chunk_id)
) partition by list (shard);

-- A vector beyond 2 kB would be moved out of line, and every distance would then fetch it.
alter table chunk_embeddings alter column embedding set storage main;

do $$
begin
    for shard in 0..15 loop
        execute format('create table chunk_embeddings_%s partition of chunk_embeddings for values in (%s)', shard, shard);
    end loop;
end
$$;

-- In place of a foreign key from chunk_id: its cascade would look for each deleted chunk in every partition there is. This looks once, in the
-- tenant's shard. Publishing and promotion lock the tenant's row, so that the shard stays while either works.
create function forget_embeddings() returns trigger language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
    owner record;
begin
    for owner in select t.id, t.shard from tenants t where t.id in (select tenant_id from gone) for key share loop
        delete from chunk_embeddings e using gone g
        where e.shard = owner.shard and e.tenant_id = owner.id and g.tenant_id = owner.id and e.chunk_id = g.id
          and e.model_id in (select id from embedding_models);
    end loop;
    return null;
end
$$;

create trigger forget_embeddings after delete on chunks referencing old table as gone
    for each statement execute function forget_embeddings();
