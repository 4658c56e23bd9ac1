-- Menus that were sent, remembered with their messages.

-- name: add
insert into menu (tenant, conversation, message, at, menu)
values (:tenant, :conversation, :message, :at, :menu)
on conflict do nothing;

-- name: hold
-- The conversation has a menu to look for.
update conversation set menus_until = :until
where tenant = :tenant and id = :conversation and menus_until < :until;

-- name: add_question
-- A question ends the time in which numbers belong to an older menu: kept where there is one.
insert into menu (tenant, conversation, message, at, menu)
select v.tenant, v.id, :message, cast(:at as bigint), :menu from conversation v
where v.tenant = :tenant and v.id = :conversation and v.menus_until > cast(:at as bigint)
on conflict do nothing;

-- name: forget
delete from menu where tenant = :tenant and conversation = :conversation and at < :before;

-- name: open
-- Newest first; what was sent after the contact wrote is not what the contact saw.
select cast(:n as integer) as n, message, at, menu from menu
where tenant = :tenant and conversation = :conversation and at > :since and at <= :seen
order by at desc, message desc limit 10;
