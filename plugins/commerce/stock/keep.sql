-- name: forget
delete from commerce_stock_move where tenant = :tenant and id in (
    select id from commerce_stock_move where tenant = :tenant and at < :before order by at limit :page)
