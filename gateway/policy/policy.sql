-- What the gate reads and keeps, in the transaction in which parts are claimed.

-- name: facts
-- What is known of the contact of a conversation, on any channel.
select cast(:n as integer) as n, v.contact as contact, v.marketing_after as marketing_after,
    case when v.free_until > v.window_until then v.free_until else v.window_until end as window_until,
    (
        select max(o.window_until) from conversation o where o.tenant = :tenant and o.contact = v.contact
    ) as last_until,
    (
        select a.value from contact_attribute a
        where a.tenant = :tenant and a.contact = v.contact and a.name = 'time_zone'
    ) as time_zone,
    case when exists (
        select 1 from erasure e where e.tenant = :tenant and e.contact = v.contact and e.finished_at = 0
    ) then 1 else 0 end as leaving
from conversation v where v.tenant = :tenant and v.id = :conversation;

-- name: identities
select contact, kind, scope, value from identity
where tenant = :tenant and contact = :contact and retired_at = 0
order by kind, value;

-- name: hold_contact
-- Takes the contact's row, so that of two processes the second sees what the first has taken.
update contact set id = id where tenant = :tenant and id = :contact;

-- name: slots
select contact, at, purpose, message from slot
where tenant = :tenant and contact = :contact and at > :since
order by at desc limit 3000;

-- name: take_slot
-- Once for a message, however often it is tried.
insert into slot (tenant, contact, at, message, purpose)
select :tenant, :contact, cast(:now as bigint), :message, :purpose
where not exists (select 1 from slot s where s.tenant = :tenant and s.message = :message);

-- name: give_slot
delete from slot where tenant = :tenant and message = :message;

-- name: limit
select portfolio, most from portfolio where tenant = :tenant and portfolio = :portfolio;

-- name: hold_portfolio
-- Takes the portfolio's row, which is made when there is none.
insert into portfolio (tenant, portfolio, most, at) values (:tenant, :portfolio, 0, 0)
on conflict (tenant, portfolio) do update set most = portfolio.most;

-- name: learn_limit
insert into portfolio (tenant, portfolio, most, at) values (:tenant, :portfolio, :most, :at)
on conflict (tenant, portfolio) do update set most = excluded.most, at = excluded.at
where portfolio.at <= excluded.at;

-- name: hours
select portfolio, hour, contacts from reached_hour
where tenant = :tenant and portfolio = :portfolio and hour >= :since and contacts > 0
order by hour;

-- name: reached
select portfolio, contact from reached
where tenant = :tenant and portfolio = :portfolio and contact = :contact and at > :since;

-- name: reach
insert into reached (tenant, portfolio, contact, at, message)
values (:tenant, :portfolio, :contact, :now, :message)
on conflict (tenant, portfolio, contact) do update set at = excluded.at, message = excluded.message;

-- name: count_reached
insert into reached_hour (tenant, portfolio, hour, contacts) values (:tenant, :portfolio, :hour, :contacts)
on conflict (tenant, portfolio, hour) do update set contacts = reached_hour.contacts + excluded.contacts;

-- name: give_reached
delete from reached where tenant = :tenant and message = :message
returning tenant, portfolio, at;

-- name: keep
-- The first decision about a message, and each that says something else.
insert into decision (tenant, message, at, verdict, reason, until, detail)
select :tenant, :message, cast(:now as bigint), :verdict, :reason, cast(:until as bigint), :detail
where not exists (
    select 1 from decision d
    where d.tenant = :tenant and d.message = :message and d.verdict = :verdict and d.reason = :reason
        and d.at = (select max(l.at) from decision l where l.tenant = :tenant and l.message = :message)
)
on conflict do nothing;

-- name: decisions
select at, verdict, reason, until, detail from decision
where tenant = :tenant and message = :message order by at limit :limit;

-- name: silenced
-- The word with which a contact ended what answers nobody, when nothing was written behind it. Ids are in
-- the order of time.
select c.event from consent c
where c.tenant = :tenant and c.contact = :contact and c.purpose = 'service' and c.state = 'out'
    and not exists (
        select 1 from message m
        where m.tenant = :tenant and m.conversation = :conversation and m.id > c.event and m.direction = 'in'
    );
