-- A tenant's budget and what a month has taken of it; no row when it has none. One statement, so one snapshot: a call that settles meanwhile is used or
-- reserved, never both and never neither. Tomans are those of an invoice: after the greatest discount that was valid when the quarter of an hour began.
create function budget_month(tenant uuid, moment timestamptz)
    returns table (unit text, monthly_limit numeric, used numeric, reserved numeric, starts timestamptz, resets_at timestamptz, time_zone text, has_refused boolean)
    language sql stable
as $$
    with discounts as materialized (
        select d.percent, d.valid_from, d.valid_until from tenant_discount d where d.tenant_id = tenant
    ),
    month as (
        select b.unit, b.monthly_limit, b.refused_at, t.time_zone,
               date_trunc('month', moment at time zone t.time_zone) at time zone t.time_zone as starts,
               (date_trunc('month', moment at time zone t.time_zone) + interval '1 month') at time zone t.time_zone as resets_at
        from tenant_budget b join tenants t on t.id = b.tenant_id
        where b.tenant_id = tenant
    ),
    quarters as (
        select r.quarter as began, sum(r.tokens_in + r.tokens_out) as tokens, sum(r.cost_tomans) as cost
        from month m join usage_rollups r on r.tenant_id = tenant and r.quarter >= m.starts and r.quarter < m.resets_at
        group by r.quarter
    ),
    under_way as (
        select u.began_at as began, u.tokens_reserved::numeric as tokens, u.cost_reserved as cost
        from month m join usage_reservations u on u.tenant_id = tenant and u.began_at >= m.starts and u.began_at < m.resets_at
    ),
    sums as (
        select coalesce(sum(a.tokens), 0) as tokens,
               coalesce(sum(a.cost * (100 - coalesce((select max(d.percent) from discounts d where d.valid_from <= a.began and (d.valid_until is null or d.valid_until > a.began)), 0)) / 100), 0) as cost,
               a.settled
        from (select true as settled, q.* from quarters q union all select false, u.* from under_way u) a
        group by a.settled
    )
    select m.unit, m.monthly_limit,
           coalesce((select case m.unit when 'Tokens' then s.tokens else s.cost end from sums s where s.settled), 0),
           coalesce((select case m.unit when 'Tokens' then s.tokens else s.cost end from sums s where not s.settled), 0),
           m.starts, m.resets_at, m.time_zone, coalesce(m.refused_at >= m.starts and m.refused_at < m.resets_at, false)
    from month m
$$;

-- May a call that begins at a moment be made, which uses no more than these tokens, at this list price? Those that ask at once wait for each other at the
-- tenant's budget until the asking transaction has ended, and so each sees the reservations before it. A tenant without a budget waits for nobody.
create function admit_usage(tenant uuid, moment timestamptz, kind text, tokens integer, cost numeric)
    returns table (admitted boolean, asked numeric, unit text, monthly_limit numeric, used numeric, reserved numeric, starts timestamptz, resets_at timestamptz, time_zone text, has_refused boolean)
    language plpgsql
as $$
declare
    found_month record;
    asks numeric;
begin
    perform from tenant_budget b where b.tenant_id = tenant for update;
    if not found then
        return query select true, null::numeric, null::text, null::numeric, null::numeric, null::numeric, null::timestamptz, null::timestamptz, null::text, false;
        return;
    end if;
    -- A statement of its own, whose snapshot is taken after the lock.
    select * into strict found_month from budget_month(tenant, moment);
    asks := case found_month.unit
        when 'Tokens' then tokens
        else cost * (100 - coalesce((select max(d.percent) from tenant_discount d where d.tenant_id = tenant and d.valid_from <= moment and (d.valid_until is null or d.valid_until > moment)), 0)) / 100
    end;
    -- A question that does not fit beside what is used, near the end of the budget, is its end. (A large document, or a tiny budget's first question, is not.)
    if kind = 'Chat' and not found_month.has_refused and found_month.used + asks > found_month.monthly_limit and found_month.used >= found_month.monthly_limit * 0.8 then
        update tenant_budget b set refused_at = moment where b.tenant_id = tenant;
        found_month.has_refused := true;
    end if;
    return query
    select found_month.used + found_month.reserved + asks <= found_month.monthly_limit, asks, found_month.unit, found_month.monthly_limit, found_month.used, found_month.reserved,
           found_month.starts, found_month.resets_at, found_month.time_zone, found_month.has_refused;
end
$$;
