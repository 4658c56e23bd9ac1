-- The search. `search/plan.py` puts the statements on postings together: they have a part for each word.

-- name: known
select word, stem, products from commerce_term where tenant = :tenant and stem in (:stems)

-- name: alike
select t.word, t.products
from (
    select word, count(*) as shared from commerce_gram
    where tenant = :tenant and gram in (:pieces)
    group by word order by shared desc, word limit :most
) g
join commerce_term t on t.tenant = :tenant and t.word = g.word

-- name: begun
select t.word, t.products
from commerce_gram g
join commerce_term t on t.tenant = :tenant and t.word = g.word
where g.tenant = :tenant and g.gram = :piece and substr(g.word, 1, :length) = :word
order by t.products desc, t.word limit :most

-- name: exact
select id, product from commerce_variant
where tenant = :tenant and status = 'active' and sku_key = :key
union
select id, product from commerce_variant
where tenant = :tenant and status = 'active' and barcode = :barcode and barcode <> ''

-- name: keys
select id, sku_key from commerce_variant
where tenant = :tenant and status = 'active' and sku_key in (:keys)
order by sku_key, id limit 200

-- name: keys_between
select id, sku_key from commerce_variant
where tenant = :tenant and status = 'active' and sku_key >= :low and sku_key < :high
order by sku_key limit 200

-- name: missed
insert into commerce_missed (tenant, contact, words, day, times, last_at)
select :tenant, :contact, :words, :day, 1, cast(:now as bigint)
where (select count(*) from commerce_missed where tenant = :tenant and day = :day) < :most
and (select count(*) from commerce_missed where tenant = :tenant and contact = :contact and day = :day) < :each
on conflict (tenant, day, words, contact) do update set times = commerce_missed.times + 1, last_at = excluded.last_at

-- name: forget_missed
delete from commerce_missed where tenant = :tenant and day < :before

-- name: missed_since
select words, sum(times) as times, max(last_at) as last_at from commerce_missed
where tenant = :tenant and day >= :since
group by words order by times desc, words limit :most

-- name: synonym_list
select word, means from commerce_synonym where tenant = :tenant order by word, means

-- name: add_synonym
insert into commerce_synonym (tenant, word, means) values (:tenant, :word, :means) on conflict do nothing

-- name: remove_synonym
delete from commerce_synonym
where tenant = :tenant and (word = :word and (means = :means or :means = '') or means = :word and word = :means)

-- name: remove_synonyms
delete from commerce_synonym where tenant = :tenant
