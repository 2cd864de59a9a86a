-- Makes a shard for one tenant: an empty partition and its HNSW index. The services' role owns nothing, so it may only call this; it moves the
-- tenant's rows itself, under the policies. New partitions get no grants: rows are reached through chunk_embeddings and its policies alone.

create sequence vector_shards start 1000;

create function create_vector_shard(model integer) returns integer
    language plpgsql security definer set search_path = public as $$
declare
    shard integer := nextval('vector_shards');
    part text := format('chunk_embeddings_%s', shard);
begin
    -- Attaching, unlike creating as a partition, lets others go on reading and writing the other shards.
    execute format('create table %I (like chunk_embeddings including defaults including storage, check (shard = %s))', part, shard);
    execute format('alter table %I enable row level security', part);
    execute format('alter table %I force row level security', part);
    execute format('alter table chunk_embeddings attach partition %I for values in (%s)', part, shard);
    perform create_vector_index(shard, model);
    return shard;
end
$$;

-- One index a model, since each has its own dimension. A model's rows are few or none when this is called first.
create function create_vector_index(shard integer, model integer) returns void
    language plpgsql security definer set search_path = public set max_parallel_maintenance_workers = 0 as $$
declare
    width integer;
begin
    if shard < 1000 then
        raise exception 'shard % is shared, and shared shards are scanned', shard;
    end if;
    select dimensions into strict width from embedding_models where id = model;
    execute format(
        'create index if not exists %I on %I using hnsw ((embedding::halfvec(%s)) halfvec_ip_ops) with (m = 16) where model_id = %s',
        format('hnsw_%s_%s', shard, model), format('chunk_embeddings_%s', shard), width, model);
end
$$;

create procedure use_vector_search(candidates integer) language sql as $$
    select set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', candidates::text, true)
$$;

comment on procedure use_vector_search(integer) is 'Lets this transaction search the graphs for that many candidates, and further when a filter takes some away.';

revoke execute on function create_vector_shard(integer), create_vector_index(integer, integer) from public;
grant execute on function create_vector_shard(integer), create_vector_index(integer, integer) to docuchat_app;
