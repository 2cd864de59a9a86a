-- The ledger's numbers are given out under a lock that the closing of a period takes alone. So when a run reads the highest number, every event
-- up to it is committed and every later one has a higher number: an invoice's events are told by two numbers, and none falls between two.
create function lock_ledger(tenant uuid, alone boolean) returns void language plpgsql as $$
begin
    if alone then
        perform pg_advisory_xact_lock(hashtextextended(tenant::text, 4));
    else
        perform pg_advisory_xact_lock_shared(hashtextextended(tenant::text, 4));
    end if;
end
$$;

create function number_usage_event() returns trigger language plpgsql as $$
begin
    perform lock_ledger(new.tenant_id, alone => false);
    -- The column's own default was drawn before the lock was held.
    new.id := nextval('usage_events_id_seq');
    return new;
end
$$;

create trigger number_under_lock before insert on usage_events for each row execute function number_usage_event();

-- An issued invoice is never changed: a credit on the next one corrects it. What changes is where it stands, and never back from an end.
create function keep_invoice() returns trigger language plpgsql as $$
declare
    state constant text[] := array['status', 'status_reason', 'issued_at', 'due_at', 'zibal_track_id', 'paid_at'];
begin
    if tg_op = 'DELETE' then
        raise exception 'invoice % cannot be deleted: void it, with a reason', old.id using errcode = 'integrity_constraint_violation';
    end if;
    if to_jsonb(new) - state <> to_jsonb(old) - state then
        raise exception 'invoice % cannot be changed: correct it with a credit on the next one', old.id using errcode = 'integrity_constraint_violation';
    end if;
    if old.status in ('paid', 'void', 'carried') and to_jsonb(new) <> to_jsonb(old) then
        raise exception 'invoice % is % for good', old.id, old.status using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;

create trigger issued_is_kept before update or delete on tenant_invoice for each row execute function keep_invoice();
create trigger issued_is_kept_truncate before truncate on tenant_invoice for each statement execute function refuse_change();
create trigger append_only before update or delete on invoice_line for each row execute function refuse_change();
create trigger append_only_truncate before truncate on invoice_line for each statement execute function refuse_change();
-- A price that something was computed with stays what it was; a new version replaces it from its day on.
create trigger append_only before update or delete on price_list for each row execute function refuse_change();
-- Finer prices would not fit the ledger's six decimals exactly.
alter table price_list add constraint ck_price_list_exact check (tomans_per_thousand_tokens >= 0 and tomans_per_thousand_tokens = trunc(tomans_per_thousand_tokens, 3));

-- The Api reads invoices, moves their state and keeps attempts to pay them; it writes none, and no discount or credit either.
revoke insert, delete on tenant_invoice from docuchat_app;
revoke insert, update, delete on invoice_line, tenant_discount, billing_accounts, billing_credits from docuchat_app;
revoke all on billing_runs from docuchat_app;
revoke delete on payment_attempt from docuchat_app, docuchat_operator;

-- A pay link names an invoice, a callback a payment: whose they are is found here.
create function find_invoice(invoice bigint)
    returns table (tenant_id uuid)
    language sql stable security definer set search_path = public
as $$
    select i.tenant_id from tenant_invoice i where i.id = invoice;
$$;

create function find_payment(track bigint)
    returns table (id uuid, tenant_id uuid, invoice_id bigint)
    language sql stable security definer set search_path = public
as $$
    select p.id, p.tenant_id, p.invoice_id from payment_attempt p where p.track_id = track;
$$;

do $$
declare
    name text;
begin
    foreach name in array array['find_invoice(bigint)', 'find_payment(bigint)'] loop
        execute format('alter function %s owner to docuchat_operator', name);
        execute format('revoke execute on function %s from public', name);
        execute format('grant execute on function %s to docuchat_app', name);
    end loop;
end
$$;
