-- A shop: what it sells, who has what in the cart, what was ordered, and what became of it.
-- Money is minor units of the row's currency, times are microseconds UTC, texts by language are JSON objects
-- ({"es": "…"}), quantities are whole units of sale.

-- What is sold.

create table commerce_category (
    tenant text not null,
    id text not null,
    parent text not null default '',            -- '' at the top
    path text not null,                         -- "Fresh > Fruit": how files name it
    name text not null,
    names text not null default '{}',
    emoji text not null default '',
    sort bigint not null default 0,
    hidden int not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_category_path on commerce_category (tenant, path);
create index commerce_category_parent on commerce_category (tenant, parent, sort, name);

create table commerce_product (
    tenant text not null,
    id text not null,
    category text not null default '',
    code text not null,                         -- how files name it: its own, or the SKU of its only variant
    name text not null,
    names text not null default '{}',
    description text not null default '',
    descriptions text not null default '{}',
    status text not null default 'active',      -- active | hidden | archived
    featured int not null default 0,
    unit text not null default '',              -- kg, piece, bunch: '' for none
    tags text not null default '',              -- words for the search, by space
    tax_class text not null default '',         -- '' is the shop's usual one
    needs_delivery int not null default 1,
    image text not null default '',             -- a stored file
    image_link text not null default '',        -- its public address
    image_source text not null default '',      -- where it is fetched from
    image_state text not null default '',       -- '' | wanted | kept | failed
    image_error text not null default '',
    sort bigint not null default 0,
    sold bigint not null default 0,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_product_code on commerce_product (tenant, code);
create index commerce_product_category on commerce_product (tenant, category, status, sort, name, id);
create index commerce_product_featured on commerce_product (tenant, featured, status, sort, name, id);
create index commerce_product_image on commerce_product (tenant, image_state, id);
create index commerce_product_status on commerce_product (tenant, status, id);
create index commerce_product_listed on commerce_product (tenant, category, id);
create index commerce_product_sold on commerce_product (tenant, status, sold, id);

create table commerce_variant (
    tenant text not null,
    id text not null,
    product text not null,
    sku text not null,
    sku_key text not null,                      -- the SKU as people write it: small, without spaces and signs
    retailer_id text not null,                  -- its id in Meta's catalogue, case and all
    title text not null default '',             -- "Red, M"; '' for the only one
    titles text not null default '{}',
    options text not null default '{}',         -- {"Size": "M", "Colour": "Red"}
    barcode text not null default '',
    price bigint not null check (price >= 0),
    compare_at bigint not null default 0,       -- what it used to cost; 0 for nothing
    currency text not null,
    weight bigint not null default 0,           -- grams
    min_qty bigint not null default 1,
    max_qty bigint not null default 0,          -- in one order; 0 for no limit but the shop's
    step bigint not null default 1,
    status text not null default 'active',
    sort bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_variant_sku on commerce_variant (tenant, sku);
create unique index commerce_variant_retailer on commerce_variant (tenant, retailer_id);
create index commerce_variant_key on commerce_variant (tenant, sku_key);
create index commerce_variant_product on commerce_variant (tenant, product, status, sort, id);
create index commerce_variant_barcode on commerce_variant (tenant, barcode);
create index commerce_variant_price on commerce_variant (tenant, price, product);

-- How much of it there is. `reserved` is what live reservations hold; what can be sold is on_hand - reserved.

create table commerce_stock (
    tenant text not null,
    variant text not null,
    location text not null default 'main',
    tracked int not null default 1,             -- 0: there is always enough
    backorder int not null default 0,           -- 1: may be sold before it is there
    on_hand bigint not null default 0,
    reserved bigint not null default 0 check (reserved >= 0),
    low_at bigint not null default 0,           -- the owner is told when less than this is left; 0 never
    updated_at bigint not null,
    primary key (tenant, variant, location),
    check (tracked = 0 or backorder = 1 or reserved <= on_hand)
);

create table commerce_reservation (
    tenant text not null,
    id text not null,
    variant text not null,
    location text not null default 'main',
    order_id text not null,
    line bigint not null,
    qty bigint not null check (qty > 0),
    state text not null,                        -- held (until expires_at) | committed | taken (left the house) | released
    expires_at bigint not null default 0,       -- 0 never
    created_at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_reservation_line on commerce_reservation (tenant, order_id, line, id);
create index commerce_reservation_due on commerce_reservation (tenant, state, expires_at);

create table commerce_stock_move (
    tenant text not null,
    id text not null,
    variant text not null,
    delta bigint not null,
    reason text not null,                       -- sale | restock | return | damage | correction | import
    reference text not null default '',
    actor text not null default '',
    at bigint not null,
    primary key (tenant, id)
);
create index commerce_stock_move_variant on commerce_stock_move (tenant, variant, at);
create index commerce_stock_move_at on commerce_stock_move (tenant, at);

create table commerce_waiting (                 -- who is told when it is back
    tenant text not null,
    variant text not null,
    contact text not null,
    conversation text not null,
    asked_at bigint not null,
    state text not null default 'waiting',      -- waiting | told | held (to be told when they write: no window)
    since bigint not null,                      -- when it came to that
    primary key (tenant, variant, contact)
);
create index commerce_waiting_order on commerce_waiting (tenant, variant, state, asked_at, contact);
create index commerce_waiting_state on commerce_waiting (tenant, state, since);
create index commerce_waiting_contact on commerce_waiting (tenant, contact, state);

create table commerce_sent_cart (               -- carts of WhatsApp's own that wait for "add or replace?"
    tenant text not null,
    id text not null,
    contact text not null,
    items text not null,
    note text not null default '',
    at bigint not null,
    primary key (tenant, id)
);
create index commerce_sent_cart_contact on commerce_sent_cart (tenant, contact, at);

create table commerce_sight (                   -- what a contact looks at: "5" is how many of it
    tenant text not null,
    contact text not null,
    variant text not null default '',
    asked int not null default 0,               -- 1: they were asked how many
    seen_at bigint not null default 0,
    misses bigint not null default 0,           -- messages in a row that were not understood
    missed_at bigint not null default 0,
    primary key (tenant, contact)
);

-- What is found by words.

create table commerce_term (                    -- the vocabulary: folded words, with how many products have each
    tenant text not null,
    word text not null,
    stem text not null,                         -- what its plural has too
    products bigint not null,
    primary key (tenant, word)
);
create index commerce_term_stem on commerce_term (tenant, stem, word);
create table commerce_gram (                    -- pieces of it, for words that were mistyped
    tenant text not null,
    gram text not null,
    word text not null,
    primary key (tenant, gram, word)
);
create table commerce_posting (
    tenant text not null,
    word text not null,
    rank bigint not null,                       -- small is better: name before tags before description
    product text not null,
    primary key (tenant, word, product)
);
create index commerce_posting_rank on commerce_posting (tenant, word, rank, product);
create index commerce_posting_product on commerce_posting (tenant, product);
create table commerce_synonym (
    tenant text not null,
    word text not null,
    means text not null,
    primary key (tenant, word, means)
);
create table commerce_missed (                  -- searches that found nothing, for the owner: people write anything
    tenant text not null,
    contact text not null,
    words text not null,
    day text not null,                          -- "2026-11-22" by the tenant's clock
    times bigint not null,
    last_at bigint not null,
    primary key (tenant, day, words, contact)
);
create index commerce_missed_contact on commerce_missed (tenant, contact, day);

-- Customers and carts. A cart is a contact's, whichever channel they write on.

create table commerce_customer (
    tenant text not null,
    contact text not null,
    name text not null default '',
    email text not null default '',
    phone text not null default '',
    delivery text not null default '',          -- the method that was chosen last
    orders bigint not null default 0,
    first_order_at bigint not null default 0,
    updated_at bigint not null,
    primary key (tenant, contact)
);
create index commerce_customer_phone on commerce_customer (tenant, phone);

create table commerce_address (
    tenant text not null,
    id text not null,
    contact text not null,
    label text not null default '',
    text text not null default '',              -- as it was typed, lines and all
    area text not null default '',
    city text not null default '',
    country text not null default '',
    postcode text not null default '',
    latitude_e6 bigint,                         -- degrees × 1,000,000
    longitude_e6 bigint,
    note text not null default '',
    used_at bigint not null,
    primary key (tenant, id)
);
create index commerce_address_contact on commerce_address (tenant, contact, used_at);

create table commerce_cart (
    tenant text not null,
    id text not null,
    contact text not null,
    conversation text not null,                 -- where it was last touched
    currency text not null,
    state text not null default 'open',         -- open | ordered | expired
    version bigint not null default 1,          -- one more with each change: old buttons are known by it
    note text not null default '',
    code text not null default '',
    draft text not null default '{}',           -- what was answered at the checkout, until it is ordered
    created_at bigint not null,
    touched_at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_cart_open on commerce_cart (tenant, contact) where state = 'open';
create index commerce_cart_idle on commerce_cart (tenant, state, touched_at);

create table commerce_cart_line (
    tenant text not null,
    cart text not null,
    variant text not null,
    qty bigint not null check (qty > 0),
    price_seen bigint not null,                 -- what it cost when the customer saw it last
    added_at bigint not null,
    primary key (tenant, cart, variant)
);

-- Codes for discounts.

create table commerce_code (
    tenant text not null,
    code text not null,                         -- folded: capitals, no spaces
    kind text not null,                         -- percentage | fixed | free_delivery
    value bigint not null default 0,            -- basis points (1000 is 10 %), or minor units
    currency text not null default '',
    min_subtotal bigint not null default 0,
    max_discount bigint not null default 0,     -- 0 for no limit
    category text not null default '',          -- '' for everything
    contact text not null default '',           -- '' for everybody
    first_order int not null default 0,
    usage_limit bigint not null default 0,      -- 0 for no limit
    per_customer bigint not null default 0,
    used bigint not null default 0,
    starts_at bigint not null default 0,
    ends_at bigint not null default 0,
    active int not null default 1,
    title text not null default '',
    created_at bigint not null,
    primary key (tenant, code)
);
create table commerce_redemption (
    tenant text not null,
    code text not null,
    order_id text not null,
    contact text not null,
    phone text not null default '',
    amount bigint not null,
    at bigint not null,
    primary key (tenant, code, order_id)
);
create index commerce_redemption_contact on commerce_redemption (tenant, code, contact);
create index commerce_redemption_phone on commerce_redemption (tenant, code, phone);
create index commerce_redemption_order on commerce_redemption (tenant, order_id);

-- Orders. What was true when it was placed is copied; what happens later is counted in the lines and written
-- down as events; payment and fulfilment are read from facts and counters.

create table commerce_order (
    tenant text not null,
    id text not null,
    number text not null,                       -- "K7Q3M9T": what people say; its last letter checks the others
    cart text not null,
    contact text not null,
    conversation text not null,
    channel text not null,
    language text not null default '',
    state text not null,                        -- placed | accepted | completed | cancelled | expired
    name text not null,
    email text not null default '',
    phone text not null default '',
    delivery text not null,                     -- the method's id
    delivery_title text not null,
    pickup int not null default 0,
    address text not null default '{}',
    currency text not null,
    subtotal bigint not null,
    discount bigint not null default 0,
    delivery_fee bigint not null default 0,
    tax bigint not null default 0,              -- contained in the total, or added to it
    tax_included int not null default 1,
    rounding bigint not null default 0,
    total bigint not null,
    code text not null default '',
    payment text not null,                      -- the method's id: on_delivery, at_pickup, instructions, or a plugin's
    payment_title text not null default '',
    paid bigint not null default 0,             -- the sum of what was paid, less what was given back
    refunded bigint not null default 0,
    payment_state text not null default 'unpaid',       -- unpaid | partially_paid | paid | partially_refunded | refunded
    fulfilment text not null default 'not_fulfilled',   -- as commerce.orders.counters says
    note text not null default '',
    cancel_reason text not null default '',
    placed_at bigint not null,
    expires_at bigint not null default 0,       -- unpaid until then, it is given up; 0 never
    closed_at bigint not null default 0,
    version bigint not null default 1,
    primary key (tenant, id)
);
create unique index commerce_order_number on commerce_order (tenant, number);
create unique index commerce_order_cart on commerce_order (tenant, cart);
create index commerce_order_contact on commerce_order (tenant, contact, placed_at, id);
create index commerce_order_placed on commerce_order (tenant, placed_at, id);
create index commerce_order_state on commerce_order (tenant, state, placed_at, id);
create index commerce_order_payment on commerce_order (tenant, payment_state, placed_at, id);
create index commerce_order_fulfilment on commerce_order (tenant, fulfilment, placed_at, id);
create index commerce_order_phone on commerce_order (tenant, phone, placed_at, id);
create index commerce_order_due on commerce_order (tenant, state, expires_at);

create table commerce_order_line (
    tenant text not null,
    order_id text not null,
    line bigint not null,
    product text not null,
    variant text not null,
    sku text not null,
    name text not null,
    title text not null default '',
    unit text not null default '',
    price bigint not null,
    qty bigint not null check (qty > 0),
    discount bigint not null default 0,
    tax bigint not null default 0,
    tax_bp bigint not null default 0,           -- basis points
    total bigint not null,
    cancelled bigint not null default 0,
    packed bigint not null default 0,
    shipped bigint not null default 0,
    delivered bigint not null default 0,
    returned bigint not null default 0,
    primary key (tenant, order_id, line),
    check (cancelled >= 0 and cancelled + packed <= qty and shipped <= packed and delivered <= shipped
           and returned <= delivered)
);
create index commerce_order_line_variant on commerce_order_line (tenant, variant);

create table commerce_payment (                 -- facts about money, each told once
    tenant text not null,
    id text not null,
    order_id text not null,
    kind text not null,                         -- paid | refunded
    amount bigint not null check (amount > 0),
    currency text not null,
    method text not null,
    reference text not null,
    actor text not null,
    at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_payment_fact on commerce_payment (tenant, order_id, kind, method, reference);

create table commerce_shipment (
    tenant text not null,
    id text not null,
    order_id text not null,
    carrier text not null default '',
    tracking text not null default '',
    tracking_url text not null default '',
    state text not null default 'shipped',      -- shipped | in_transit | out_for_delivery | delivered | failed | returned
    items text not null,                        -- {"1": 2}: line to quantity
    shipped_at bigint not null,
    updated_at bigint not null,
    delivered_at bigint not null default 0,
    primary key (tenant, id)
);
create index commerce_shipment_order on commerce_shipment (tenant, order_id, shipped_at);
create index commerce_shipment_tracking on commerce_shipment (tenant, tracking);

create table commerce_order_event (             -- the timeline, only ever added to
    tenant text not null,
    order_id text not null,
    id text not null,                           -- in the order in which they happened
    at bigint not null,
    actor text not null,                        -- customer | shop | system | the name of a staff member or plugin
    kind text not null,
    data text not null default '{}',
    primary key (tenant, order_id, id)
);

create table commerce_order_act (               -- what was asked for with a key: a second time it is done
    tenant text not null,
    order_id text not null,
    key text not null,
    act text not null,
    at bigint not null,
    primary key (tenant, order_id, key)
);
create table commerce_try (                     -- guesses at codes and numbers: who guesses is slowed down
    tenant text not null,
    contact text not null,
    what text not null,                         -- code | track | owner
    since bigint not null,
    tries bigint not null,
    primary key (tenant, contact, what)
);
create table commerce_alert (                   -- what runs low: told once on the way down, until there is more
    tenant text not null,
    variant text not null,
    state text not null,                        -- due | told
    at bigint not null,
    primary key (tenant, variant)
);
create index commerce_alert_due on commerce_alert (tenant, state, variant);

create table commerce_notice (                  -- what the customer was told of an order
    tenant text not null,
    id text not null,
    order_id text not null,
    contact text not null,
    kind text not null,
    key text not null,                          -- one notice for each key, however often it is asked for
    state text not null,                        -- due | sent | held (window closed, no template) | off | failed
    data text not null default '{}',            -- what it tells of: {"shipment": "…"}
    how text not null default '',               -- text | template
    message text not null default '',
    reason text not null default '',
    at bigint not null,
    primary key (tenant, id)
);
create unique index commerce_notice_key on commerce_notice (tenant, order_id, key);
create index commerce_notice_state on commerce_notice (tenant, state, at, id);
create index commerce_notice_message on commerce_notice (tenant, message);
create index commerce_notice_contact on commerce_notice (tenant, contact, state);

-- The owner.

create table commerce_owner (
    tenant text not null,
    contact text not null,
    conversation text not null,
    since bigint not null,
    summary int not null default 1,
    alerts int not null default 1,
    primary key (tenant, contact)
);
create table commerce_step (                    -- how far a contact came on a day: browse, cart, checkout, order
    tenant text not null,
    day text not null,
    stage text not null,
    contact text not null,
    at bigint not null,
    primary key (tenant, day, stage, contact)
);
create index commerce_step_contact on commerce_step (tenant, contact);

create table commerce_import (                  -- files that were taken in
    tenant text not null,
    sha256 text not null,
    options text not null default '',
    id text not null,
    name text not null,
    rows bigint not null,
    created bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    refused bigint not null,
    started_at bigint not null,
    ended_at bigint not null default 0,
    primary key (tenant, sha256, options)
);
