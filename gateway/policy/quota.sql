-- name: add
insert into quota (tenant, slot, n, at) values (:tenant, :slot, :n, :now)
on conflict (tenant, slot) do update set n = quota.n + excluded.n, at = excluded.at
returning tenant, slot, n;

-- name: look
select tenant, slot, n from quota where tenant = :tenant and slot = :slot;

-- name: forget
-- Of every tenant: minutes that nobody asks for any more, and days of long ago.
delete from quota where at < :before or (at < :minutes and slot like 'm%');
