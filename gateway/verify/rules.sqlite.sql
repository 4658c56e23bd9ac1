-- name: scheduled_parts
select id, cast(idx + n as text) || ' of ' || cast(parts as text) || ' parts' as detail, 0 as late from (
    select s.message as id, s.idx, json_array_length(s.bodies) as n,
        (select m.parts from message m where m.tenant = :tenant and m.id = s.message) as parts
    from scheduled s where s.tenant = :tenant and s.message > :after and s.message <= :last
) looked where idx + n <> parts;
