-- name: rows
with recursive gone (id) as (
    select id from commerce_category where tenant = :tenant and hidden = 1
    union
    select c.id from gone join commerce_category c on c.tenant = :tenant and c.parent = gone.id
)
select v.id, v.retailer_id, v.sku, v.title, v.titles, v.price, v.compare_at, v.currency, v.status,
    p.name, p.names, p.description, p.descriptions, p.image_link, p.image_source, p.status as product_status,
    (select max(case when s.tracked = 0 or s.backorder = 1 then 1
                     when s.on_hand - s.reserved >= v.min_qty then 1 else 0 end)
     from commerce_stock s where s.tenant = :tenant and s.variant = v.id) as there
from commerce_variant v join commerce_product p on p.tenant = :tenant and p.id = v.product
where v.tenant = :tenant and v.id > :after and v.status = 'active' and p.status = 'active'
    and p.category not in (select id from gone)
order by v.id
limit :most;

-- name: number
select number from channel where tenant = :tenant order by id limit 1;
