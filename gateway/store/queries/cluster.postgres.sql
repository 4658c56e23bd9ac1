-- name: database_time
select (extract(epoch from clock_timestamp()) * 1000000)::bigint;

-- name: beating
select l.objid::bigint as term from pg_locks l
where l.locktype = 'advisory' and l.classid = 1734440037 and l.objsubid = 2 and l.granted
    and l.database = (select d.oid from pg_database d where d.datname = current_database());

-- name: up
select extract(epoch from clock_timestamp() - pg_postmaster_start_time())::double precision;
