-- name: lock
update commerce_order set version = version where tenant = :tenant and id = :id

-- name: key
insert into commerce_order_act (tenant, order_id, key, act, at) values (:tenant, :order, :key, :act, :at)
on conflict do nothing

-- name: save
update commerce_order set state = :state, paid = :paid, refunded = :refunded, payment_state = :payment_state,
    fulfilment = :fulfilment, cancel_reason = :cancel_reason, expires_at = :expires_at, closed_at = :closed_at,
    version = version + 1
where tenant = :tenant and id = :id and version = :version and state = :before

-- name: line
update commerce_order_line set cancelled = :cancelled, packed = :packed, shipped = :shipped,
    delivered = :delivered, returned = :returned
where tenant = :tenant and order_id = :order and line = :line
