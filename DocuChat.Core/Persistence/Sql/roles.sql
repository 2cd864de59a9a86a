-- The roles are the cluster's, so another database of it may have made them at the same moment.
do $$
declare
    name text;
begin
    foreach name in array array['docuchat_app', 'docuchat_operator'] loop
        begin
            execute format('create role %I nologin', name);
        exception when duplicate_object or unique_violation then
            null;
        end;
        -- With one DATABASE_URL for all, the services sign in as its user and SET ROLE. From 16 on a role is given to its maker without that right.
        if not pg_has_role(current_user, name, case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) then
            execute format('grant %I to current_user', name);
        end if;
    end loop;
end
$$;

create function current_tenant() returns uuid language sql stable
    return nullif(current_setting('docuchat.tenant', true), '')::uuid;

comment on function current_tenant() is 'The tenant that this transaction is bound to, or null.';

create procedure use_tenant(tenant uuid) language sql
    as 'select set_config(''docuchat.tenant'', tenant::text, true)';

comment on procedure use_tenant(uuid) is 'Binds this transaction to a tenant.';

grant usage on schema public to docuchat_app, docuchat_operator;
-- The owner of a function needs this right while it is given to the role.
grant create on schema public to docuchat_operator;
