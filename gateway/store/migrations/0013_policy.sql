-- What a message is for, and what was decided about those that answer nobody.

-- '' is a reply. A row of an older version says nothing of its purpose: 'unsaid'.
alter table outbox add column purpose text not null default 'unsaid';
alter table scheduled add column purpose text not null default 'unsaid';
alter table message add column purpose text not null default '';

-- What the gate decided about a message, and when: the first time, and whenever it was something else.
-- *verdict* is send, hold or drop; *until* is when it is judged again, 0 when it is not; *detail* is JSON.
create table decision (
    tenant text not null,
    message text not null,
    at bigint not null,
    verdict text not null,
    reason text not null,
    until bigint not null,
    detail text not null,
    primary key (tenant, message, at)
) /*keyed*/;
create index decision_at on decision (at);

-- Messages that count against the limits of one contact: taken with the claim, given back when it is known that
-- nothing went out.
create table slot (
    tenant text not null,
    contact text not null,
    at bigint not null,
    message text not null,
    purpose text not null,
    primary key (tenant, contact, at, message)
) /*keyed*/;
create index slot_message on slot (tenant, message);
create index slot_at on slot (at);

-- How many contacts a business may write to first in 24 hours, over all its numbers: *most* as the provider
-- last told it (0: not known, -1: as many as it likes), at the time *at*.
create table portfolio (
    tenant text not null,
    portfolio text not null,
    most int not null,
    at bigint not null,
    primary key (tenant, portfolio)
) /*keyed*/;

-- Whom a business wrote to first within the last 24 hours, and how many in each hour (microseconds / 3600e6).
create table reached (
    tenant text not null,
    portfolio text not null,
    contact text not null,
    at bigint not null,
    message text not null,
    primary key (tenant, portfolio, contact)
) /*keyed*/;
create index reached_at on reached (at);
create index reached_message on reached (tenant, message);

create table reached_hour (
    tenant text not null,
    portfolio text not null,
    hour bigint not null,
    contacts int not null,
    primary key (tenant, portfolio, hour)
) /*keyed*/;
create index reached_hour_hour on reached_hour (hour);
