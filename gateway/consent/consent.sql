-- Consent: events are added, the state is that of the newest.

-- name: add
insert into consent_event (tenant, contact, id, purpose, state, source, proof, channel, at, noted_at)
values (:tenant, :contact, :id, :purpose, :state, :source, :proof, :channel, :at, :now);

-- name: settle
-- What happened earlier than what is known changes nothing; of two at one time the later word counts.
insert into consent (tenant, contact, purpose, state, event, at)
values (:tenant, :contact, :purpose, :state, :id, :at)
on conflict (tenant, contact, purpose) do update
    set state = excluded.state, event = excluded.event, at = excluded.at
    where consent.at <= excluded.at
returning event;

-- name: states
select contact, purpose, state, at from consent where tenant = :tenant and contact = :contact order by purpose;

-- name: history
-- What was said about a purpose, newest first.
select state, source, proof, at from consent_event
where tenant = :tenant and contact = :contact and purpose = :purpose
order by at desc, id desc limit 100;

-- name: secret
select value from tenant_secret where tenant = :tenant and name = :name;

-- name: keep_secret
insert into tenant_secret (tenant, name, value) values (:tenant, :name, :value) on conflict do nothing;

-- name: suppressed
select hash, purpose, at from suppression where tenant = :tenant and hash = :hash;

-- name: suppress
insert into suppression (tenant, hash, purpose, reason, at) values (:tenant, :hash, :purpose, :reason, :now)
on conflict do nothing;

-- name: lift
delete from suppression where tenant = :tenant and hash = :hash and purpose = :purpose;

-- name: home
-- Where a contact is told of: the conversation in which it was said, else the newest.
select tenant, contact, cast(:channel as text) as asked, id, channel from conversation
where tenant = :tenant and contact = :contact
order by case when channel = cast(:channel as text) then 0 else 1 end, last_at desc, id limit 1;

-- name: tell
insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, received_at)
values (:tenant, :id, 'event', :channel, :shard, :conversation, '', '', :body, 1, :now);

-- name: contact
select id from contact where tenant = :tenant and id = :contact;

-- name: events
select id, purpose, state, source, proof, channel, at, noted_at from consent_event
where tenant = :tenant and contact = :contact and id < :before order by id desc limit :limit;
