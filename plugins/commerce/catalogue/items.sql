-- What customers see. A category is hidden when it is, or one of the five above it.

-- name: items
select v.id as variant, v.product, p.category, v.sku, v.retailer_id, p.name, p.names, v.title, v.titles,
    p.description, p.descriptions, p.unit, v.price, v.compare_at, v.currency, p.image, p.image_link,
    p.tax_class, p.needs_delivery, v.min_qty, v.max_qty, v.step, v.status, p.status as product_status,
    coalesce(c1.hidden, 0) + coalesce(c2.hidden, 0) + coalesce(c3.hidden, 0) + coalesce(c4.hidden, 0)
        + coalesce(c5.hidden, 0) as hidden,
    (select count(*) from commerce_variant o
     where o.tenant = :tenant and o.product = v.product and o.status = 'active') as siblings
from commerce_variant v
join commerce_product p on p.tenant = :tenant and p.id = v.product
left join commerce_category c1 on c1.tenant = :tenant and c1.id = p.category
left join commerce_category c2 on c2.tenant = :tenant and c2.id = c1.parent
left join commerce_category c3 on c3.tenant = :tenant and c3.id = c2.parent
left join commerce_category c4 on c4.tenant = :tenant and c4.id = c3.parent
left join commerce_category c5 on c5.tenant = :tenant and c5.id = c4.parent
where v.tenant = :tenant and v.id in (:ids);

-- name: of_retailer
select id, retailer_id from commerce_variant where tenant = :tenant and retailer_id in (:ids);

-- name: of_product
select id from commerce_variant
where tenant = :tenant and product = :product and status = 'active'
order by sort, id;

-- name: of_sku
select id from commerce_variant where tenant = :tenant and sku = :sku
union
select id from commerce_variant where tenant = :tenant and sku_key = :key
limit 20;

-- name: of_products
select v.product, v.id,
    (select coalesce(max(case when t.tracked = 0 or t.backorder = 1 then 1
                              when t.on_hand - t.reserved > 0 then 1 else 0 end), 0)
     from commerce_stock t where t.tenant = :tenant and t.variant = v.id) as there
from commerce_variant v
where v.tenant = :tenant and v.product in (:ids) and v.status = 'active'
order by v.sort, v.id;
