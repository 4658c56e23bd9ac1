-- name: events
update commerce_order_event set data = '{}' where tenant = :tenant and kind in ('note', 'cancelled', 'reduced',
    'failed_delivery', 'shipped', 'attention')
and order_id in (select id from commerce_order where tenant = :tenant and contact = :contact)

-- name: parcels
update commerce_shipment set tracking_url = '', tracking = ''
where tenant = :tenant and order_id in (select id from commerce_order where tenant = :tenant and contact = :contact)
