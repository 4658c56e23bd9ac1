-- Orders: one row each. The tenant leads every key, so that nobody meets another tenant's.
create table checkout_order (
    tenant text not null,
    number int not null,
    name text not null,
    phone text not null,
    size text not null,
    state text not null,
    primary key (tenant, number)
);
