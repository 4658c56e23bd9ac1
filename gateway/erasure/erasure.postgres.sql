-- name: primary_key
select a.attname as name
from pg_index i
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
where i.indrelid = to_regclass(:relation) and i.indisprimary
order by array_position(cast(i.indkey as int2[]), a.attnum);
