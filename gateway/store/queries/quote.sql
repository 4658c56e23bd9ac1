-- What was said in a message that another one quotes, whoever wrote it.

-- name: content
select content from message
where tenant = :tenant and channel = :channel and provider_message_id = :message and provider_message_id <> ''
union all
select m.content from part p join message m on m.tenant = p.tenant and m.id = p.message
where p.tenant = :tenant and p.channel = :channel and p.provider_message_id = :message
    and p.provider_message_id <> ''
limit 1;
