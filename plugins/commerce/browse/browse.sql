-- name: before
select 1 from commerce_step where tenant = :tenant and contact = :contact
union all
select 1 from commerce_customer where tenant = :tenant and contact = :contact
limit 1

-- name: look
insert into commerce_sight (tenant, contact, variant, asked, seen_at)
values (:tenant, :contact, :variant, :asked, :now)
on conflict (tenant, contact) do update
set variant = excluded.variant, asked = excluded.asked, seen_at = excluded.seen_at, misses = 0

-- name: sight
select variant, asked, seen_at, misses, missed_at from commerce_sight
where tenant = :tenant and contact = :contact

-- name: missed
insert into commerce_sight (tenant, contact, misses, missed_at) values (:tenant, :contact, :misses, :now)
on conflict (tenant, contact) do update set misses = excluded.misses, missed_at = excluded.missed_at

-- name: understood
update commerce_sight set misses = 0 where tenant = :tenant and contact = :contact and misses > 0

-- name: keep_sent
insert into commerce_sent_cart (tenant, id, contact, items, note, at)
values (:tenant, :id, :contact, :items, :note, :now)

-- name: sent
select items, note from commerce_sent_cart where tenant = :tenant and id = :id and contact = :contact

-- name: drop_sent
delete from commerce_sent_cart where tenant = :tenant and id = :id and contact = :contact

-- name: drop_old
delete from commerce_sent_cart where tenant = :tenant and at < :before
