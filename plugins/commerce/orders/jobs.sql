-- name: unpaid
select id from commerce_order where tenant = :tenant and state = 'placed' and expires_at > 0 and expires_at <= :now
order by expires_at limit 100
