-- Lists for the staff. Pages are by id, which grows with time.

-- name: everything
select id from commerce_product where tenant = :tenant and id > :after order by id limit :most;

-- name: of_status
select id from commerce_product where tenant = :tenant and status = :status and id > :after
order by id limit :most;

-- name: of_category
select id from commerce_product
where tenant = :tenant and category = :category and id > :after and (:status = '' or status = :status)
order by id limit :most;

-- name: named
select id from commerce_product where tenant = :tenant and code = :q
union
select product from commerce_variant where tenant = :tenant and (sku = :q or barcode = :q)
union
select product from commerce_variant where tenant = :tenant and sku_key = :key
limit 200;

-- name: products
select * from commerce_product where tenant = :tenant and id in (:ids);

-- name: variants
select v.*, s.tracked, s.backorder, s.on_hand, s.reserved, s.low_at
from commerce_variant v
left join (
    select t.variant, min(t.tracked) as tracked, max(t.backorder) as backorder, max(t.low_at) as low_at,
        cast(sum(t.on_hand) as bigint) as on_hand, cast(sum(t.reserved) as bigint) as reserved
    from commerce_variant o join commerce_stock t on t.tenant = :tenant and t.variant = o.id
    where o.tenant = :tenant and o.product in (:ids)
    group by t.variant
) s on s.variant = v.id
where v.tenant = :tenant and v.product in (:ids)
order by v.sort, v.id;

-- name: guard
update commerce_product set version = version where tenant = :tenant and id = :id and version = :version;
