-- name: wanted
select id, image_source from commerce_product where tenant = :tenant and id = :id and image_state = 'wanted';

-- name: all_wanted
select id from commerce_product where tenant = :tenant and image_state = 'wanted' order by id limit :most;

-- name: kept
update commerce_product set image = :image, image_link = :link, image_state = 'kept', image_error = '',
    version = version + 1, updated_at = :now
where tenant = :tenant and id = :id and image_state = 'wanted' and image_source = :source;

-- name: failed
update commerce_product set image_state = 'failed', image_error = :reason, version = version + 1,
    updated_at = :now
where tenant = :tenant and id = :id and image_state = 'wanted' and image_source = :source;

-- name: given
update commerce_product set image = :image, image_link = :link, image_source = '', image_state = 'kept',
    image_error = '', version = version + 1, updated_at = :now
where tenant = :tenant and id = :id;

-- name: file
select mime_type, state, visibility from media where tenant = :tenant and id = :id;
