-- Who comes when. The key lets nobody have an hour that somebody has.
create table appointments_visit (
    tenant text not null,
    day text not null,
    hour int not null,
    contact text not null,
    primary key (tenant, day, hour)
);
create index appointments_visit_contact on appointments_visit (tenant, contact, day);
