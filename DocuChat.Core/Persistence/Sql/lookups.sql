-- What must be found before a tenant is known, and the few questions that are about all of them. Each runs as docuchat_operator, tells no more
-- than its caller needs, and is the only way round the policies for the services' role.

create function find_sign_in(user_key uuid)
    returns table (tenant_id uuid, slug text, role text)
    language sql stable security definer set search_path = public
as $$
    select m.tenant_id, t.slug::text, m.role::text
    from memberships m join tenants t on t.id = m.tenant_id
    where m.user_id = user_key
    order by m.created_at desc
    limit 1;
$$;

create function find_api_key(hash bytea)
    returns table (id uuid, tenant_id uuid, user_id uuid, slug text, role text)
    language sql stable security definer set search_path = public
as $$
    select k.id, k.tenant_id, k.user_id, t.slug::text, m.role::text
    from api_keys k
    join tenants t on t.id = k.tenant_id
    join memberships m on m.tenant_id = k.tenant_id and m.user_id = k.user_id
    where k.key_hash = hash and k.revoked_at is null;
$$;

create function find_refresh_token(hash bytea)
    returns table (id uuid, tenant_id uuid)
    language sql stable security definer set search_path = public
as $$
    select r.id, r.tenant_id from refresh_tokens r where r.token_hash = hash;
$$;

create function find_invitation(hash bytea)
    returns table (id uuid, tenant_id uuid)
    language sql stable security definer set search_path = public
as $$
    select i.id, i.tenant_id from invitations i where i.token_hash = hash;
$$;

-- The wanted name, or the first of wanted-2, wanted-3, … that no tenant has.
create function free_slug(wanted text)
    returns text
    language sql stable security definer set search_path = public
as $$
    select candidate
    from (select concat(wanted, nullif('-' || n, '-1')) as candidate, n from generate_series(1, 10000) n) candidates
    where not exists (select from tenants t where t.slug = candidate)
    order by n
    limit 1;
$$;

-- Metrics name every tenant from its first moment.
create function tenant_chunk_counts()
    returns table (slug text, chunks bigint)
    language sql stable security definer set search_path = public
as $$
    select t.slug::text, coalesce(sum(d.chunks), 0)::bigint
    from tenants t left join documents d on d.tenant_id = t.id
    group by t.slug;
$$;

do $$
declare
    name text;
begin
    foreach name in array array[
        'find_sign_in(uuid)', 'find_api_key(bytea)', 'find_refresh_token(bytea)', 'find_invitation(bytea)', 'free_slug(text)', 'tenant_chunk_counts()'] loop
        execute format('alter function %s owner to docuchat_operator', name);
        execute format('revoke execute on function %s from public', name);
        execute format('grant execute on function %s to docuchat_app', name);
    end loop;
end
$$;
