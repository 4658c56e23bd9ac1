-- What providers want to remember.

-- name: recall
select value from provider_note
where tenant = :tenant and provider = :provider and key = :key and until > :now;

-- name: keep
insert into provider_note (tenant, provider, key, value, until)
values (:tenant, :provider, :key, :value, :until)
on conflict (tenant, provider, key) do update set value = excluded.value, until = excluded.until;

-- name: drop
delete from provider_note where tenant = :tenant and provider = :provider and key = :key;
