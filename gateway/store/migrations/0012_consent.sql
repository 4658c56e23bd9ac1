-- beside: 0011_cluster
-- What contacts want to be written to about, how that came, and who is never to be written to.

-- Every word, signal and change about it, never changed: *purpose* is service or marketing, *state* in or out.
-- *source* is who told (gateway.consent.change), *proof* what shows it: a message's id, a provider's code. *at* is
-- when it was so, *noted_at* when we heard. It goes with its contact, and not before.
create table consent_event (
    tenant text not null,
    contact text not null,
    id text not null,
    purpose text not null,
    state text not null,
    source text not null,
    proof text not null,
    channel text not null,
    at bigint not null,
    noted_at bigint not null,
    primary key (tenant, contact, id),
    constraint gateway_consent_event foreign key (tenant, contact)
        references contact (tenant, id) on delete cascade
) /*keyed*/;

-- The newest of each contact and purpose, by *at*; *event* is its id.
create table consent (
    tenant text not null,
    contact text not null,
    purpose text not null,
    state text not null,
    event text not null,
    at bigint not null,
    primary key (tenant, contact, purpose),
    constraint gateway_consent_contact foreign key (tenant, contact)
        references contact (tenant, id) on delete cascade
) /*keyed*/;

-- Names that get nothing more of *purpose*, also when their contact is gone: *hash* is keyed (gateway.consent.suppress).
create table suppression (
    tenant text not null,
    hash bytea not null,
    purpose text not null,
    reason text not null,
    at bigint not null,
    primary key (tenant, hash, purpose)
) /*keyed*/;

-- Keys of a tenant's own, made once and sealed; they outlive every rotation of [server] secret.
create table tenant_secret (
    tenant text not null,
    name text not null,
    value bytea not null,
    primary key (tenant, name)
) /*keyed*/;
