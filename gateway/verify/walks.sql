-- How tables are gone through: whose rows come next, and how far the next page of them goes. Each is a look
-- at an index: however much a tenant has, a page costs the same.

-- name: next_message
select min(tenant) from message where tenant > :tenant;

-- name: page_message
select count(*) as n, max(id) as last from (
    select id from message where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_part
select min(tenant) from part where tenant > :tenant;

-- name: page_part
select count(*) as n, max(id) as last from (
    select id from part where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_outbox
select min(tenant) from outbox where tenant > :tenant;

-- name: page_outbox
select count(*) as n, max(id) as last from (
    select id from outbox where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_event
select min(tenant) from event where tenant > :tenant;

-- name: page_event
select count(*) as n, max(id) as last from (
    select id from event where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_done
select min(tenant) from done where tenant > :tenant;

-- name: page_done
select count(*) as n, max(event) as last from (
    select event from done where tenant = :tenant and event > :after order by event limit :limit
) page;

-- name: next_scheduled
select min(tenant) from scheduled where tenant > :tenant;

-- name: page_scheduled
select count(*) as n, max(message) as last from (
    select message from scheduled where tenant = :tenant and message > :after order by message limit :limit
) page;

-- name: next_conversation
select min(tenant) from conversation where tenant > :tenant;

-- name: page_conversation
select count(*) as n, max(id) as last from (
    select id from conversation where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_identity
select min(tenant) from identity where tenant > :tenant;

-- name: page_identity
select count(*) as n, max(contact) as last from (
    select contact from identity where tenant = :tenant and contact > :after order by contact limit :limit
) page;

-- name: next_flow
select min(tenant) from flow where tenant > :tenant;

-- name: page_flow
select count(*) as n, max(id) as last from (
    select id from flow where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_flow_wait
select min(tenant) from flow_wait where tenant > :tenant;

-- name: page_flow_wait
select count(*) as n, max(flow) as last from (
    select flow from flow_wait where tenant = :tenant and flow > :after order by flow limit :limit
) page;

-- name: next_job
select min(tenant) from job where tenant > :tenant;

-- name: page_job
select count(*) as n, max(id) as last from (
    select id from job where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_idempotency
select min(tenant) from idempotency where tenant > :tenant;

-- name: page_idempotency
select count(*) as n, max(key) as last from (
    select key from idempotency where tenant = :tenant and key > :after order by key limit :limit
) page;

-- name: next_media
select min(tenant) from media where tenant > :tenant;

-- name: page_media
select count(*) as n, max(id) as last from (
    select id from media where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_dead
select min(tenant) from dead where tenant > :tenant;

-- name: page_dead
select count(*) as n, max(id) as last from (
    select id from dead where tenant = :tenant and id > :after order by id limit :limit
) page;

-- name: next_feed
select min(tenant) from feed where tenant > :tenant;

-- name: page_feed
select count(*) as n, max(first) as last from (
    select first from feed where tenant = :tenant and first > :after order by first limit :limit
) page;

-- name: next_journal
select min(shard) from journal_open where shard > :tenant;

-- name: page_journal
select count(*) as n, max(id) as last from (
    select id from journal_open where shard = :tenant and id > :after order by id limit :limit
) page;

-- name: feed_since
-- The first block at or behind a number, and when it was noted: to find a time by halving.
select first, at from feed where tenant = :tenant and first >= :first order by first limit 1;

-- name: feed_last
select max(first) from feed where tenant = :tenant;
