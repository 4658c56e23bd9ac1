-- name: variants_by_sku
select v.id, v.product, v.sku, v.retailer_id, v.title, v.titles, v.options, v.barcode, v.price, v.compare_at,
    v.weight, v.min_qty, v.max_qty, v.step, v.status, v.sort,
    s.tracked, s.backorder, s.on_hand, s.reserved, s.low_at
from commerce_variant v
left join commerce_stock s on s.tenant = :tenant and s.variant = v.id and s.location = 'main'
where v.tenant = :tenant and v.sku in (:ids);

-- name: variants_by_id
select v.id, v.product, v.sku, v.retailer_id, v.title, v.titles, v.options, v.barcode, v.price, v.compare_at,
    v.weight, v.min_qty, v.max_qty, v.step, v.status, v.sort,
    s.tracked, s.backorder, s.on_hand, s.reserved, s.low_at
from commerce_variant v
left join commerce_stock s on s.tenant = :tenant and s.variant = v.id and s.location = 'main'
where v.tenant = :tenant and v.id in (:ids);

-- name: variants_by_retailer
select id, retailer_id from commerce_variant where tenant = :tenant and retailer_id in (:ids);

-- name: products_by_code
select p.id, p.category, p.code, p.name, p.names, p.description, p.descriptions, p.status, p.featured, p.unit,
    p.tags, p.tax_class, p.needs_delivery, p.image, p.image_link, p.image_source, p.image_state,
    p.image_error, p.sort,
    (select count(*) from commerce_variant v where v.tenant = :tenant and v.product = p.id) as variants
from commerce_product p where p.tenant = :tenant and p.code in (:ids);

-- name: products_by_id
select p.id, p.category, p.code, p.name, p.names, p.description, p.descriptions, p.status, p.featured, p.unit,
    p.tags, p.tax_class, p.needs_delivery, p.image, p.image_link, p.image_source, p.image_state,
    p.image_error, p.sort,
    (select count(*) from commerce_variant v where v.tenant = :tenant and v.product = p.id) as variants
from commerce_product p where p.tenant = :tenant and p.id in (:ids);

-- name: add_product
insert into commerce_product (tenant, id, category, code, name, names, description, descriptions, status,
    featured, unit, tags, tax_class, needs_delivery, image, image_link, image_source, image_state, image_error,
    sort, created_at, updated_at)
values (:tenant, :id, :category, :code, :name, :names, :description, :descriptions, :status, :featured, :unit,
    :tags, :tax_class, :needs_delivery, :image, :image_link, :image_source, :image_state, :image_error, :sort,
    :now, :now)
on conflict do nothing;

-- name: change_product
update commerce_product set category = :category, code = :code, name = :name, names = :names,
    description = :description, descriptions = :descriptions, status = :status, featured = :featured,
    unit = :unit, tags = :tags, tax_class = :tax_class, needs_delivery = :needs_delivery, image = :image,
    image_link = :image_link, image_source = :image_source, image_state = :image_state,
    image_error = :image_error, sort = :sort, version = version + 1, updated_at = :now
where tenant = :tenant and id = :id;

-- name: touch_product
update commerce_product set version = version + 1, updated_at = :now where tenant = :tenant and id = :id;

-- name: drop_empty_product
delete from commerce_product where tenant = :tenant and id in (:ids) and not exists (
    select 1 from commerce_variant v where v.tenant = :tenant and v.product = commerce_product.id
);

-- name: add_variant
insert into commerce_variant (tenant, id, product, sku, sku_key, retailer_id, title, titles, options, barcode,
    price, compare_at, currency, weight, min_qty, max_qty, step, status, sort, created_at, updated_at)
select :tenant, :id, p.id, :sku, :sku_key, :retailer_id, :title, :titles, :options, :barcode, :price,
    :compare_at, :currency, :weight, :min_qty, :max_qty, :step, :status, :sort, :now, :now
from commerce_product p where p.tenant = :tenant and p.id = :product
on conflict do nothing;

-- name: change_variant
update commerce_variant set sku = :sku, sku_key = :sku_key, retailer_id = :retailer_id, title = :title,
    titles = :titles, options = :options, barcode = :barcode, price = :price, compare_at = :compare_at,
    currency = :currency, weight = :weight, min_qty = :min_qty, max_qty = :max_qty, step = :step,
    status = :status, sort = :sort, updated_at = :now
where tenant = :tenant and id = :id;

-- name: variants_there
select id from commerce_variant where tenant = :tenant and id in (:ids);

