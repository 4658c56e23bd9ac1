-- What three providers need: menus that were sent, notes of providers, files.

-- What contacts were asked to choose from, newest last. *options* is the JSON of gateway.model.menu.Menu.
create table menu (
    tenant text not null,
    conversation text not null,
    message text not null,
    at bigint not null,
    menu text not null,
    primary key (tenant, conversation, message)
) /*keyed*/;
create index menu_at on menu (at);

-- Until when a menu of the conversation is remembered; 0 when none is. Saves the look at `menu`.
alter table conversation add column menus_until bigint not null default 0;

-- What providers want to remember: ids of uploads, of contents. Forgotten when *until* has passed.
create table provider_note (
    tenant text not null,
    provider text not null,
    key text not null,
    value text not null,
    until bigint not null,
    primary key (tenant, provider, key)
) /*keyed*/;
create index provider_note_until on provider_note (until);

-- Files, of contacts and of ours. *state*: pending (to be fetched), stored, failed (*reason* says why).
-- *message* is the message that brought it, '' for an upload. *source* is the provider's own description of
-- an inbound file (JSON of gateway.model.inbound.Media). *mime_type* is what the bytes are, *told* what was
-- said of them. *visibility* is private or public.
create table media (
    tenant text not null,
    id text not null,
    message text not null,
    channel text not null,
    kind text not null,
    source text not null,
    state text not null,
    reason text not null,
    told text not null,
    mime_type text not null,
    size bigint not null,
    sha256 text not null,
    filename text not null,
    visibility text not null,
    tries int not null,
    next_at bigint not null,
    created_at bigint not null,
    stored_at bigint not null,
    primary key (tenant, id)
) /*keyed*/;
create index media_message on media (tenant, message);
create index media_pending on media (next_at) where state = 'pending';
create index media_sha256 on media (tenant, sha256);
create index media_variant on media (tenant, source) where kind = 'variant';

-- Who was shown a private file: append-only.
create table media_access (
    tenant text not null,
    id text not null,
    media text not null,
    at bigint not null,
    address text not null,
    agent text not null,
    primary key (tenant, id)
) /*keyed*/;
create index media_access_media on media_access (tenant, media);

-- Until when the provider's list of messages was read, for providers that do not come back.
alter table channel add column polled_at bigint not null default 0;
