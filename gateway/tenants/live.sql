-- What every process has to know of tenants, channels and plugins: read whole at start, then what changed.
-- It spans tenants, hence the workers' role.

-- name: revision
select n from revision where id = 1;

-- name: tenants
select tenant, time_zone, language, country, origin, removed_at, policy, retention from tenant where revision > :seen;

-- name: channels
select tenant, id, provider, settings, silence, sources, origin, held_at, removed_at, created_at from channel
where revision > :seen order by created_at, id;

-- name: plugins
select tenant, plugin, position, enabled, settings from tenant_plugin
where revision > :seen order by position, plugin;
