-- name: lock
update commerce_stock set updated_at = :now
where tenant = :tenant and variant in (:ids) and location = 'main'
returning variant, tracked, backorder, on_hand, reserved, low_at;

-- name: add
insert into commerce_stock (tenant, variant, tracked, backorder, on_hand, low_at, updated_at)
values (:tenant, :variant, :tracked, :backorder, :on_hand, :low_at, :now)
on conflict do nothing;

-- name: begin_counting
insert into commerce_stock (tenant, variant, tracked, updated_at)
select v.tenant, v.id, 0, v.updated_at from commerce_variant v
where v.tenant = :tenant and v.id in (:ids)
on conflict do nothing;

-- name: put
update commerce_stock set tracked = :tracked, backorder = :backorder, on_hand = :on_hand, low_at = :low_at,
    updated_at = :now
where tenant = :tenant and variant = :variant and location = 'main';

-- name: made
select id from commerce_stock_move where tenant = :tenant and id in (:ids);

-- name: note
insert into commerce_stock_move (tenant, id, variant, delta, reason, reference, actor, at)
values (:tenant, :id, :variant, :delta, :reason, :reference, :actor, :now);
