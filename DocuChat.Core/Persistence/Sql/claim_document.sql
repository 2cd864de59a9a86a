-- Gives a worker the document to process next: of the tenant that was served least recently, the one that waits longest. What waits is a
-- document that is queued and due, or one whose worker let its lease run out. Leases are measured by the database's clock alone.
create function claim_document(lease interval)
    returns table (
        id uuid, tenant_id uuid, tenant_slug text, shard integer, name text, content_type text, bytes bigint, version integer,
        attempts integer, fencing_token bigint, uploaded_by uuid, trace_parent text, was_held boolean)
    language plpgsql security definer set search_path = public
as $$
declare
    tenant record;
    found_id uuid;
    held boolean;
begin
    for tenant in
        select t.id, t.slug, t.shard
        from tenants t
        where exists (
            select from documents d
            where d.tenant_id = t.id
              and ((d.status = 'Queued' and (d.queued_at <= now() or d.attempts = 0))
                   or (d.status in ('Extracting', 'Chunking', 'Embedding') and d.lease_until < now())))
        order by t.ingestion_served_at nulls first, t.id
    loop
        select d.id, d.status <> 'Queued' into found_id, held
        from documents d
        where d.tenant_id = tenant.id
          and ((d.status = 'Queued' and (d.queued_at <= now() or d.attempts = 0))
               or (d.status in ('Extracting', 'Chunking', 'Embedding') and d.lease_until < now()))
        order by d.queued_at
        limit 1
        for update skip locked;

        -- Others may have locked all that this tenant has.
        continue when found_id is null;

        update tenants t set ingestion_served_at = clock_timestamp() where t.id = tenant.id;
        return query
            update documents d
            set status = 'Extracting', percent = 0, error = null, stages = '[]',
                lease_until = now() + lease, fencing_token = d.fencing_token + 1, attempts = d.attempts + 1
            where d.id = found_id
            returning d.id, d.tenant_id, tenant.slug::text, tenant.shard, d.name::text, d.content_type::text, d.bytes, d.version,
                d.attempts, d.fencing_token, d.uploaded_by, d.trace_parent::text, held;
        return;
    end loop;
end
$$;

alter function claim_document(interval) owner to docuchat_operator;
revoke execute on function claim_document(interval) from public;
grant execute on function claim_document(interval) to docuchat_app;

-- What waits, of all tenants: how many, and for how long the one that waits longest. A reason to add workers, or to look after them.
create function document_queue()
    returns table (waiting bigint, oldest_seconds double precision)
    language sql stable security definer set search_path = public
as $$
    select count(*), coalesce(extract(epoch from greatest(now() - min(d.queued_at), interval '0')), 0)::double precision
    from documents d
    where (d.status = 'Queued' and (d.queued_at <= now() or d.attempts = 0))
       or (d.status in ('Extracting', 'Chunking', 'Embedding') and d.lease_until < now())
$$;

alter function document_queue() owner to docuchat_operator;
revoke execute on function document_queue() from public;
grant execute on function document_queue() to docuchat_app;
