-- A file that was accepted and refused afterwards.

-- name: message
select m.id as message, m.content as content, m.contact as contact, m.conversation as conversation,
    v.address as address,
    case when v.free_until > v.window_until then v.free_until else v.window_until end as window_until
from message m join conversation v on v.tenant = m.tenant and v.id = m.conversation
where m.tenant = :tenant and m.id = :message and m.parts = 1
    and m.type in ('image', 'video', 'audio', 'voice', 'document', 'sticker');
