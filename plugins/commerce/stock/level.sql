-- name: lock
update commerce_stock set updated_at = :now
where tenant = :tenant and variant = :variant and location = 'main'
returning tracked, backorder, on_hand, reserved, low_at;

-- name: begin_counting
insert into commerce_stock (tenant, variant, updated_at)
select :tenant, v.id, :now from commerce_variant v where v.tenant = :tenant and v.id = :variant
on conflict do nothing;

-- name: put
update commerce_stock set on_hand = :on_hand, tracked = :tracked, updated_at = :now
where tenant = :tenant and variant = :variant and location = 'main';

-- name: note
insert into commerce_stock_move (tenant, id, variant, delta, reason, reference, actor, at)
values (:tenant, :id, :variant, :delta, :reason, :reference, :actor, :now);
