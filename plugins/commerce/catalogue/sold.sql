-- name: of_a_day
select l.product, sum(l.qty - l.cancelled) as sold
from commerce_order o join commerce_order_line l on l.tenant = :tenant and l.order_id = o.id
where o.tenant = :tenant and o.placed_at >= :first and o.placed_at < :last
    and o.state in ('placed', 'accepted', 'completed')
group by l.product;

-- name: noted
select id, sold from commerce_product where tenant = :tenant and status = 'active' and sold > 0;

-- name: note
update commerce_product set sold = :sold where tenant = :tenant and id = :id and sold <> :sold;
