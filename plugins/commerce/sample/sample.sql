-- What the sample writes beside the catalogue's own.

-- name: skus
select sku from commerce_variant where tenant = :tenant;

-- name: category
update commerce_category set names = :names, emoji = :emoji, sort = :sort, updated_at = :now
where tenant = :tenant and path = :path;

-- name: picture
update commerce_product set image = :image, image_link = :link, image_source = '', image_state = 'kept',
    image_error = '', updated_at = :now
where tenant = :tenant and code = :code;

-- name: code
insert into commerce_code (tenant, code, kind, value, currency, min_subtotal, title, created_at)
values (:tenant, :code, 'percentage', :value, :currency, :least, :title, :now)
on conflict do nothing;
