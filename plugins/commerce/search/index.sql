-- What the index is made of, and how it is kept.

-- name: products
select p.id, p.name, p.names, p.description, p.descriptions, p.tags, p.category, p.sold
from commerce_product p
where p.tenant = :tenant and p.id in (:ids) and p.status = 'active'

-- name: variants
select product, sku, title, titles, options from commerce_variant
where tenant = :tenant and product in (:ids) and status = 'active'

-- name: categories
select id, parent, name, names, hidden from commerce_category where tenant = :tenant and id in (:ids)

-- name: postings
select product, word, rank from commerce_posting where tenant = :tenant and product in (:ids)

-- name: add_posting
insert into commerce_posting (tenant, word, rank, product) values (:tenant, :word, :rank, :product)
on conflict (tenant, word, product) do update set rank = excluded.rank

-- name: move_posting
update commerce_posting set rank = :rank where tenant = :tenant and word = :word and product = :product

-- name: drop_posting
delete from commerce_posting where tenant = :tenant and word = :word and product = :product

-- name: count_term
insert into commerce_term (tenant, word, stem, products) values (:tenant, :word, :stem, :more)
on conflict (tenant, word) do update set products = commerce_term.products + excluded.products

-- name: terms
select word, products from commerce_term where tenant = :tenant and word in (:words)

-- name: drop_term
delete from commerce_term where tenant = :tenant and word = :word and products <= 0

-- name: add_gram
insert into commerce_gram (tenant, gram, word) values (:tenant, :gram, :word) on conflict do nothing

-- name: drop_gram
delete from commerce_gram where tenant = :tenant and gram = :gram and word = :word
