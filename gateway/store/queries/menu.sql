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
-- Newest first; what was sent after the contact wrote is not what the contact saw, nor what was cancelled or
-- failed. The last part of a message is the one with its options.
select cast(:n as integer) as n, menu.message, menu.at, menu.menu from menu
where menu.tenant = :tenant and menu.conversation = :conversation and menu.at > :since and menu.at <= :seen
    and not exists (
        select 1 from part p join message m on m.tenant = p.tenant and m.id = p.message
        where p.tenant = menu.tenant and p.message = menu.message and p.idx = m.parts - 1
            and p.status in ('failed', 'cancelled')
    )
order by menu.at desc, menu.message desc limit 10;

-- name: origins
-- Who sent the newest menus of a conversation.
select menu.menu, m.origin from menu
join message m on m.tenant = menu.tenant and m.id = menu.message
where menu.tenant = :tenant and menu.conversation = :conversation
order by menu.at desc, menu.message desc limit 10;
