-- Files that were taken in, and what is written out.

-- name: seen
select * from commerce_import where tenant = :tenant and sha256 = :sha256 and options = :options

-- name: start
insert into commerce_import
    (tenant, sha256, options, id, name, rows, created, updated, unchanged, refused, started_at, ended_at)
values (:tenant, :sha256, :options, :id, :name, 0, 0, 0, 0, 0, :now, 0)
on conflict (tenant, sha256, options) do update set
    id = excluded.id, name = excluded.name, rows = 0, created = 0, updated = 0, unchanged = 0, refused = 0,
    started_at = excluded.started_at, ended_at = 0

-- name: go_on
update commerce_import set id = :id
where tenant = :tenant and sha256 = :sha256 and options = :options and ended_at = 0

-- name: went_on
update commerce_import set rows = :rows, created = created + :created, updated = updated + :updated,
    unchanged = unchanged + :unchanged, refused = refused + :refused
where tenant = :tenant and sha256 = :sha256 and options = :options and id = :id

-- name: ended
update commerce_import set ended_at = :now
where tenant = :tenant and sha256 = :sha256 and options = :options and id = :id

-- name: currency
select currency from commerce_variant where tenant = :tenant limit 1

-- name: page
select v.id, v.sku, v.title, v.options, v.barcode, v.price, v.compare_at, v.currency, v.weight,
    v.retailer_id, v.status as variant_status, p.code, p.name, p.names, p.description, p.descriptions, p.unit,
    p.tags, p.tax_class, p.status, p.featured, p.image_link, p.image_source,
    (select c.path from commerce_category c where c.tenant = :tenant and c.id = p.category) as path,
    (select s.on_hand from commerce_stock s
     where s.tenant = :tenant and s.variant = v.id and s.location = 'main' and s.tracked = 1) as on_hand
from commerce_variant v
join commerce_product p on p.tenant = :tenant and p.id = v.product
where v.tenant = :tenant and v.id > :after
order by v.id limit :most

-- name: languages
select id, names, descriptions from commerce_product
where tenant = :tenant and id > :after and (names <> '{}' or descriptions <> '{}')
order by id limit :most
