-- name: order
select * from commerce_order where tenant = :tenant and id = :id

-- name: numbered
select * from commerce_order where tenant = :tenant and number = :number

-- name: lines
select * from commerce_order_line where tenant = :tenant and order_id = :id order by line

-- name: of_contact
select * from commerce_order where tenant = :tenant and contact = :contact
order by placed_at desc, id desc limit :limit offset :offset

-- name: open_of_contact
select * from commerce_order where tenant = :tenant and contact = :contact and state in ('placed', 'accepted')
order by placed_at desc, id desc limit 1
