-- What the API lists: conversations by their newest activity, a contact's conversations, files by their age.
create index conversation_last on conversation (tenant, last_at, id);
create index conversation_contact on conversation (tenant, contact, id);
create index media_created on media (tenant, created_at, id);
