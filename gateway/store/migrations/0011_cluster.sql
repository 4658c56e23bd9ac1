-- Several processes on one database.

-- *number* is in the low bits of a process's journal ids. *term* grows with every start and fences what runs
-- jobs. A process owns shards while *lease_until* (microseconds UTC, by the database's clock) has not passed and
-- nobody has noted its end.
alter table process add column number int not null default 0;
alter table process add column term bigint not null default 0;
alter table process add column lease_until bigint not null default 0;
-- 0: it stores webhooks and answers the API only. *host* and *version* are for people.
alter table process add column takes int not null default 1;
-- Whether it holds a lock on a connection of its own, so that its death is seen at once.
alter table process add column pulse int not null default 0;
alter table process add column host text not null default '';
alter table process add column version text not null default '';
-- What all should have alike (`gateway.cluster.setup`), as JSON.
alter table process add column setup text not null default '';
create index process_open on process (id) where stopped_at = 0;

-- The journal rows that are still to be parsed, once for each shard that they speak of. *takes* is '' for the row
-- that takes everything no other row of the same webhook takes, else it takes its shard's events only; *skips*
-- names the shards of those other rows, as ',3,17,'. *starts* counts how often it was begun alone.
create table journal_open_2 (
    shard int not null default 0,
    id bigint not null,
    takes text not null default '',
    skips text not null default '',
    starts int not null default 0,
    primary key (shard, id)
) /*keyed*/;
insert into journal_open_2 (id) select id from journal_open;
drop table journal_open;
alter table journal_open_2 rename to journal_open;

-- What an owner reads: the queues of a number in order, the head of a conversation, and what is new of its shards.
drop index outbox_id;
create index outbox_shard on outbox (shard, id);
create index outbox_queue on outbox (shard, tenant, channel, class, id);
create index outbox_lane on outbox (tenant, conversation, id);
drop index event_id;
create index event_shard on event (shard, id);
create index event_lane on event (tenant, conversation, id);

-- A flow belongs to the owner of its conversation's number.
alter table flow add column shard int not null default 0;
create index flow_shard on flow (shard, updated_at, id);

-- Which process fetches a file: its term, 0 for none.
alter table media add column term bigint not null default 0;
create index media_claimed on media (term) where state = 'pending' and term > 0;
