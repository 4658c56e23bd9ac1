-- name: events
update commerce_order_event set data = '{}'
where tenant = :tenant and data <> '{}' and kind not in ('paid', 'refunded')
and order_id in (select id from commerce_order where tenant = :tenant and contact = :contact)

-- name: parcels
update commerce_shipment set tracking_url = '', tracking = ''
where tenant = :tenant and order_id in (select id from commerce_order where tenant = :tenant and contact = :contact)

-- name: lines
select o.number, l.line, l.sku, l.name, l.title, l.qty, l.price, l.total from commerce_order_line l
join commerce_order o on o.tenant = l.tenant and o.id = l.order_id
where l.tenant = :tenant and o.contact = :contact order by o.placed_at, l.line

-- name: told
select o.number, e.at, e.kind, e.data from commerce_order_event e
join commerce_order o on o.tenant = e.tenant and o.id = e.order_id
where e.tenant = :tenant and o.contact = :contact and e.kind not in ('note', 'attention') order by o.placed_at, e.id

-- name: paid
select o.number, p.kind, p.amount, p.currency, p.method, p.reference, p.at from commerce_payment p
join commerce_order o on o.tenant = p.tenant and o.id = p.order_id
where p.tenant = :tenant and o.contact = :contact order by o.placed_at, p.id

-- name: sent
select o.number, s.carrier, s.tracking, s.tracking_url, s.state, s.shipped_at, s.delivered_at from commerce_shipment s
join commerce_order o on o.tenant = s.tenant and o.id = s.order_id
where s.tenant = :tenant and o.contact = :contact order by o.placed_at, s.id
