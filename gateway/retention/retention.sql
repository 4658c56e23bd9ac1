-- What is older than it is to be kept, a page of one tenant at a time: found on a reader by an index, removed in
-- a unit of its own. What is open stays, and is asked for again where it is removed.

-- name: tenants
-- Those that were removed too: what was theirs goes in time.
select tenant, retention, origin from tenant order by tenant;

-- name: journal_page
select id from journal where id > :after and id < :until order by id limit :limit;

-- name: journal_open
-- Of one shard; a row may be open for several.
select id from journal_open where shard = :shard and id > :after and id <= :last;

-- name: journal
delete from journal where id = :id;

-- name: journal_oldest
select received_at as at from journal order by id limit 1;

-- name: seen_page
select tenant, key from seen where at < :before order by at limit :limit;

-- name: seen
delete from seen where tenant = :tenant and key = :key and at < :before;

-- name: seen_oldest
select at from seen order by at limit 1;

-- name: open_events
-- Of before: what is open is little, and what is open for so long is less.
select id, message from event where tenant = :tenant and id < :until order by id limit :limit;

-- name: messages_page
select m.id, m.conversation, case when
        m.created_at >= :before
        or exists (select 1 from outbox o where o.tenant = :tenant and o.message = m.id)
        or exists (select 1 from scheduled s where s.tenant = :tenant and s.message = m.id)
        or exists (select 1 from dead d where d.tenant = :tenant and d.ref = m.id)
        or exists (
            select 1 from media f where f.tenant = :tenant and f.message = m.id
                and f.visibility = 'private' and f.state in ('pending', 'stored')
        )
    then 1 else 0 end as stays
from message m where m.tenant = :tenant and m.id > :after and m.id < :until order by m.id limit :limit;

-- name: parts
delete from part where tenant = :tenant and message = :message returning id, channel, provider_message_id;

-- name: attempts_of
delete from attempt where tenant = :tenant and part = :part;

-- name: statuses_of
delete from status where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
    and provider_message_id <> '';

-- name: menus_of
delete from menu where tenant = :tenant and conversation = :conversation and message = :message;

-- name: decisions_of
delete from decision where tenant = :tenant and message = :message;

-- name: unlink_media
-- What is left of its files has a time of its own.
update media set message = '' where tenant = :tenant and message = :message;

-- name: messages
-- Whoever opened something of it meanwhile is seen here.
delete from message where tenant = :tenant and id = :message
    and not exists (select 1 from outbox o where o.tenant = :tenant and o.message = :message)
    and not exists (select 1 from scheduled s where s.tenant = :tenant and s.message = :message)
    and not exists (select 1 from dead d where d.tenant = :tenant and d.ref = :message)
returning id;

-- name: messages_oldest
select created_at as at from message where tenant = :tenant order by id limit 1;

-- name: statuses_page
select channel, provider_message_id, status, participant, at from status
where tenant = :tenant and received_at > 0 and received_at < :before order by received_at limit :limit;

-- name: statuses
delete from status where tenant = :tenant and channel = :channel
    and provider_message_id = :provider_message_id and status = :status and participant = :participant and at = :at;

-- name: statuses_oldest
select received_at as at from status where tenant = :tenant and received_at > 0 order by received_at limit 1;

-- name: attempts_page
-- In no order: the page is cut before it is known what stays.
select a.part, case when exists (
        select 1 from outbox o where o.tenant = :tenant and o.id = a.part
    ) then 1 else 0 end as stays
from (
    select distinct t.part from attempt t
    where t.tenant = :tenant and t.part > :after and t.part < :until order by t.part limit :limit
) a;

-- name: attempts
delete from attempt where tenant = :tenant and part = :part and ended_at < :before
    and not exists (select 1 from outbox o where o.tenant = :tenant and o.id = :part);

-- name: attempts_oldest
select ended_at as at from attempt where tenant = :tenant order by part limit 1;

-- name: decisions_page
-- The same.
select d.message, case when
        exists (select 1 from outbox o where o.tenant = :tenant and o.message = d.message)
        or exists (select 1 from scheduled s where s.tenant = :tenant and s.message = d.message)
    then 1 else 0 end as stays
from (
    select distinct t.message from decision t
    where t.tenant = :tenant and t.message > :after and t.message < :until order by t.message limit :limit
) d;

-- name: decisions
delete from decision where tenant = :tenant and message = :message and at < :before
    and not exists (select 1 from scheduled s where s.tenant = :tenant and s.message = :message);

-- name: decisions_oldest
select at from decision where tenant = :tenant order by message limit 1;

-- name: events_page
select first, n, at from feed where tenant = :tenant order by first limit :limit;

-- name: events_wanted
-- The first number that is still to be delivered; what an endpoint that is off has not got, it does not get.
select min(d.seq) from endpoint e
join delivery d on d.tenant = e.tenant and d.endpoint = e.id and d.seq <= :last and d.state = 'waiting'
where e.tenant = :tenant and e.state = 'enabled';

-- name: events
delete from feed where tenant = :tenant and first = :first;

-- name: events_oldest
select at from feed where tenant = :tenant order by first limit 1;

-- name: deliveries_page
select endpoint, seq from delivery
where tenant = :tenant and state <> 'waiting' and updated_at < :before order by updated_at limit :limit;

-- name: deliveries
delete from delivery where tenant = :tenant and endpoint = :endpoint and seq = :seq and state <> 'waiting';

-- name: deliveries_oldest
select updated_at as at from delivery
where tenant = :tenant and state <> 'waiting' order by updated_at limit 1;

-- name: dead_letters_page
select d.id, case when d.stage = 'send' and exists (
        select 1 from outbox o where o.tenant = :tenant and o.message = d.ref
    ) then 1 else 0 end as stays
from dead d where d.tenant = :tenant and d.id > :after and d.id < :until order by d.id limit :limit;

-- name: dead_letters
delete from dead where tenant = :tenant and id = :id and at < :before;

-- name: dead_letters_oldest
select at from dead where tenant = :tenant order by id limit 1;

-- name: idempotency_page
select key from idempotency
where tenant = :tenant and created_at > 0 and created_at < :before order by created_at limit :limit;

-- name: idempotency
delete from idempotency where tenant = :tenant and key = :key and created_at < :before;

-- name: idempotency_oldest
select created_at as at from idempotency where tenant = :tenant and created_at > 0 order by created_at limit 1;

-- name: signals_page
select name, key, id from signal where tenant = :tenant and at > 0 and at < :before order by at limit :limit;

-- name: signals
delete from signal where tenant = :tenant and name = :name and key = :key and id = :id and at < :before;

-- name: signals_oldest
select at from signal where tenant = :tenant and at > 0 order by at limit 1;

-- name: audit_page
select seq, hash, at from audit where tenant = :tenant order by seq limit :limit;

-- name: audit_begin
-- The chain begins behind this row from now on; never before where it began.
insert into audit_kept (tenant, seq, hash, at) values (:tenant, :seq, :hash, :now)
on conflict (tenant) do update set seq = excluded.seq, hash = excluded.hash, at = excluded.at
where audit_kept.seq < excluded.seq;

-- name: audit
delete from audit where tenant = :tenant and seq = :seq;

-- name: audit_oldest
select at from audit where tenant = :tenant order by seq limit 1;

-- name: media_oldest
select stored_at as at from media
where tenant = :tenant and stored_at > 0 and state in ('stored', 'failed') and visibility = 'private'
order by stored_at limit 1;

-- name: noted
insert into retention (tenant, kind, total, removed, round_at, at)
values (:tenant, :kind, :n, :n, :round, :now)
on conflict (tenant, kind) do update set total = retention.total + excluded.total,
    removed = case when retention.round_at = excluded.round_at then retention.removed + excluded.removed
        else excluded.removed end,
    round_at = excluded.round_at, at = excluded.at;

-- name: begin_round
-- One that was cut short goes on as the same.
update retention_round set began_at = :now where id = 1 and began_at = 0;

-- name: end_round
update retention_round set began_at = 0, ended_at = :now, next_at = :next where id = 1;

-- name: ask_round
update retention_round set next_at = :asked where id = 1;

-- name: round
select began_at, ended_at, next_at from retention_round where id = 1;

-- name: counts
select kind, total, removed, round_at, at from retention where tenant = :tenant;
