-- name: customer
select name, email, phone, delivery from commerce_customer where tenant = :tenant and contact = :contact

-- name: addresses
select id, text, note, area, city, postcode, country, latitude_e6, longitude_e6 from commerce_address
where tenant = :tenant and contact = :contact order by used_at desc, id desc limit 5

-- name: lock
update commerce_cart set touched_at = :now
where tenant = :tenant and id = :cart and contact = :contact and state = 'open'

-- name: draft
select draft from commerce_cart where tenant = :tenant and id = :cart

-- name: keep_draft
update commerce_cart set draft = :draft
where tenant = :tenant and id = :cart and contact = :contact and state = 'open' and draft <> :draft

-- name: placed_from
select id, number, total, currency, payment from commerce_order
where tenant = :tenant and cart = :cart and contact = :contact

-- name: order
insert into commerce_order
  (tenant, id, number, cart, contact, conversation, channel, language, state, name, email, phone, delivery,
   delivery_title, pickup, address, currency, subtotal, discount, delivery_fee, tax, tax_included, rounding,
   total, code, payment, payment_title, payment_state, note, placed_at, expires_at)
values
  (:tenant, :id, :number, :cart, :contact, :conversation, :channel, :language, 'placed', :name, :email, :phone,
   :delivery, :delivery_title, :pickup, :address, :currency, :subtotal, :discount, :delivery_fee, :tax,
   :tax_included, :rounding, :total, :code, :payment, :payment_title, :payment_state, :note, :now, :expires_at)
on conflict do nothing

-- name: line
insert into commerce_order_line
  (tenant, order_id, line, product, variant, sku, name, title, unit, price, qty, discount, tax, tax_bp, total)
values
  (:tenant, :order, :line, :product, :variant, :sku, :name, :title, :unit, :price, :qty, :discount, :tax,
   :tax_bp, :total)

-- name: ordered
update commerce_cart set state = 'ordered', version = version + 1, draft = '{}'
where tenant = :tenant and id = :cart and state = 'open'

-- name: keep_customer
insert into commerce_customer
  (tenant, contact, name, email, phone, delivery, orders, first_order_at, updated_at)
values (:tenant, :contact, :name, :email, :phone, :delivery, 1, :now, :now)
on conflict (tenant, contact) do update set
  name = excluded.name, email = excluded.email, phone = excluded.phone, delivery = excluded.delivery,
  orders = commerce_customer.orders + 1, updated_at = excluded.updated_at,
  first_order_at = case when commerce_customer.first_order_at = 0 then excluded.first_order_at
                        else commerce_customer.first_order_at end

-- name: same_address
select id from commerce_address where tenant = :tenant and contact = :contact and text = :text
order by used_at desc limit 1

-- name: use_address
update commerce_address set used_at = :now, note = :note, area = :area
where tenant = :tenant and id = :id and contact = :contact

-- name: keep_address
insert into commerce_address
  (tenant, id, contact, text, area, city, country, postcode, latitude_e6, longitude_e6, note, used_at)
values
  (:tenant, :id, :contact, :text, :area, :city, :country, :postcode, :latitude_e6, :longitude_e6, :note, :now)
