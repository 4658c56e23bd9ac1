-- beside: 0011_cluster
-- What the gateway itself keeps about contacts and tenants: who is not answered for a while, and what was sent.

-- Contacts who are not answered: *reason* is flood (too much of one contact) or loop (a machine that answers us).
-- A row goes when the contact is answered again.
create table muted (
    tenant text not null,
    contact text not null,
    reason text not null,
    channel text not null,
    conversation text not null,
    since bigint not null,
    primary key (tenant, contact),
    constraint gateway_muted_contact foreign key (tenant, contact)
        references contact (tenant, id) on delete cascade
) /*keyed*/;
create index muted_since on muted (since);

-- Messages that a tenant sent, by *slot*: a day of its own zone ('d2026-11-21'), a minute ('m29400123').
-- Processes add to it, each second or so.
create table quota (
    tenant text not null,
    slot text not null,
    n bigint not null,
    at bigint not null,
    primary key (tenant, slot)
) /*keyed*/;
create index quota_at on quota (at);
