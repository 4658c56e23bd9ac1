-- Tenants, channels and plugins as they are changed by command and API.

-- name: revise
-- First in every change: whoever else changes something waits, and sees what was done here.
update revision set n = n + 1 where id = 1 returning n;

-- name: tenant
select tenant, name, time_zone, language, country, origin, created_at, updated_at, removed_at, revision,
    policy, retention
from tenant where tenant = :tenant;

-- name: add_tenant
-- One that gateway.toml does not name any more is taken over, with all that it has.
insert into tenant (tenant, name, time_zone, language, country, origin, created_at, updated_at, removed_at,
    revision)
values (:tenant, :name, :time_zone, :language, :country, 'database', :now, :now, 0, :revision)
on conflict (tenant) do update set name = excluded.name, time_zone = excluded.time_zone,
    language = excluded.language, country = excluded.country, origin = 'database', updated_at = :now,
    removed_at = 0, revision = excluded.revision;

-- name: change_tenant
update tenant set name = :name, time_zone = :time_zone, language = :language, country = :country,
    updated_at = :now, revision = :revision
where tenant = :tenant;

-- name: rule_tenant
update tenant set policy = :policy, retention = :retention, updated_at = :now, revision = :revision
where tenant = :tenant;

-- name: remove_tenant
update tenant set removed_at = :now, updated_at = :now, revision = :revision where tenant = :tenant;

-- name: channels
select tenant, id, provider, number, settings, paused_at, paused_reason, updated_at, webhook_at, name, origin,
    silence, sources, created_at, held_at, removed_at, revision
from channel where tenant = :tenant and removed_at = 0 order by id;

-- name: channel
select tenant, id, provider, number, settings, paused_at, paused_reason, updated_at, webhook_at, name, origin,
    silence, sources, created_at, held_at, removed_at, revision
from channel where tenant = :tenant and id = :id;

-- name: rivals
-- Who has the address /webhooks/{provider}/{id}, or the number, over all tenants.
select tenant, id, provider, number, origin, removed_at from channel
where provider = :provider and (id = :id or (number = :number and number <> '' and removed_at = 0));

-- name: add_channel
insert into channel (tenant, id, provider, number, settings, paused_at, paused_reason, updated_at, name, origin,
    silence, sources, created_at, held_at, removed_at, revision)
values (:tenant, :id, :provider, :number, :settings, 0, '', :now, :name, 'database', :silence, :sources,
    :now, 0, 0, :revision)
on conflict (tenant, id) do update set provider = excluded.provider, number = excluded.number,
    settings = excluded.settings, paused_at = 0, paused_reason = '', updated_at = excluded.updated_at,
    name = excluded.name, origin = 'database', silence = excluded.silence, sources = excluded.sources,
    created_at = excluded.created_at, held_at = 0, removed_at = 0, revision = excluded.revision;

-- name: change_channel
-- With new settings it is tried again, as after a restart.
update channel set number = :number, settings = :settings, name = :name, silence = :silence,
    sources = :sources, paused_at = case when :anew = 1 then 0 else paused_at end,
    paused_reason = case when :anew = 1 then '' else paused_reason end,
    updated_at = :now, revision = :revision
where tenant = :tenant and id = :id;

-- name: hold
update channel set held_at = :held_at, updated_at = :now, revision = :revision
where tenant = :tenant and id = :id;

-- name: remove_channel
-- The secrets go first of all: they are not to be had from here on.
update channel set settings = :nothing, removed_at = :now, updated_at = :now, revision = :revision
where tenant = :tenant and id = :id;

-- name: remove_channels
update channel set settings = :nothing, removed_at = case when removed_at = 0 then :now else removed_at end,
    updated_at = :now, revision = :revision
where tenant = :tenant;

-- name: plugins
select plugin, position, enabled, settings, updated_at, revision from tenant_plugin
where tenant = :tenant order by position, plugin;

-- name: put_plugin
insert into tenant_plugin (tenant, plugin, position, enabled, settings, updated_at, revision)
values (:tenant, :plugin, :position, :enabled, :settings, :now, :revision)
on conflict (tenant, plugin) do update set position = excluded.position, enabled = excluded.enabled,
    settings = excluded.settings, updated_at = excluded.updated_at, revision = excluded.revision;

-- name: remove_plugins
update tenant_plugin set enabled = 0, settings = :nothing, updated_at = :now, revision = :revision
where tenant = :tenant;

-- name: revoke_keys
update api_key set revoked_at = :now where tenant = :tenant and revoked_at = 0;

-- name: disable_endpoints
-- Nothing is posted to a disabled one.
update endpoint set state = 'disabled', disabled_reason = 'removed', secret = :nothing, old_secret = :nothing,
    old_until = 0, updated_at = :now
where tenant = :tenant;

-- name: drop_ready
-- What was never handed to a provider, or not taken by it. What is being sent right now is left to its
-- outcome: a claim has changed the state before, or finds no row after.
delete from outbox where tenant = :tenant and state = 'ready' and id in (
    select o.id from outbox o
    where o.tenant = :tenant and o.state = 'ready' and (o.channel = :channel or :channel = '')
    order by o.id limit :limit
)
returning id, message, idx, channel, conversation, attempt, resent;

-- name: left_over
-- Channels that are gone, of which something waits still: it was taken at the moment of the removal, or the
-- removal was cut short.
select c.tenant, c.id from channel c
where c.removed_at > :since and c.origin = 'database' and (
    exists (select 1 from outbox o where o.tenant = c.tenant and o.channel = c.id and o.state = 'ready')
    or exists (select 1 from scheduled s where s.tenant = c.tenant and s.channel = c.id)
)
order by c.tenant, c.id limit :limit;

-- name: drop_scheduled
delete from scheduled where tenant = :tenant and message in (
    select s.message from scheduled s
    where s.tenant = :tenant and (s.channel = :channel or :channel = '')
    order by s.message limit :limit
)
returning message, channel, conversation, idx, bodies;
