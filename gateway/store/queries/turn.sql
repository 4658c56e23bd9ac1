-- T1: what one plugin's turn of one event leaves behind.

-- name: finish_event
delete from event where tenant = :tenant and id = :event returning tenant, id;

-- name: forget_done
delete from done where tenant = :tenant and event = :event;

-- name: mark_done
insert into done (tenant, event, plugin, handled)
select e.tenant, e.id, cast(:plugin as text), cast(:handled as integer) from event e
where e.tenant = :tenant and e.id = :event
on conflict do nothing
returning tenant, event as id;

-- name: start_event
-- Asked again after a lost answer, it counts no second start.
update event set starts = case when starts < :starts then :starts else starts end
where tenant = :tenant and id = :event returning tenant, id;

-- name: mark_read
update conversation set unread = 0 where tenant = :tenant and id = :conversation;
