-- Categories as customers see them.

-- name: children
with recursive below (root, id, depth) as (
    select id, id, 1 from commerce_category where tenant = :tenant and parent = :parent and hidden = 0
    union all
    select b.root, c.id, b.depth + 1
    from below b join commerce_category c on c.tenant = :tenant and c.parent = b.id and c.hidden = 0
    where b.depth < 6
)
select c.id, c.parent, c.path, c.name, c.names, c.emoji
from commerce_category c
where c.tenant = :tenant and c.parent = :parent and c.hidden = 0 and c.id in (
    select b.root from below b
    where (
        -- One look at an index for each category; a join would read all products.
        select 1 from commerce_product p
        where p.tenant = :tenant and p.category = b.id and p.status = 'active' limit 1
    ) = 1
)
order by c.sort, c.name, c.id
limit :most;

-- name: upwards
with recursive up (id, parent, hidden, depth) as (
    select id, parent, hidden, 1 from commerce_category where tenant = :tenant and id = :id
    union all
    select c.id, c.parent, c.hidden, up.depth + 1
    from up join commerce_category c on c.tenant = :tenant and c.id = up.parent
    where up.depth < 6
)
select c.id, c.parent, c.path, c.name, c.names, c.emoji
from commerce_category c
where c.tenant = :tenant and c.id = :id and not exists (select 1 from up where hidden = 1);

-- name: tree
with recursive below (id, parent, sort, name, depth) as (
    select id, parent, sort, name, 0 from commerce_category where tenant = :tenant and id = :id
    union all
    select c.id, c.parent, c.sort, c.name, b.depth + 1
    from below b join commerce_category c on c.tenant = :tenant and c.parent = b.id and c.hidden = 0
    where b.depth < 6
)
select b.id, b.parent, b.depth, (
    select count(*) from (
        select 1 from commerce_product p
        where p.tenant = :tenant and p.category = b.id and p.status = 'active' limit :most
    ) few
) as products
from below b
order by b.depth, b.sort, b.name, b.id;
