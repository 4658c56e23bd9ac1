-- Contacts, their names, and where they talk.

-- name: find_contact
select cast(:n as integer) as n, i.contact as contact, i.retired_at as retired_at, c.name as name,
    c.username as username, v.id as conversation, v.address as address, v.window_until as window_until, v.free_until as free_until,
    v.menus_until as menus_until, c.language as language
from identity i
join contact c on c.tenant = i.tenant and c.id = i.contact
left join conversation v on v.tenant = i.tenant and v.channel = :channel and v.contact = i.contact
where i.tenant = :tenant and i.kind = :kind and i.scope = :scope and i.value = :value;

-- name: user_ids
-- The user ids in use of a contact in the scopes that count.
select cast(:n as integer) as n, value from identity
where tenant = :tenant and contact = :contact and kind = 'bsuid' and scope = :scope and retired_at = 0;

-- name: identities
select kind, scope, value from identity where tenant = :tenant and contact = :contact;

-- name: owner
select contact from identity
where tenant = :tenant and kind = :kind and scope = :scope and value = :value;

-- name: add_identity
insert into identity (tenant, kind, scope, value, contact, created_at)
values (:tenant, :kind, :scope, :value, :contact, :now)
on conflict do nothing;

-- name: claim_identity
insert into identity (tenant, kind, scope, value, contact, created_at)
values (:tenant, :kind, :scope, :value, :contact, :now)
on conflict do nothing returning contact;

-- name: move_identity
update identity set contact = :contact, retired_at = 0
where tenant = :tenant and kind = :kind and scope = :scope and value = :value;

-- name: retire_identity
update identity set retired_at = :now
where tenant = :tenant and kind = :kind and scope = :scope and value = :value and contact = :contact
    and retired_at = 0;

-- name: revive_identity
update identity set retired_at = 0
where tenant = :tenant and kind = :kind and scope = :scope and value = :value and contact = :contact;

-- name: add_contact
insert into contact (tenant, id, name, username, language, created_at, folded)
values (:tenant, :contact, :name, :username, '', :now, 1)
on conflict do nothing;

-- name: rename_contact
-- Whoever gave the contact a name knows better than the profile; the username is the profile's own.
update contact set
    name = case when name = '' then :name else name end,
    username = case when :username = '' then username else :username end
where tenant = :tenant and id = :contact
returning tenant, id as contact, name, username;

-- name: claim_conversation
insert into conversation (tenant, channel, contact, id, address, window_until, last_at, unread, created_at)
values (:tenant, :channel, :contact, :conversation, :address, 0, :now, 0, :now)
on conflict do nothing returning id;

-- name: readdress
-- Whoever is reached under an old name is reached under the new one.
update conversation set address = :address
where tenant = :tenant and contact = :contact and address = :old;

-- name: add_conflict
insert into identity_conflict (tenant, id, kind, scope, value, contact, other, reason, at, resolved_at)
values (:tenant, :id, :kind, :scope, :value, :contact, :other, :reason, :now, 0)
on conflict do nothing returning tenant, id;

-- name: contact_of_conversation
select contact from conversation where tenant = :tenant and id = :conversation;

-- name: person_of_conversation
-- The contact of a conversation that is no group's.
select contact from conversation
where tenant = :tenant and id = :conversation and address not like 'group:%';
