-- name: variants
select id, product, retailer_id, sku, title, titles, price, compare_at, currency, min_qty
from commerce_variant
where tenant = :tenant and id > :after and status = 'active'
order by id
limit :most;

-- name: count
select count(*) from commerce_variant where tenant = :tenant and status = 'active';

-- name: end_of
select id from commerce_variant where tenant = :tenant and status = 'active'
order by id limit 1 offset :skipped;

-- name: products
select id, category, name, names, description, descriptions, image_link, image_source
from commerce_product
where tenant = :tenant and id in (:ids) and status = 'active';

-- name: gone
with recursive gone (id) as (
    select id from commerce_category where tenant = :tenant and hidden = 1
    union
    select c.id from gone join commerce_category c on c.tenant = :tenant and c.parent = gone.id
)
select id from gone;

-- name: number
select number from channel where tenant = :tenant order by id limit 1;
