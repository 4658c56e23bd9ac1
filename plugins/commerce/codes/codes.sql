-- name: one
select * from commerce_code where tenant = :tenant and code = :code

-- name: used_by
select count(*) from commerce_redemption
where tenant = :tenant and code = :code and order_id <> :order
and ((:contact <> '' and contact = :contact) or (:phone <> '' and phone = :phone))

-- name: orders_of
select count(*) from commerce_order
where tenant = :tenant and contact = :contact and state not in ('cancelled', 'expired')

-- name: below
with recursive below(id) as (
    select id from commerce_category where tenant = :tenant and id = :category
    union
    select c.id from commerce_category c join below b on c.parent = b.id where c.tenant = :tenant)
select id from below

-- name: redeemed
select code from commerce_redemption where tenant = :tenant and code = :code and order_id = :order

-- name: use
update commerce_code set used = used + 1
where tenant = :tenant and code = :code and active = 1 and (usage_limit = 0 or used < usage_limit)
and starts_at <= :now and (ends_at = 0 or ends_at > :now) and (contact = '' or contact = :contact)
returning per_customer

-- name: unuse
update commerce_code set used = used - 1 where tenant = :tenant and code = :code and used > 0

-- name: redeem
insert into commerce_redemption (tenant, code, order_id, contact, phone, amount, at)
values (:tenant, :code, :order, :contact, :phone, :amount, :now) on conflict do nothing

-- name: give_back
delete from commerce_redemption where tenant = :tenant and order_id = :order returning code

-- name: add
insert into commerce_code (tenant, code, kind, value, currency, min_subtotal, max_discount, category, contact,
    first_order, usage_limit, per_customer, starts_at, ends_at, active, title, created_at)
values (:tenant, :code, :kind, :value, :currency, :min_subtotal, :max_discount, :category, :contact,
    :first_order, :usage_limit, :per_customer, :starts_at, :ends_at, :active, :title, :now)
on conflict do nothing

-- name: change
update commerce_code set min_subtotal = :min_subtotal, max_discount = :max_discount,
    usage_limit = :usage_limit, per_customer = :per_customer, starts_at = :starts_at, ends_at = :ends_at,
    active = :active, title = :title
where tenant = :tenant and code = :code

-- name: list
select * from commerce_code where tenant = :tenant and code > :after order by code limit :page

-- name: stop
update commerce_code set active = 0 where tenant = :tenant and code = :code

-- name: category
select id from commerce_category where tenant = :tenant and (id = :named or path = :named)

-- name: currency
select currency from commerce_variant where tenant = :tenant limit 1
