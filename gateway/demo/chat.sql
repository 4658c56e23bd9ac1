-- What `gateway chat` does behind the conversation.

-- name: speak
update contact set language = :language where tenant = :tenant and id in (
    select v.contact from conversation v where v.tenant = :tenant and v.address = :address)
returning id;

-- name: flows
-- The flows of a contact, the one that waits first.
select f.plugin, f.name, f.state, f.pending, f.wake_at from flow f
join conversation v on v.tenant = f.tenant and v.id = f.conversation
where f.tenant = :tenant and v.address = :address order by f.state desc, f.id desc;
