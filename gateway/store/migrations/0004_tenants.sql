-- Many businesses in one gateway: tenants and channels that no file names, plugins of a tenant, scoped keys,
-- and the record of who changed what.

-- Every business, those of gateway.toml (*origin* file) and those made by command or API (database). The
-- column is called tenant so that a tenant sees its own row and no other. *removed_at* is 0 while it is
-- served; a removed one is kept for 30 days.
create table tenant (
    tenant text primary key,
    name text not null,
    time_zone text not null,
    language text not null,
    country text not null,
    origin text not null,
    created_at bigint not null,
    updated_at bigint not null,
    removed_at bigint not null,
    revision bigint not null
) /*keyed*/;

-- Counts the changes of tenants, channels and plugins. A process that has seen n reads the rows behind it.
-- Its row is locked by every change, so that what is behind n is never committed after somebody saw n.
create table revision (
    id int primary key,
    n bigint not null
) /*keyed*/;
insert into revision (id, n) values (1, 0);

-- *silence* is microseconds; *sources* a JSON list of ranges. *held_at* is when a person paused the
-- sending, 0 while it is not; paused_at is the gateway's own doing.
alter table channel add column name text not null default '';
alter table channel add column origin text not null default 'file';
alter table channel add column silence bigint not null default 0;
alter table channel add column sources text not null default '[]';
alter table channel add column created_at bigint not null default 0;
alter table channel add column held_at bigint not null default 0;
alter table channel add column removed_at bigint not null default 0;
alter table channel add column revision bigint not null default 0;
create unique index channel_webhook on channel (provider, id) where removed_at = 0 and origin = 'database';

-- The plugins of a tenant that no file lists: in which order, whether in use, and their settings (a JSON
-- object, sealed like a channel's).
create table tenant_plugin (
    tenant text not null,
    plugin text not null,
    position int not null,
    enabled int not null,
    settings bytea not null,
    updated_at bigint not null,
    revision bigint not null,
    primary key (tenant, plugin)
) /*keyed*/;

-- *scopes* are separated by spaces, "*" is all of them. Times are 0 for never. *rotates* is the key that
-- this one stands in for.
alter table api_key add column scopes text not null default '*';
alter table api_key add column expires_at bigint not null default 0;
alter table api_key add column rotates text not null default '';

-- Keys for work across tenants. No tenant's, hence the workers' alone.
create table operator_key (
    id text primary key,
    hash bytea not null,
    name text not null,
    scopes text not null,
    created_at bigint not null,
    last_used_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint not null,
    rotates text not null
);

-- Who changed what. Append-only; each row holds the hash of the one before it, per tenant, so that a row
-- that was changed or taken out shows. *tenant* is '' for what concerns no tenant. *actor* is "key:ID",
-- "operator:ID", "cli:USER", "file" or "gateway".
create table audit (
    tenant text not null,
    seq bigint not null,
    at bigint not null,
    actor text not null,
    action text not null,
    object text not null,
    detail text not null,
    address text not null,
    request text not null,
    hash text not null,
    primary key (tenant, seq)
) /*keyed*/;
create index audit_at on audit (at);
