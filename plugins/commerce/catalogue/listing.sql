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
select * from commerce_variant where tenant = :tenant and product in (:ids) order by sort, id;

-- name: guard
update commerce_product set version = version where tenant = :tenant and id = :id and version = :version;
