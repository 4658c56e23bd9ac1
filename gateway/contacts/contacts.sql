-- Contacts for the API: lists and searches, one contact, changes.

-- name: list
-- `find` puts the filters that are asked for in the place of the mark.
select c.id, c.name, c.username, c.language, c.created_at
from contact c
where c.tenant = :tenant and c.id < :before and c.created_at >= :since and c.created_at < :until
    /*filters*/
order by c.id desc limit :limit;

-- name: searched
-- Every word that was typed is the start of one of the contact's, or all of it is a name of the contact.
and c.id in (
    select w.contact from contact_word w
    where w.tenant = :tenant and w.word >= :word1 and w.word < :end1
        and (:typed < 2 or exists (select 1 from contact_word v where v.tenant = :tenant
            and v.contact = w.contact and v.word >= :word2 and v.word < :end2))
        and (:typed < 3 or exists (select 1 from contact_word v where v.tenant = :tenant
            and v.contact = w.contact and v.word >= :word3 and v.word < :end3))
    union
    select p.contact from identity p
    where p.tenant = :tenant and p.kind = 'phone' and p.scope = ''
        and p.value >= :phone and p.value < :phone_end
    union
    select e.contact from identity e where e.tenant = :tenant and e.value in (:exact, :lower)
)

-- name: attributed
and c.id in (
    select a.contact from contact_attribute a
    where a.tenant = :tenant and a.name = :attribute and a.digest in (:digest1, :digest2)
)

-- name: one
select id, name, username, language, created_at from contact where tenant = :tenant and id = :contact;

-- name: hold
-- Whoever else wants to change this contact waits for the end of this transaction, then sees what it did.
update contact set folded = folded where tenant = :tenant and id = :contact;

-- name: identities
-- Here and below `among` puts the ids of a page's contacts in the place of the mark.
select contact, kind, scope, value, created_at, retired_at from identity
where tenant = :tenant and contact in (/*contacts*/) order by created_at, kind, scope, value;

-- name: conversations
select contact, id from conversation where tenant = :tenant and contact in (/*contacts*/) order by id;

-- name: attributes
select contact, name, value from contact_attribute
where tenant = :tenant and contact in (/*contacts*/) order by name;

-- name: owner
select contact, retired_at from identity
where tenant = :tenant and kind = :kind and scope = :scope and value = :value;

-- name: add
insert into contact (tenant, id, name, username, language, created_at, folded)
values (:tenant, :contact, :name, '', :language, :now, 1);

-- name: claim
insert into identity (tenant, kind, scope, value, contact, created_at)
values (:tenant, :kind, :scope, :value, :contact, :now)
on conflict do nothing returning value;

-- name: revive
update identity set retired_at = 0
where tenant = :tenant and kind = :kind and scope = :scope and value = :value and contact = :contact;

-- name: detach
delete from identity
where tenant = :tenant and kind = :kind and scope = :scope and value = :value and contact = :contact;

-- name: change
update contact set name = :name, language = :language, folded = 1 where tenant = :tenant and id = :contact;

-- name: has_messages
select 1 from message where tenant = :tenant and contact = :contact limit 1;

-- name: reached_at
-- The conversations whose answers go to a name.
select id from conversation where tenant = :tenant and contact = :contact and address = :value;

-- name: remove
delete from contact where tenant = :tenant and id = :contact
    and not exists (select 1 from conversation v where v.tenant = :tenant and v.contact = :contact)
returning id;

-- name: remove_identities
delete from identity where tenant = :tenant and contact = :contact;

-- name: remove_conflicts
delete from identity_conflict where tenant = :tenant and (contact = :contact or other = :contact);

-- name: set_attribute
insert into contact_attribute (tenant, contact, name, value, digest, updated_at)
values (:tenant, :contact, :name, :value, :digest, :now)
on conflict (tenant, contact, name) do update set
    value = excluded.value, digest = excluded.digest, updated_at = excluded.updated_at;

-- name: remove_attribute
delete from contact_attribute where tenant = :tenant and contact = :contact and name = :name;

-- name: count_attributes
select count(*) as n from contact_attribute where tenant = :tenant and contact = :contact;

-- name: drop_words
delete from contact_word where tenant = :tenant and contact = :contact;

-- name: add_word
insert into contact_word (tenant, word, contact) values (:tenant, :word, :contact) on conflict do nothing;

-- name: unfolded
-- Contacts whose words are not searched yet, of every tenant.
select tenant, id, name, username from contact where folded = 0 limit :limit;

-- name: folded
update contact set folded = 1 where tenant = :tenant and id = :contact and name = :name
    and username = :username returning id;

-- name: conflicts
select id, kind, scope, value, contact, other, reason, at, resolved_at from identity_conflict
where tenant = :tenant and (at < :at or (at = :at and id < :before))
    and ((:resolved = 1 and resolved_at > 0) or (:resolved = 0 and resolved_at = 0))
order by at desc, id desc limit :limit;

-- name: conflict
select id, kind, scope, value, contact, other, reason, at, resolved_at from identity_conflict
where tenant = :tenant and id = :id;

-- name: resolve
update identity_conflict set resolved_at = :now where tenant = :tenant and id = :id and resolved_at = 0
returning id;
