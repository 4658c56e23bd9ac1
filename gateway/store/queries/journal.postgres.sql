-- name: append
-- Webhooks and their open rows in one statement: one round trip, all or nothing.
with kept as (
    insert into journal (id, provider, channel, received_at, headers, body)
    select * from unnest(
        :ids::bigint[], :providers::text[], :channels::text[], :received::bigint[], :headers::text[],
        :bodies::bytea[]
    )
)
insert into journal_open (shard, id, takes, skips)
select * from unnest(:shards::int[], :open::bigint[], :takes::text[], :skips::text[]);

-- name: fence
-- Whether *process* owns the shard, which nobody can take from it before the commit.
select id from shard where id = :shard and owner = :process for share;
