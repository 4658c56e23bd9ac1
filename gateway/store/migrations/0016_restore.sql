-- beside: 0011_cluster
-- When this database was restored from a backup.

-- *at* is the moment of the restore, *taken_at* that of the backup: what lies before *at* is held until
-- *ended_at*, which is 0 until all of it is settled. *backup* is the id of the backup.
create table restored (
    id text primary key,
    at bigint not null,
    taken_at bigint not null,
    backup text not null,
    ended_at bigint not null
) /*keyed*/;

-- What waits for a person, and for a proof.
create index dead_restored on dead (tenant, id) where reason = 'restored' and resolved_at = 0;
