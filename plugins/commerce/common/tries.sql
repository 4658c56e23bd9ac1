-- name: tries
select tries from commerce_try
where tenant = :tenant and contact = :contact and what = :what and since > :after

-- name: tried
insert into commerce_try (tenant, contact, what, since, tries) values (:tenant, :contact, :what, :now, 1)
on conflict (tenant, contact, what) do update set
    tries = case when commerce_try.since > :after then commerce_try.tries + 1 else 1 end,
    since = case when commerce_try.since > :after then commerce_try.since else excluded.since end
