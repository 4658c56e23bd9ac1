-- Reservations. `reserved` of a variant is always the sum of what its live reservations (held, committed) hold.

-- name: reserve
update commerce_stock set reserved = reserved + :qty, updated_at = :now
where tenant = :tenant and variant = :variant and location = 'main'
  and (tracked = 0 or backorder = 1 or on_hand - reserved >= :qty)

-- name: give_back
update commerce_stock set reserved = reserved - :qty, updated_at = :now
where tenant = :tenant and variant = :variant and location = :location

-- name: leave
update commerce_stock set reserved = reserved - :qty,
  on_hand = case when tracked = 1 then on_hand - :qty else on_hand end, updated_at = :now
where tenant = :tenant and variant = :variant and location = :location

-- name: keep
insert into commerce_reservation
  (tenant, id, variant, location, order_id, line, qty, state, expires_at, created_at)
values (:tenant, :id, :variant, :location, :order, :line, :qty, :state, :expires_at, :now)

-- name: forget
delete from commerce_reservation where tenant = :tenant and id = :id

-- name: live
select id, variant, location, line, qty from commerce_reservation
where tenant = :tenant and order_id = :order and state in ('held', 'committed')
order by variant, line, id

-- name: commit
update commerce_reservation set state = 'committed', expires_at = 0
where tenant = :tenant and order_id = :order and state = 'held'

-- name: end
update commerce_reservation set state = :state
where tenant = :tenant and id = :id and state in ('held', 'committed') and qty = :qty

-- name: lessen
update commerce_reservation set qty = qty - :part
where tenant = :tenant and id = :id and state in ('held', 'committed') and qty = :qty

-- name: move
insert into commerce_stock_move (tenant, id, variant, delta, reason, reference, actor, at)
values (:tenant, :id, :variant, :delta, 'sale', :order, :actor, :now)
