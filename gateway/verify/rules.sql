-- What is not as it must be, in one page of one tenant's rows: behind :after, up to :last. Each is one statement,
-- hence one snapshot, and looks each row up by an index: a scalar subquery is never turned into a reading of the
-- whole other table. `late` is 1 where something only waits longer than it should.

-- name: message_twice
-- So wrote the contact once: the same channel and provider's id. The ids are no plain columns here, or SQLite,
-- which has no statistics, would look through all older messages instead of at the index of the provider's ids.
select id, 'the same as message ' || other as detail, 0 as late from (
    select m.id, (
        select min(o.id || '') from message o
        where o.tenant = :tenant and o.channel = m.channel and o.provider_message_id = m.provider_message_id
            and o.provider_message_id <> '' and o.id || '' < m.id
            and (o.origin = '' and o.direction = 'in'
                or o.origin in ('echo', 'history') and o.type not in ('edit', 'revoke', 'unsupported'))
    ) as other
    from message m
    where m.tenant = :tenant and m.id > :after and m.id <= :last and m.provider_message_id <> ''
        and (m.origin = '' and m.direction = 'in'
            or m.origin in ('echo', 'history') and m.type not in ('edit', 'revoke', 'unsupported'))
) looked where other is not null;

-- name: message_keys
-- Messages whose key must be among those that were seen: keys are kept for 8 days at least.
select id, channel, provider_message_id from message
where tenant = :tenant and id > :after and id <= :last and provider_message_id <> ''
    and created_at > :now - 691200000000
    and (origin = '' and direction = 'in'
        or origin in ('echo', 'history') and type not in ('edit', 'revoke', 'unsupported'));

-- name: seen
select cast(:n as integer) as n from seen where tenant = :tenant and key = :key;

-- name: message_parts
-- Parts that are open or have an outcome; of a message that waits, those before what waits.
select id, cast(found as text) || ' rows for ' || cast(wanted as text) || ' parts' as detail, 0 as late
from (
    select m.id,
        (select count(*) from part p where p.tenant = :tenant and p.message = m.id)
            + (select count(*) from outbox o where o.tenant = :tenant and o.message = m.id) as found,
        coalesce(
            (select s.idx from scheduled s where s.tenant = :tenant and s.message = m.id), m.parts
        ) as wanted
    from message m
    where m.tenant = :tenant and m.id > :after and m.id <= :last and m.direction = 'out'
) looked where found <> wanted;

-- name: message_place
select id, case
        when home is null then 'no conversation ' || conversation
        when home <> channel then 'its conversation is of channel ' || home || ', not ' || channel
        else 'no contact ' || contact end as detail, 0 as late
from (
    select m.id, m.conversation, m.channel, m.contact,
        (select v.channel from conversation v where v.tenant = :tenant and v.id = m.conversation) as home,
        (select c.id from contact c where c.tenant = :tenant and c.id = m.contact) as who
    from message m where m.tenant = :tenant and m.id > :after and m.id <= :last
) looked where home is null or home <> channel or who is null;

-- name: part_place
select id, case when told is null then 'no message ' || message
        else 'not in the conversation and channel of message ' || message end as detail, 0 as late
from (
    select p.id, p.message, p.conversation || ' ' || p.channel as own, (
        select m.conversation || ' ' || m.channel from message m where m.tenant = :tenant and m.id = p.message
    ) as told
    from part p where p.tenant = :tenant and p.id > :after and p.id <= :last
) looked where told is null or told <> own;

-- name: part_unproved
select id, status || ' without the provider''s id' as detail, 0 as late from part
where tenant = :tenant and id > :after and id <= :last and provider_message_id = ''
    and rank >= 10 and status not in ('failed', 'cancelled');

-- name: part_rank
-- Every status that was told of the provider's id counts, in any order.
select id, case when told > rank then 'rank ' || cast(rank as text) || ', although ' || cast(told as text) || ' was told'
        else 'rank ' || cast(rank as text) || ' as ' || status end as detail, 0 as late
from (
    select p.id, p.rank, p.status,
        case p.status when 'accepted' then 10 when 'held' then 10 when 'sent' then 20 when 'failed' then 25
            when 'cancelled' then 25 when 'delivered' then 30 when 'read' then 40 when 'played' then 50
            when 'in_doubt' then 5 else -1 end as own,
        case when p.provider_message_id = '' or p.attempt = 0 then 0 else coalesce((
            select max(s.rank) from status s
            where s.tenant = :tenant and s.channel = p.channel
                and s.provider_message_id = p.provider_message_id
        ), 0) end as told
    from part p where p.tenant = :tenant and p.id > :after and p.id <= :last
) looked where told > rank or own <> rank;

-- name: part_order
-- Answers to what was written in the same conversation, in the order in which they were made.
select id, conversation, accepted_at, claimed_at from part p
where tenant = :tenant and id > :after and id <= :last and claimed_at > 0 and accepted_at > 0 and (
    select e.conversation from message m join message e on e.tenant = m.tenant and e.id = m.event
    where m.tenant = :tenant and m.id = p.message and m.event <> '' and e.direction = 'in'
) = conversation
order by id;

-- name: part_replayed
-- Whether a part's message was a dead letter that somebody had sent after all.
select cast(:n as integer) as n from dead d
where d.tenant = :tenant and d.id > :id and d.stage = 'send' and d.resolved_at > 0
    and d.ref = (select p.message from part p where p.tenant = :tenant and p.id = :id)
limit 1;

-- name: two_sending
select id, 'beside part ' || other || ' of its conversation' as detail, 0 as late from (
    select o.id, (
        select min(x.id) from outbox x
        where x.tenant = :tenant and x.state = 'sending' and x.id in (
            select l.id from outbox l
            where l.tenant = :tenant and l.conversation = o.conversation and l.id < o.id
        )
    ) as other
    from outbox o
    where o.tenant = :tenant and o.id > :after and o.id <= :last and o.state = 'sending'
) looked where other is not null;

-- name: sending_stuck
-- While the owner of its shard lives, a send ends or is in doubt within its time.
select o.id, 'being sent for ' || cast((:now - o.claimed_at) / 1000000 as text) || ' s under epoch '
        || cast(o.epoch as text) || ' of shard ' || cast(o.shard as text) as detail,
    case when (
        select p.id from shard s join process p on p.id = s.owner
        where s.id = o.shard and p.stopped_at = 0 and p.started_at < :stuck
            and (p.lease_until > :clock or p.lease_until = 0 and :running = 1)
    ) is null then 1 else 0 end as late
from outbox o
where o.tenant = :tenant and o.id > :after and o.id <= :last and o.state = 'sending' and o.claimed_at < :stuck;

-- name: epoch_ahead
select id, 'epoch ' || cast(epoch as text) || ', but shard ' || cast(shard as text) || ' has '
        || cast(known as text) as detail, 0 as late
from (
    select o.id, o.epoch, o.shard, coalesce((select s.epoch from shard s where s.id = o.shard), 0) as known
    from outbox o where o.tenant = :tenant and o.id > :after and o.id <= :last
) looked where epoch > known;

-- name: outbox_place
select id, case when told is null then 'no message ' || message
        else 'not in the conversation and channel of message ' || message end as detail, 0 as late
from (
    select o.id, o.message, o.conversation || ' ' || o.channel as own, (
        select m.conversation || ' ' || m.channel from message m where m.tenant = :tenant and m.id = o.message
    ) as told
    from outbox o where o.tenant = :tenant and o.id > :after and o.id <= :last
) looked where told is null or told <> own;

-- name: outbox_shards
select channel, shard, min(id) as id, count(*) as n from outbox
where tenant = :tenant and id > :after and id <= :last group by channel, shard;

-- name: outbox_waits
-- Not for a channel that is paused, and not before a part's own time.
select o.id, case when o.state = 'in_doubt' then 'in doubt' else 'ready' end || ' for '
        || cast((:now - since) / 1000000 as text) || ' s' as detail, 1 as late
from (
    select w.id, w.channel, w.state, case
        when w.state = 'in_doubt' then w.doubt_since
        when w.not_before > w.created_at then w.not_before else w.created_at end as since
    from outbox w where w.tenant = :tenant and w.id > :after and w.id <= :last and w.state <> 'sending'
) o
where (o.state = 'ready' and o.since < :late or o.state = 'in_doubt' and o.since < :given_up) and (
    select c.id from channel c
    where c.tenant = :tenant and c.id = o.channel and (c.paused_at > 0 or c.held_at > 0)
) is null;

-- name: event_place
select id, case when message <> '' and said is null then 'no message ' || message
        else 'no conversation ' || conversation end as detail, 0 as late
from (
    select e.id, e.message, e.conversation,
        (select m.id from message m where m.tenant = :tenant and m.id = e.message) as said,
        (select v.id from conversation v where v.tenant = :tenant and v.id = e.conversation) as home
    from event e where e.tenant = :tenant and e.id > :after and e.id <= :last
) looked where message <> '' and said is null or conversation <> '' and home is null;

-- name: event_shards
select channel, shard, min(id) as id, count(*) as n from event
where tenant = :tenant and id > :after and id <= :last group by channel, shard;

-- name: event_waits
select id, kind || ', received ' || cast((:now - received_at) / 1000000 as text) || ' s ago' as detail, 1 as late
from event where tenant = :tenant and id > :after and id <= :last and received_at < :late;

-- name: done_alone
select d.event as id, 'done by plugin ' || min(d.plugin) as detail, 0 as late from done d
where d.tenant = :tenant and d.event > :after and d.event <= :last
    and (select e.id from event e where e.tenant = :tenant and e.id = d.event) is null
group by d.event;

-- name: scheduled_place
select message as id, case when told is null then 'no message ' || message
        else 'not in the conversation and channel of its message' end as detail, 0 as late
from (
    select s.message, s.conversation || ' ' || s.channel as own, (
        select m.conversation || ' ' || m.channel from message m where m.tenant = :tenant and m.id = s.message
    ) as told
    from scheduled s where s.tenant = :tenant and s.message > :after and s.message <= :last
) looked where told is null or told <> own;

-- name: scheduled_shards
select channel, shard, min(message) as id, count(*) as n from scheduled
where tenant = :tenant and message > :after and message <= :last group by channel, shard;

-- name: scheduled_waits
select message as id, 'due ' || cast((:now - due_at) / 1000000 as text) || ' s ago' as detail, 1 as late
from scheduled where tenant = :tenant and message > :after and message <= :last and due_at < :late;

-- name: conversation_place
select id, 'no contact ' || contact as detail, 0 as late from (
    select v.id, v.contact, (select c.id from contact c where c.tenant = :tenant and c.id = v.contact) as who
    from conversation v where v.tenant = :tenant and v.id > :after and v.id <= :last
) looked where who is null;

-- name: conversation_tenant
-- A channel that nobody has is one that was removed long ago.
select id, 'channel ' || channel || ' is of tenant ' || other as detail, 0 as late from (
    select v.id, v.channel, case when (
        select c.id from channel c where c.tenant = :tenant and c.id = v.channel
    ) is null then (select min(c.tenant) from channel c where c.id = v.channel) end as other
    from conversation v where v.tenant = :tenant and v.id > :after and v.id <= :last
) looked where other is not null;

-- name: identity_place
select contact as id, cast(count(*) as text) || ' names of a contact that is not there' as detail, 0 as late
from identity i
where i.tenant = :tenant and i.contact > :after and i.contact <= :last
    and (select c.id from contact c where c.tenant = :tenant and c.id = i.contact) is null
group by contact;

-- name: flow_place
select f.id, 'no conversation ' || f.conversation as detail, 0 as late from flow f
where f.tenant = :tenant and f.id > :after and f.id <= :last
    and (select v.id from conversation v where v.tenant = :tenant and v.id = f.conversation) is null;

-- name: flow_wakes
select id, 'to be woken ' || cast((:now - wake_at) / 1000000 as text) || ' s ago' as detail, 1 as late from flow
where tenant = :tenant and id > :after and id <= :last and wake_at > 0 and wake_at < :late;

-- name: flow_wait_alone
select w.flow as id, 'no such flow' as detail, 0 as late from flow_wait w
where w.tenant = :tenant and w.flow > :after and w.flow <= :last
    and (select f.id from flow f where f.tenant = :tenant and f.id = w.flow) is null;

-- name: job_place
select j.id, 'no conversation ' || j.conversation as detail, 0 as late from job j
where j.tenant = :tenant and j.id > :after and j.id <= :last and j.conversation <> ''
    and (select v.id from conversation v where v.tenant = :tenant and v.id = j.conversation) is null;

-- name: job_stuck
-- Run by a process that ended more than a minute ago. Another takes it over, when there is one.
select j.id, 'run by term ' || cast(j.epoch as text) || ', which has ended' as detail,
    case when (
        select max(p.id) from process p
        where p.stopped_at = 0 and p.started_at < :minute
            and (p.lease_until > :clock or p.lease_until = 0 and :running = 1)
    ) is null then 1 else 0 end as late
from job j
where j.tenant = :tenant and j.id > :after and j.id <= :last and j.state = 'running' and j.claimed_at < :minute
    and (
        select max(p.id) from process p
        where p.term = j.epoch and (p.stopped_at = 0 or p.stopped_at > :minute)
    ) is null;

-- name: job_waits
select id, 'due ' || cast((:now - due_at) / 1000000 as text) || ' s ago' as detail, 1 as late from job
where tenant = :tenant and id > :after and id <= :last and state = 'ready' and due_at < :late;

-- name: answers
select key, answer from idempotency
where tenant = :tenant and key > :after and key <= :last and created_at >= :since;

-- name: answered
select cast(:n as integer) as n from message where tenant = :tenant and id = :id;

-- name: media_place
select f.id, 'no message ' || f.message as detail, 0 as late from media f
where f.tenant = :tenant and f.id > :after and f.id <= :last and f.message <> ''
    and (select m.id from message m where m.tenant = :tenant and m.id = f.message) is null;

-- name: media_waits
select id, 'to be fetched ' || cast((:now - next_at) / 1000000 as text) || ' s ago' as detail, 1 as late from media
where tenant = :tenant and id > :after and id <= :last and state = 'pending' and next_at < :late;

-- name: dead_place
select d.id, 'no message ' || d.ref as detail, 0 as late from dead d
where d.tenant = :tenant and d.id > :after and d.id <= :last and d.stage = 'send'
    and (select m.id from message m where m.tenant = :tenant and m.id = d.ref) is null;

-- name: feed_before
-- The number behind the block that the page begins after.
select first + n as until from feed where tenant = :tenant and first <= :after order by first desc limit 1;

-- name: feed_blocks
select first, n from feed where tenant = :tenant and first > :after and first <= :last order by first;

-- name: feed_head
select coalesce((select h.seq from feed_head h where h.tenant = :tenant), 0) as seq,
    (select f.first + f.n - 1 from feed f where f.tenant = :tenant order by f.first desc limit 1) as last;

-- name: feed_waits
select count(*) as n, min(at) as at from feed_open where tenant = :tenant and at < :late;

-- name: journal_alone
-- :tenant is the shard here.
select o.id, 'no stored webhook' as detail, 0 as late from journal_open o
where o.shard = :tenant and o.id > :after and o.id <= :last
    and (select j.id from journal j where j.id = o.id) is null;

-- name: journal_waits
select o.id, 'stored ' || cast((:now - j.received_at) / 1000000 as text) || ' s ago' as detail, 1 as late
from journal_open o cross join journal j
where o.shard = :tenant and o.id > :after and o.id <= :last and j.id = o.id and j.received_at < :late;

-- name: shards
select s.id, s.owner, s.epoch, p.id as process, p.stopped_at, p.lease_until from shard s
left join process p on p.id = s.owner order by s.id;

-- name: members
-- Processes that live, or lived a moment ago.
select id, number, term, lease_until, started_at from process where stopped_at = 0 order by id;

-- name: clock
select cast(:now as bigint) as now;
