-- The configuration's mirror. The statements over all tenants are the workers'.

-- name: tenants
select tenant, time_zone, language, country, origin, removed_at from tenant;

-- name: put_tenant
-- One that was the database's is read anew by every process that knows it as such.
insert into tenant (tenant, name, time_zone, language, country, origin, created_at, updated_at, removed_at,
    revision)
values (:tenant, '', :time_zone, :language, :country, 'file', :now, :now, 0, 0)
on conflict (tenant) do update set
    time_zone = excluded.time_zone, language = excluded.language, country = excluded.country,
    revision = case when tenant.origin = 'file' then tenant.revision else :revision end,
    origin = 'file', updated_at = excluded.updated_at, removed_at = 0;

-- name: leave_tenant
update tenant set removed_at = :now, updated_at = :now where tenant = :tenant;

-- name: channels
select tenant, id, provider, number, settings, silence, sources, origin, removed_at from channel;

-- name: put_channel
insert into channel (tenant, id, provider, number, settings, silence, sources, origin, paused_at,
    paused_reason, created_at, updated_at)
values (:tenant, :id, :provider, :number, :settings, :silence, :sources, :origin, 0, '', :now, :now)
on conflict (tenant, id) do update set
    provider = excluded.provider, number = excluded.number, settings = excluded.settings,
    silence = excluded.silence, sources = excluded.sources, origin = excluded.origin, removed_at = :removed_at,
    revision = case when channel.origin = 'file' then channel.revision else :revision end,
    updated_at = excluded.updated_at;

-- name: leave_channel
update channel set removed_at = :now, settings = :nothing, updated_at = :now
where tenant = :tenant and id = :id;

-- name: unpause
update channel set paused_at = 0, paused_reason = '' where paused_at <> 0;

-- name: states
select id, paused_at, paused_reason, webhook_at, held_at from channel
where tenant = :tenant and removed_at = 0 order by id;
