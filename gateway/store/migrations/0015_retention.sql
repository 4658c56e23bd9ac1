-- beside: 0011_cluster
-- How long what is kept, and what a tenant lets out.

-- What a tenant of the database says of itself, as gateway.toml would: JSON objects, only what it says.
alter table tenant add column policy text not null default '{}';
alter table tenant add column retention text not null default '{}';
