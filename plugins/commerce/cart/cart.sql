-- name: open
select id, contact, version, currency, note, code from commerce_cart
where tenant = :tenant and contact = :contact and state = 'open'

-- name: lines
select variant, qty, price_seen, added_at from commerce_cart_line
where tenant = :tenant and cart = :cart order by added_at, variant

-- name: lock
update commerce_cart set touched_at = :now, conversation = :conversation, currency = :currency
where tenant = :tenant and contact = :contact and state = 'open'
returning id, version, note, code

-- name: begin
insert into commerce_cart (tenant, id, contact, conversation, currency, created_at, touched_at)
values (:tenant, :id, :contact, :conversation, :currency, :now, :now) on conflict do nothing

-- name: changed
update commerce_cart set version = version + 1 where tenant = :tenant and id = :cart

-- name: put
insert into commerce_cart_line (tenant, cart, variant, qty, price_seen, added_at)
values (:tenant, :cart, :variant, :qty, :price, :now)
on conflict (tenant, cart, variant) do update set qty = excluded.qty

-- name: take_out
delete from commerce_cart_line where tenant = :tenant and cart = :cart and variant = :variant

-- name: clear
delete from commerce_cart_line where tenant = :tenant and cart = :cart

-- name: note
update commerce_cart set note = :note where tenant = :tenant and id = :cart

-- name: code
update commerce_cart set code = :code where tenant = :tenant and id = :cart

-- name: seen
update commerce_cart_line set price_seen = :price
where tenant = :tenant and cart = :cart and variant = :variant and price_seen = :was

-- name: idle
update commerce_cart set state = 'expired', version = version + 1
where tenant = :tenant and state = 'open' and touched_at < :before and id in (
    select id from commerce_cart where tenant = :tenant and state = 'open' and touched_at < :before
    order by touched_at limit :page)

-- name: old
select id from commerce_cart
where tenant = :tenant and state in ('ordered', 'expired') and touched_at < :before limit :page

-- name: forget_lines
delete from commerce_cart_line where tenant = :tenant and cart = :cart

-- name: forget
delete from commerce_cart where tenant = :tenant and id = :cart and state <> 'open'

-- name: erase_lines
delete from commerce_cart_line where tenant = :tenant and cart in (
    select id from commerce_cart where tenant = :tenant and contact = :contact)

-- name: export_lines
select cart, variant, qty, price_seen, added_at from commerce_cart_line
where tenant = :tenant and cart in (
    select id from commerce_cart where tenant = :tenant and contact = :contact)
