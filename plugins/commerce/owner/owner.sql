-- name: seen
select 1 from commerce_step where tenant = :tenant and day = :day and stage = :stage and contact = :contact

-- name: reached
insert into commerce_step (tenant, day, stage, contact, at) values (:tenant, :day, :stage, :contact, :now)
on conflict do nothing

-- name: funnel
select day, stage, count(*) as people from commerce_step
where tenant = :tenant and day >= :first and day <= :last group by day, stage

-- name: forget_steps
delete from commerce_step where tenant = :tenant and day < :day

-- name: owners
select contact, conversation, since, summary, alerts from commerce_owner where tenant = :tenant order by since

-- name: welcome
insert into commerce_owner (tenant, contact, conversation, since) values (:tenant, :contact, :conversation, :now)
on conflict (tenant, contact) do update set conversation = excluded.conversation

-- name: is_owner
select 1 from commerce_owner where tenant = :tenant and contact = :contact

-- name: leave
delete from commerce_owner where tenant = :tenant and contact = :contact

-- name: placed
select count(*) as orders, coalesce(sum(total), 0) as total, coalesce(sum(paid - refunded), 0) as paid,
    coalesce(sum(case when state in ('cancelled', 'expired') then 1 else 0 end), 0) as given_up
from commerce_order where tenant = :tenant and placed_at >= :first and placed_at < :last

-- name: waiting
select count(*) from (
    select 1 from commerce_order where tenant = :tenant and state = 'placed' limit 1000
) as waiting

-- name: best
select line.name, sum(line.qty) as qty
from commerce_order as placed
join commerce_order_line as line on line.tenant = placed.tenant and line.order_id = placed.id
where placed.tenant = :tenant and placed.placed_at >= :first and placed.placed_at < :last
    and placed.state not in ('cancelled', 'expired')
group by line.name order by sum(line.qty) desc, line.name limit 3

-- name: missed
select words, sum(times) as times from commerce_missed where tenant = :tenant and day = :day
group by words order by sum(times) desc, words limit 3

-- name: low
select alert.variant, product.name, variant.title, variant.sku, stock.on_hand - stock.reserved as left_over
from commerce_alert as alert
join commerce_variant as variant on variant.tenant = alert.tenant and variant.id = alert.variant
join commerce_product as product on product.tenant = variant.tenant and product.id = variant.product
join commerce_stock as stock on stock.tenant = alert.tenant and stock.variant = alert.variant
where alert.tenant = :tenant and stock.location = 'main' and (:state = '' or alert.state = :state)
order by alert.at, alert.variant limit :limit

-- name: below
select variant from commerce_stock
where tenant = :tenant and variant in (:variants) and location = 'main' and tracked = 1
    and on_hand - reserved < case when low_at > 0 then low_at else :usual end

-- name: fell
insert into commerce_alert (tenant, variant, state, at) values (:tenant, :variant, 'due', :now)
on conflict do nothing

-- name: told
update commerce_alert set state = 'told' where tenant = :tenant and variant = :variant and state = 'due'

-- name: refilled
delete from commerce_alert where tenant = :tenant and exists (
    select 1 from commerce_stock as stock
    where stock.tenant = :tenant and stock.variant = commerce_alert.variant and stock.location = 'main'
        and stock.on_hand - stock.reserved >= case when stock.low_at > 0 then stock.low_at else :usual end
)
