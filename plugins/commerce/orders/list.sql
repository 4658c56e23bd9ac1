-- name: base
select * from commerce_order where tenant = :tenant

-- name: state
 and state = :state

-- name: payment
 and payment_state = :payment

-- name: fulfilment
 and fulfilment = :fulfilment

-- name: contact
 and contact = :contact

-- name: since
 and placed_at >= :since

-- name: until
 and placed_at < :until

-- name: number
 and number = :number

-- name: phone
 and phone = :phone

-- name: tracking
 and id in (select order_id from commerce_shipment where tenant = :tenant and tracking = :tracking)

-- name: behind
 and (placed_at < :at or (placed_at = :at and id < :id))

-- name: page
 order by placed_at desc, id desc limit :limit

-- name: notices
select n.*, o.number as number from commerce_notice n
join commerce_order o on o.tenant = n.tenant and o.id = n.order_id
where n.tenant = :tenant and n.state = :state and (n.at < :at or (n.at = :at and n.id < :id))
order by n.at desc, n.id desc limit :limit
