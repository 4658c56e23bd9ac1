-- What is told of a message to whoever asks why.

-- name: message
select m.id, m.direction, m.conversation, m.contact, m.event, m.origin, m.purpose, m.created_at, m.type,
    s.due_at, s.reason,
    (
        select c.id from message c where c.tenant = :tenant and c.id = m.event and c.direction = 'in'
    ) as answers
from message m left join scheduled s on s.tenant = m.tenant and s.message = m.id
where m.tenant = :tenant and m.id = :id;

-- name: parts
select idx, status, error, accepted_at, updated_at, provider_message_id from part
where tenant = :tenant and message = :id order by idx;
