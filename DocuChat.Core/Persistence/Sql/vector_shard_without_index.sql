-- A shard for one tenant whose index is made after its rows have moved in: over all rows at once, in a fraction of the time that it takes one by one.
-- create_vector_shard stays for the replicas that run while this is installed.
create function add_vector_shard() returns integer
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
    return shard;
end
$$;

revoke execute on function add_vector_shard() from public;
grant execute on function add_vector_shard() to docuchat_app;
