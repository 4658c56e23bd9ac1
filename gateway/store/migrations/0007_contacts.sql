-- Contacts that are searched, and what is known of them.

-- The words of names and usernames, folded (gateway.contacts.words), as UTF-8. Bytes, because a prefix is a
-- range of them on every database, whatever its collation.
create table contact_word (
    tenant text not null,
    word bytea not null,
    contact text not null,
    primary key (tenant, word, contact),
    foreign key (tenant, contact) references contact (tenant, id) on delete cascade
) /*keyed*/;
create index contact_word_contact on contact_word (tenant, contact);

-- 1 once the words of a contact are in contact_word. Contacts of before are made up for after the start.
alter table contact add column folded int not null default 0;
create index contact_unfolded on contact (tenant, id) where folded = 0;

-- What a business knows of a contact. *value* is a JSON scalar; *digest* stands for it where it is looked for.
create table contact_attribute (
    tenant text not null,
    contact text not null,
    name text not null,
    value text not null,
    digest bytea not null,
    updated_at bigint not null,
    primary key (tenant, contact, name),
    foreign key (tenant, contact) references contact (tenant, id) on delete cascade
) /*keyed*/;
create index contact_attribute_value on contact_attribute (tenant, name, digest, contact);

-- A name that is searched may be of any kind and scope.
create index identity_value on identity (tenant, value);
