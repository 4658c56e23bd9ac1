-- name: dead
select plugin, count(*) as count from dead where stage = 'plugin' and resolved_at = 0 group by plugin;

-- name: components
select distinct component from migration;
