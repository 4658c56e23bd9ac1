-- What a cold table refers to is there, and is the same tenant's. Checked at the commit, so that a unit may
-- write in any order; not for rows of before, so that adding it takes no time (`alter table … validate
-- constraint …` does that later). A unit that loses against a removal is run again: the gateway knows these
-- constraints by their beginning, gateway_.
--
-- message, outbox, part, status and event have none. Measured on PostgreSQL 15, 10,000 messages in
-- transactions of 50 (median of 5): 1.09 s without, 1.58 s with references to conversation and contact, that is
-- 49 µs or 44 % more for each message, for rows that only our own code writes and never points elsewhere.
alter table identity add constraint gateway_identity_contact
    foreign key (tenant, contact) references contact (tenant, id) deferrable initially deferred not valid;
alter table conversation add constraint gateway_conversation_contact
    foreign key (tenant, contact) references contact (tenant, id) deferrable initially deferred not valid;
