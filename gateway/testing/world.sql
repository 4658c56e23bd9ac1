-- What a world looks at.

-- name: upcoming
-- When something is due next.
select min(at) from (
    select min(wake_at) as at from flow where tenant = :tenant and wake_at > :now
    union all select min(due_at) from scheduled where tenant = :tenant and due_at > :now
    union all select min(due_at) from job where tenant = :tenant and due_at > :now
    union all select min(not_before) from outbox where tenant = :tenant and not_before > :now
) due;

-- name: dead
select id, stage, plugin, reason, detail, ref from dead
where tenant = :tenant and id > :after order by id;

-- name: jobs
select id, plugin, name, key, args, state, due_at, attempt, recurs, progress, error from job
where tenant = :tenant order by due_at, id;

-- name: shown
select p.provider_message_id, m.content, m.parts, p.status from part p
join message m on m.tenant = p.tenant and m.id = p.message
where p.tenant = :tenant and p.provider_message_id = :id;
