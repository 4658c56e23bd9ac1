-- Contacts that are forgotten, and what is given to them of themselves.

-- name: begin
insert into erasure (tenant, id, contact, state, step, mark, round, removed, expected, tell, digest, error,
    created_at, updated_at, finished_at)
values (:tenant, :id, :contact, 'running', 'names', '', 1, 0, 0, :tell, '', '', :now, :now, 0)
on conflict do nothing
returning id;

-- name: open_of
select id from erasure where tenant = :tenant and contact = :contact and finished_at = 0;

-- name: one
select tenant, id, contact, state, step, mark, round, removed, expected, tell, digest, created_at, updated_at,
    finished_at
from erasure where tenant = :tenant and id = :id;

-- name: open
-- Of every tenant: whoever leads carries on with all of them.
select tenant, id, contact, state, step, mark, round, removed, expected, tell, created_at
from erasure where finished_at = 0 and state = 'running' order by created_at, id limit 100;

-- name: save
-- How far it is.
update erasure set step = :step, mark = :mark, round = :round, removed = :removed, expected = :expected,
    updated_at = :now
where tenant = :tenant and id = :id and finished_at = 0;

-- name: sign
update erasure set digest = :digest where tenant = :tenant and id = :id;

-- name: finish
update erasure set state = 'done', step = '', mark = '', tell = '', removed = :removed, updated_at = :now,
    finished_at = :now
where tenant = :tenant and id = :id and finished_at = 0
returning id;

-- name: contact
select id, name, username, language from contact where tenant = :tenant and id = :contact;

-- name: exists
select 1 from contact where tenant = :tenant and id = :contact;

-- name: unname
update contact set name = '', username = '', folded = 1 where tenant = :tenant and id = :contact;

-- name: identities
select kind, scope, value from identity where tenant = :tenant and contact = :contact;

-- name: names
select kind, scope, value from erasure_name where tenant = :tenant and erasure = :id;

-- name: keep_name
insert into erasure_name (tenant, erasure, kind, scope, value) values (:tenant, :id, :kind, :scope, :value)
on conflict do nothing;

-- name: drop_identities
delete from identity where tenant = :tenant and contact = :contact;

-- name: drop_words
delete from contact_word where tenant = :tenant and contact = :contact;

-- name: drop_names
delete from erasure_name where tenant = :tenant and erasure = :id;

-- name: conversations
select id, channel, address from conversation where tenant = :tenant and contact = :contact order by id;

-- name: count
select count(*) from message where tenant = :tenant and conversation = :conversation;

-- name: sending
-- Parts that are on their way to the provider at this moment.
select count(*) from outbox
where tenant = :tenant and conversation = :conversation and state = 'sending' and claimed_at > :since;

-- name: parts_in_queue
select id from outbox where tenant = :tenant and conversation = :conversation;

-- name: flows
select id from flow where tenant = :tenant and conversation = :conversation;

-- name: events
select id from event where tenant = :tenant and conversation = :conversation limit :limit;

-- name: messages
select id, conversation, channel, direction, provider_message_id, event, content from message
where tenant = :tenant and conversation = :conversation and id > :after order by id limit :limit;

-- name: in_groups
-- What the contact said in conversations that are a group's.
select id, conversation, contact, channel, direction, provider_message_id, event, content from message
where tenant = :tenant and id > :after order by id limit :limit;

-- name: has_groups
select 1 from identity where tenant = :tenant and kind = 'group' limit 1;

-- name: parts
select id, channel, provider_message_id from part where tenant = :tenant and message = :message;

-- name: files
select id, sha256, state from media where tenant = :tenant and message = :message and message <> '';

-- name: upload
select id, sha256, state from media
where tenant = :tenant and id = :id and kind = 'upload' and visibility = 'private' and message = '';

-- name: variants
select id from media where tenant = :tenant and kind = 'variant' and source = :id;

-- name: drop_file
delete from media where tenant = :tenant and id = :id;

-- name: drop_access
delete from media_access where tenant = :tenant and media = :id;

-- name: contents
-- What the business said to anybody.
select id, conversation, content from message
where tenant = :tenant and id > :after and direction = 'out' order by id limit :limit;

-- name: unnumbered
-- Whether events wait for their number that were noted before a moment.
select 1 from feed_open where tenant = :tenant and at < :before limit 1;

-- name: blocks
select first, n, data from feed where tenant = :tenant and first > :after order by first limit :limit;

-- name: put_block
update feed set data = :data where tenant = :tenant and first = :first;

-- name: statuses
-- Statuses that came since a moment; those of no message of ours may be the contact's.
select s.channel, s.provider_message_id, s.status, s.participant, s.at, s.raw, s.received_at from status s
where s.tenant = :tenant and s.received_at >= :since
    and not exists (
        select 1 from part p
        where p.tenant = :tenant and p.channel = s.channel and p.provider_message_id = s.provider_message_id
            and p.provider_message_id <> ''
    )
limit :limit;

-- name: nobodys
-- Dead letters of no tenant.
select id, ref, reason, detail, body, at from dead where tenant = '' and id > :after order by id limit :limit;

-- name: drop_nobodys
delete from dead where tenant = '' and id = :id;

-- name: drop_status
delete from status
where tenant = :tenant and channel = :channel and provider_message_id = :provider_message_id
    and status = :status and participant = :participant and at = :at;

-- name: tail
-- Whether there is something in a conversation still.
select 1 from message where tenant = :tenant and conversation = :conversation
union all select 1 from outbox where tenant = :tenant and conversation = :conversation
union all select 1 from event where tenant = :tenant and conversation = :conversation
limit 1;

-- name: last_word
-- How the last message of a conversation fares.
select status, updated_at from part where tenant = :tenant and message = :message order by idx desc limit 1;

-- name: export
insert into export (tenant, id, contact, state, media, size, counts, tell, error, tries, created_at, finished_at,
    expires_at)
values (:tenant, :id, :contact, 'waiting', '', 0, '{}', :tell, '', 0, :now, 0, 0)
on conflict do nothing
returning id;

-- name: export_of
select id from export where tenant = :tenant and contact = :contact and state = 'waiting';

-- name: export_one
select tenant, id, contact, state, media, size, counts, tell, error, tries, created_at, finished_at, expires_at
from export where tenant = :tenant and id = :id;

-- name: export_waiting
-- Of every tenant.
select tenant, id, contact, state, media, size, counts, tell, error, tries, created_at, finished_at, expires_at
from export where state = 'waiting' order by created_at, id limit 100;

-- name: export_over
-- Files of exports whose time is over, of every tenant.
select tenant, id, contact, media from export where state = 'done' and expires_at < :now limit 100;

-- name: exports_of
select id, media from export where tenant = :tenant and contact = :contact;

-- name: export_done
update export set state = 'done', media = :media, size = :size, counts = :counts, error = '', finished_at = :now,
    expires_at = :expires_at
where tenant = :tenant and id = :id and state = 'waiting'
returning id;

-- name: export_failed
update export set tries = tries + 1, error = :error,
    state = case when tries + 1 >= :most then 'failed' else state end,
    finished_at = case when tries + 1 >= :most then :now else 0 end
where tenant = :tenant and id = :id and state = 'waiting'
returning tries;

-- name: export_expired
update export set state = 'expired', media = '' where tenant = :tenant and id = :id and state = 'done';
