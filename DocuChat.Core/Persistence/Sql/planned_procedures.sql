-- A procedure in SQL is parsed and planned at each call, one in PL/pgSQL once a connection: nearly every transaction begins with the first of these.
create or replace procedure use_tenant(tenant uuid) language plpgsql as $$
begin
    perform set_config('docuchat.tenant', tenant::text, true);
end
$$;

create or replace procedure use_vector_search(candidates integer) language plpgsql as $$
begin
    perform set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', candidates::text, true);
end
$$;
