-- name: primary_key
select name from pragma_table_info(:relation) where pk > 0 order by pk;
