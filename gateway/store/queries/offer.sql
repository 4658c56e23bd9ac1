-- Files that come with messages, and those that plugins keep.

-- name: add
-- The same file again is in use again, whatever had become of it.
insert into media (tenant, id, message, channel, kind, source, state, reason, told, mime_type, size, sha256,
    filename, visibility, tries, next_at, created_at, stored_at)
values (:tenant, :id, '', '', 'upload', '', 'stored', '', '', :mime_type, :size, :sha256,
    :filename, :visibility, 0, 0, :now, :now)
on conflict (tenant, id) do update set state = 'stored', reason = '', filename = :filename, stored_at = :now;
