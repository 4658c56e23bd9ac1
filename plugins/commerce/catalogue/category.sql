-- name: by_path
select id, path from commerce_category where tenant = :tenant and path in (:ids);

-- name: by_id
select id, path from commerce_category where tenant = :tenant and id in (:ids);

-- name: lock
update commerce_category set updated_at = updated_at where tenant = :tenant and parent = '';

-- name: add
insert into commerce_category (tenant, id, parent, path, name, names, emoji, sort, hidden, created_at, updated_at)
values (:tenant, :id, :parent, :path, :name, :names, :emoji, :sort, :hidden, :now, :now)
on conflict do nothing;

-- name: one
select id, parent, path, name, names, emoji, sort, hidden from commerce_category
where tenant = :tenant and id = :id;

-- name: all
select id, parent, path, name, names, emoji, sort, hidden from commerce_category
where tenant = :tenant and id > :after
order by id
limit :most;

-- name: change
update commerce_category set parent = :parent, path = :path, name = :name, names = :names, emoji = :emoji,
    sort = :sort, hidden = :hidden, updated_at = :now
where tenant = :tenant and id = :id;

-- name: another
select 1 from commerce_category where tenant = :tenant and path = :path and id <> :id;

-- name: set_path
update commerce_category set path = :path, updated_at = :now where tenant = :tenant and id = :id;

-- name: subtree
with recursive below (id, parent, name, depth) as (
    select id, parent, name, 1 from commerce_category where tenant = :tenant and id = :id
    union all
    select c.id, c.parent, c.name, b.depth + 1
    from below b join commerce_category c on c.tenant = :tenant and c.parent = b.id
    where b.depth < 10
)
select id, parent, name, depth from below order by depth;

-- name: products_below
with recursive below (id, depth) as (
    select id, 1 from commerce_category where tenant = :tenant and id = :id
    union all
    select c.id, b.depth + 1
    from below b join commerce_category c on c.tenant = :tenant and c.parent = b.id
    where b.depth < 10
)
select p.id from commerce_product p
where p.tenant = :tenant and p.category in (select id from below) and p.id > :after
order by p.id
limit :most;
