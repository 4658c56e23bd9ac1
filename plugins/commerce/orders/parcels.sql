-- name: add
insert into commerce_shipment (tenant, id, order_id, carrier, tracking, tracking_url, state, items, shipped_at,
    updated_at)
values (:tenant, :id, :order, :carrier, :tracking, :url, 'shipped', :items, :now, :at)

-- name: of_order
select * from commerce_shipment where tenant = :tenant and order_id = :order order by id

-- name: tracked
select * from commerce_shipment where tenant = :tenant and tracking = :tracking order by shipped_at desc, id desc
limit 1

-- name: move
update commerce_shipment set state = :state, updated_at = :at, delivered_at = :delivered_at,
    carrier = case when :carrier = '' then carrier else :carrier end,
    tracking = case when :tracking = '' then tracking else :tracking end,
    tracking_url = case when :url = '' then tracking_url else :url end
where tenant = :tenant and id = :id and state = :before
