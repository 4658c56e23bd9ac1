-- Files of contacts and of ours.

-- name: add
insert into media (tenant, id, message, channel, kind, source, state, reason, told, mime_type, size, sha256,
    filename, visibility, tries, next_at, created_at, stored_at)
values (:tenant, :id, :message, :channel, :kind, :source, :state, '', :told, :mime_type, :size, :sha256,
    :filename, :visibility, 0, :next_at, :now, :stored_at)
on conflict do nothing;

-- name: put_variant
-- A picture that was made smaller; one that was deleted may be made again.
insert into media (tenant, id, message, channel, kind, source, state, reason, told, mime_type, size, sha256,
    filename, visibility, tries, next_at, created_at, stored_at)
values (:tenant, :id, '', '', 'variant', :source, 'stored', '', '', :mime_type, :size, :sha256,
    :filename, 'private', 0, 0, :now, :now)
on conflict (tenant, id) do update set state = 'stored', reason = '', source = :source, mime_type = :mime_type,
    size = :size, sha256 = :sha256, filename = :filename, stored_at = :now;

-- name: one
select id, message, channel, kind, source, state, reason, told, mime_type, size, sha256, filename, visibility,
    tries, next_at, created_at, stored_at
from media where tenant = :tenant and id = :id;

-- name: same
-- An upload of the same bytes under the same name.
select id from media
where tenant = :tenant and sha256 = :sha256 and sha256 <> '' and filename = :filename and mime_type = :mime_type
    and visibility = :visibility and message = '' and state = 'stored' and kind = 'upload'
order by id limit 1;

-- name: renew
update media set stored_at = :now where tenant = :tenant and id = :id and state = 'stored';

-- name: of_message
-- So said that SQLite, which has no statistics, finds the id in the index and does not read all files.
select id, message, channel, kind, source, state, reason, told, mime_type, size, sha256, filename, visibility,
    tries, next_at, created_at, stored_at
from media
where tenant = :tenant and id in (
    select id from media where tenant = :tenant and message = :message and message <> ''
) order by id;

-- name: list
-- Newest first: a walk of media_created. What was made of other files is not listed.
select id, message, channel, kind, source, state, reason, told, mime_type, size, sha256, filename, visibility,
    tries, next_at, created_at, stored_at
from media
where tenant = :tenant and (created_at, id) < (:created_at, :before) and kind <> 'variant'
    and (:kind = '' or kind = :kind)
    and (:state = '' or state = :state)
order by created_at desc, id desc limit :limit;

-- name: list_of_message
-- A message has few files: they are found first ("cross join" is how SQLite is told so).
select m.id, m.message, m.channel, m.kind, m.source, m.state, m.reason, m.told, m.mime_type, m.size, m.sha256,
    m.filename, m.visibility, m.tries, m.next_at, m.created_at, m.stored_at
from (select id from media where tenant = :tenant and message = :message and message <> '') few
cross join media m
where m.tenant = :tenant and m.id = few.id and (m.created_at, m.id) < (:created_at, :before)
    and m.kind <> 'variant'
    and (:kind = '' or m.kind = :kind)
    and (:state = '' or m.state = :state)
order by m.created_at desc, m.id desc limit :limit;

-- name: due
-- What is to be fetched, of each tenant its oldest first, at most *share* of one.
select tenant, id from (
    select tenant, id, next_at, row_number() over (partition by tenant order by next_at, id) as place
    from media where state = 'pending' and next_at <= :now
) waiting
where place <= :share order by place, next_at limit :limit;

-- name: claim
-- A process that was overtaken gets nothing. The term 0 is of one that is alone.
update media set tries = tries + 1, next_at = :until, term = :term
where tenant = :tenant and id = :id and state = 'pending' and next_at <= :now
    and (:term = 0 or exists (select 1 from process p where p.term = :term and p.stopped_at = 0))
returning tenant, id, message, channel, kind, source, told, filename, visibility, tries, created_at;

-- name: hand_back
-- It may have been claimed, and was not begun: the answer was lost. Another's claim is left alone.
update media set next_at = :now, term = 0, tries = tries - 1
where tenant = :tenant and id = :id and state = 'pending' and term = :term and next_at = :until;

-- name: resume
-- A process that takes over fetches at once what the last one was fetching.
update media set next_at = :now where state = 'pending' and next_at > :now;

-- name: left
-- Whether a process that is gone was fetching something.
select 1 from media
where state = 'pending' and term > 0 and term not in (select term from process where stopped_at = 0) limit 1;

-- name: take_over
-- What processes that are gone were fetching is fetched at once.
update media set next_at = :now, term = 0
where state = 'pending' and term > 0 and term not in (select term from process where stopped_at = 0);

-- name: stored
update media set state = 'stored', reason = '', mime_type = :mime_type, size = :size, sha256 = :sha256,
    filename = :filename, stored_at = :now
where tenant = :tenant and id = :id and state = 'pending' returning id;

-- name: content_of
select content from message where tenant = :tenant and id = :message;

-- name: put_content
update message set content = :content where tenant = :tenant and id = :message;

-- name: later
update media set next_at = :next_at, reason = :reason, term = 0
where tenant = :tenant and id = :id and state = 'pending' and tries = :tries;

-- name: failed
update media set state = 'failed', reason = :reason, stored_at = :now
where tenant = :tenant and id = :id and state = 'pending' returning id;

-- name: delete
update media set state = 'deleted', reason = :reason, stored_at = :now, source = '', filename = ''
where tenant = :tenant and id = :id and state <> 'deleted' returning id;

-- name: delete_variants
-- What was made of a file goes with it, and stays known as made of it.
update media set state = 'deleted', reason = :reason, stored_at = :now, filename = ''
where tenant = :tenant and kind = 'variant' and source = :id and state <> 'deleted';

-- name: hashes
-- The bytes of a file and of what was made of it.
select sha256 from media
where tenant = :tenant and sha256 <> '' and (id = :id or (kind = 'variant' and source = :id));

-- name: needed
-- Whether a file that is kept still needs these bytes.
select 1 from media where tenant = :tenant and sha256 = :sha256 and sha256 <> '' and state = 'stored' limit 1;

-- name: old
-- What was kept long enough; public files stay.
select id from media
where tenant = :tenant and state in ('stored', 'failed') and visibility = 'private' and stored_at < :before
    and stored_at > 0
order by stored_at limit :limit;

-- name: gone
-- Deleted files are remembered for a while, so that their links say "gone".
select id, sha256 from media where tenant = :tenant and state = 'deleted' and stored_at > 0
    and stored_at < :before
order by stored_at limit :limit;

-- name: forget
delete from media where tenant = :tenant and id = :id and state = 'deleted' and stored_at < :before;

-- name: forget_access
delete from media_access where tenant = :tenant and id in (
    select id from media_access where tenant = :tenant and id < :until order by id limit :limit
);

-- name: add_access
insert into media_access (tenant, id, media, at, address, agent)
values (:tenant, :id, :media, :now, :address, :agent);

-- name: whose
-- The conversation that a file belongs to, through its message.
select m.id as message, m.direction, m.origin, m.contact, v.id as conversation, v.address, v.window_until,
    v.free_until, c.name, c.username, c.language
from message m
join conversation v on v.tenant = m.tenant and v.id = m.conversation
left join contact c on c.tenant = m.tenant and c.id = m.contact
where m.tenant = :tenant and m.id = :message;

-- name: names_of
select kind, scope, value from identity where tenant = :tenant and contact = :contact order by created_at, kind;
