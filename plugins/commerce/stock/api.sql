-- name: variants
select id, sku from commerce_variant where tenant = :tenant and sku in (:ids);

-- name: moves
select m.id, v.sku, m.delta, m.reason, m.reference, m.actor, m.at
from commerce_stock_move m join commerce_variant v on v.tenant = :tenant and v.id = m.variant
where m.tenant = :tenant and m.variant = :variant and (m.at < :at or (m.at = :at and m.id < :id))
order by m.at desc, m.id desc
limit :most;
