-- A file that was accepted and refused afterwards.

-- name: message
-- The file is the first part; when there are more, its words followed it.
select m.id as message, m.content as content, m.contact as contact, m.conversation as conversation,
    m.parts as parts, m.purpose as purpose, v.address as address,
    case when v.free_until > v.window_until then v.free_until else v.window_until end as window_until
from part p
join message m on m.tenant = p.tenant and m.id = p.message
join conversation v on v.tenant = m.tenant and v.id = m.conversation
where p.tenant = :tenant and p.id = :part and p.idx = 0
    and m.type in ('image', 'video', 'audio', 'voice', 'document', 'sticker');
