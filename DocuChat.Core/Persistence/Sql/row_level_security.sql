-- Every table that has a tenant_id, and tenants itself: the services' role sees the bound tenant's rows, the operator's role all. Forced, so
-- that the owner is held too.
do $$
declare
    target record;
begin
    for target in
        select t.table_name, case when t.table_name = 'tenants' then 'id' else 'tenant_id' end as tenant_column
        from information_schema.tables t
        where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
          and (t.table_name = 'tenants'
               or exists (select from information_schema.columns c
                          where c.table_schema = 'public' and c.table_name = t.table_name and c.column_name = 'tenant_id'))
    loop
        execute format('alter table %I enable row level security', target.table_name);
        execute format('alter table %I force row level security', target.table_name);
        execute format('create policy tenant_isolation on %I to docuchat_app using (%I = current_tenant())', target.table_name, target.tenant_column);
        execute format('create policy every_tenant on %I to docuchat_operator using (true)', target.table_name);
    end loop;
end
$$;

grant select, insert, update, delete on all tables in schema public to docuchat_app, docuchat_operator;
grant usage on all sequences in schema public to docuchat_app, docuchat_operator;
revoke insert, update, delete on price_list from docuchat_app;

-- The ledger is append-only, whoever asks.
revoke update, delete, truncate on usage_events from docuchat_app, docuchat_operator;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: correct it with a further row', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;

create trigger append_only before update or delete on usage_events for each row execute function refuse_change();
create trigger append_only_truncate before truncate on usage_events for each statement execute function refuse_change();
