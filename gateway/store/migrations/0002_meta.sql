-- What the whole of Meta's Cloud API needs: identities that end, windows that are free, messages for
-- later, templates as the provider knows them, and when a channel was last heard.

-- When a name stopped being the contact's (a replaced user id); 0 while it is in use. It still finds the
-- contact, for webhooks come late.
alter table identity add column retired_at bigint not null default 0;

-- Until when all is free after an answer to an ad; when the ad was tapped; before when no marketing
-- message may be tried again (error 131049).
alter table conversation add column free_until bigint not null default 0;
alter table conversation add column referral_at bigint not null default 0;
alter table conversation add column marketing_after bigint not null default 0;

-- Names that two contacts lay claim to. Nobody is merged by itself; a person decides.
create table identity_conflict (
    tenant text not null,
    id text not null,
    kind text not null,
    scope text not null,
    value text not null,
    contact text not null,
    other text not null,
    reason text not null,
    at bigint not null,
    resolved_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;

-- Messages that are to be sent later. When one is due its parts move to the outbox, in one transaction.
-- *bodies* is a JSON list of rendered parts, *idx* the place of the first in its message; *free_form* whether
-- the 24-hour window must be open then; *deadline* when it becomes useless to send what is not free-form.
create table scheduled (
    tenant text not null,
    message text not null,
    due_at bigint not null,
    channel text not null,
    shard int not null,
    conversation text not null,
    address text not null,
    class text not null,
    idx int not null,
    bodies text not null,
    free_form int not null,
    deadline bigint not null,
    reason text not null,
    created_at bigint not null,
    primary key (tenant, message)
) /*keyed*/;
create index scheduled_due on scheduled (due_at);

-- Templates as the provider last told of them. *account* is the provider's account (a WABA); *logical* is
-- the name by which ours are sent, "order_ready" also when the provider has "order_ready_v2". The four
-- times say how new each thing is that was told; *definition* is '' while the content is not known.
create table template (
    tenant text not null,
    account text not null,
    name text not null,
    language text not null,
    logical text not null,
    provider_id text not null,
    status text not null,
    category text not null,
    quality text not null,
    reason text not null,
    definition text not null,
    status_at bigint not null,
    category_at bigint not null,
    quality_at bigint not null,
    content_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, account, name, language)
) /*keyed*/;
create index template_updated on template (updated_at);

-- When an account's templates were last read from the provider, whole.
create table template_sync (
    tenant text not null,
    account text not null,
    synced_at bigint not null,
    primary key (tenant, account)
) /*keyed*/;

-- When the channel's last authentic webhook came.
alter table channel add column webhook_at bigint not null default 0;

-- In the order of the parts: without it SQLite reads all parts of a tenant, for lack of statistics.
drop index part_message;
create index part_message on part (tenant, message, idx);
