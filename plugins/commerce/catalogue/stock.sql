-- name: counts
select variant, tracked, backorder, on_hand, reserved, low_at from commerce_stock
where tenant = :tenant and variant in (:ids);
