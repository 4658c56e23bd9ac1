-- name: append
-- Webhooks and their open rows in one statement: one round trip, all or nothing.
with kept as (
    insert into journal (id, provider, channel, received_at, headers, body)
    select * from unnest(
        :id::bigint[], :provider::text[], :channel::text[], :received_at::bigint[], :headers::text[],
        :body::bytea[]
    )
)
insert into journal_open (shard, id, takes, skips)
select * from unnest(:open_shard::int[], :open_id::bigint[], :open_takes::text[], :open_skips::text[]);

-- name: fence
-- Whether *process* owns the shard, which nobody can take from it before the commit.
select id from shard where id = :shard and owner = :process for share;
