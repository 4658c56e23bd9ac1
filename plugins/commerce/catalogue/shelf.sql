-- Products in the order in which customers see them. `there` is 1 for what can be sold, 0 for what cannot,
-- and nothing for what has no variant.

-- name: in_categories
select p.id, p.category, p.sort, p.name, (
    select max(case when t.tracked = 0 or t.backorder = 1 then 1
                    when t.on_hand - t.reserved > 0 then 1 else 0 end)
    from commerce_variant v left join commerce_stock t on t.tenant = :tenant and t.variant = v.id
    where v.tenant = :tenant and v.product = p.id and v.status = 'active'
) as there
from commerce_product p
where p.tenant = :tenant and p.category in (:ids) and p.status = 'active'
order by p.sort, p.name, p.id
limit :most;

-- name: featured
select p.id, (
    select max(case when t.tracked = 0 or t.backorder = 1 then 1
                    when t.on_hand - t.reserved > 0 then 1 else 0 end)
    from commerce_variant v left join commerce_stock t on t.tenant = :tenant and t.variant = v.id
    where v.tenant = :tenant and v.product = p.id and v.status = 'active'
) as there
from commerce_product p
where p.tenant = :tenant and p.featured = 1 and p.status = 'active'
order by p.sort, p.name, p.id
limit :most;

-- name: sold
select p.id, (
    select max(case when t.tracked = 0 or t.backorder = 1 then 1
                    when t.on_hand - t.reserved > 0 then 1 else 0 end)
    from commerce_variant v left join commerce_stock t on t.tenant = :tenant and t.variant = v.id
    where v.tenant = :tenant and v.product = p.id and v.status = 'active'
) as there
from commerce_product p
where p.tenant = :tenant and p.status = 'active' and p.sold > 0
order by p.sold desc, p.id desc
limit :most;

-- name: newest
select p.id, (
    select max(case when t.tracked = 0 or t.backorder = 1 then 1
                    when t.on_hand - t.reserved > 0 then 1 else 0 end)
    from commerce_variant v left join commerce_stock t on t.tenant = :tenant and t.variant = v.id
    where v.tenant = :tenant and v.product = p.id and v.status = 'active'
) as there
from commerce_product p
where p.tenant = :tenant and p.status = 'active'
order by p.id desc
limit :most;
