-- Templates as the provider told of them. What is told of a field is newer than what is there when its own
-- time is: news of status, category, quality and content come in any order. Of two that were told in the
-- same second, a review that is pending is older than its outcome.

-- name: of_account
select account, name, language, logical, provider_id, status, category, quality, reason, definition,
    content_at, updated_at
from template where tenant = :tenant and account = :account order by name, language;

-- name: changed
select tenant, account, name, language, logical, provider_id, status, category, quality, reason, definition,
    content_at, updated_at
from template where updated_at >= :since order by updated_at;

-- name: changed_now
-- What the transaction of this time has changed in one account.
select account, name, language, status, category, quality from template
where tenant = :tenant and account = :account and updated_at = :now order by name, language;

-- name: syncs
select account, synced_at from template_sync where tenant = :tenant;

-- name: syncs_since
select tenant, account, synced_at from template_sync where synced_at >= :since;

-- name: synced
insert into template_sync (tenant, account, synced_at) values (:tenant, :account, :at)
on conflict (tenant, account) do update set synced_at = excluded.synced_at
where template_sync.synced_at < excluded.synced_at;

-- What the provider's list says of one template. News that came after the list was asked for stay.
-- name: listed
insert into template (
    tenant, account, name, language, logical, provider_id, status, category, quality, reason, definition,
    status_at, category_at, quality_at, content_at, updated_at
) values (
    :tenant, :account, :name, :language, :logical, :provider_id, :status, :category, :quality, :reason,
    :definition, :at, :at, :at, :at, :now
)
on conflict (tenant, account, name, language) do update set
    provider_id = excluded.provider_id,
    definition = excluded.definition,
    content_at = case when template.content_at > :at then template.content_at else :at end,
    category_at = case when template.category_at > :at then template.category_at else :at end,
    quality_at = case when template.quality_at > :at then template.quality_at else :at end,
    status_at = case when template.status_at > :at then template.status_at else :at end,
    category = case when template.category_at > :asked then template.category else excluded.category end,
    quality = case when template.quality_at > :asked then template.quality else excluded.quality end,
    status = case when template.status_at > :asked then template.status else excluded.status end,
    reason = case when template.status_at > :asked then template.reason else excluded.reason end,
    updated_at = excluded.updated_at
where template.provider_id <> excluded.provider_id or template.definition <> excluded.definition
    or template.category <> excluded.category or template.quality <> excluded.quality
    or template.status <> excluded.status or template.reason <> excluded.reason;

-- Those that the list, asked for at :asked, does not hold any more.
-- name: vanished
update template set status = 'DELETED', status_at = :at, updated_at = :now
where tenant = :tenant and account = :account and name = :name and language = :language
    and updated_at < :asked and status <> 'DELETED';

-- What the provider answered to our own call: nothing that is there is newer.
-- name: answered
insert into template (
    tenant, account, name, language, logical, provider_id, status, category, quality, reason, definition,
    status_at, category_at, quality_at, content_at, updated_at
) values (
    :tenant, :account, :name, :language, :logical, :provider_id, :status, :category, :quality, :reason,
    :definition, :at, :at, 0, :at, :now
)
on conflict (tenant, account, name, language) do update set
    provider_id = excluded.provider_id, status = excluded.status, category = excluded.category,
    reason = excluded.reason, definition = excluded.definition,
    status_at = case when template.status_at > :at then template.status_at else :at end,
    category_at = case when template.category_at > :at then template.category_at else :at end,
    content_at = case when template.content_at > :at then template.content_at else :at end,
    updated_at = excluded.updated_at;

-- name: meet
insert into template (
    tenant, account, name, language, logical, provider_id, status, category, quality, reason, definition,
    status_at, category_at, quality_at, content_at, updated_at
) values (
    :tenant, :account, :name, :language, :logical, :provider_id, '', '', '', '', '', 0, 0, 0, 0, :now
)
on conflict (tenant, account, name, language) do nothing;

-- name: told_status
update template set
    status = :status, reason = :reason, status_at = :at, updated_at = :now,
    provider_id = case when :provider_id = '' then provider_id else :provider_id end
where tenant = :tenant and account = :account and name = :name and language = :language and (
    status_at < :at
    or (status_at = :at and :rank > case
        when status in ('', 'PENDING') then 0 when status = 'IN_APPEAL' then 1
        when status = 'APPROVED' then 2 when status = 'DELETED' then 4 else 3 end)
    or (status_at = :at and :status > status and :rank = case
        when status in ('', 'PENDING') then 0 when status = 'IN_APPEAL' then 1
        when status = 'APPROVED' then 2 when status = 'DELETED' then 4 else 3 end)
);

-- name: told_category
update template set category = :category, category_at = :at, updated_at = :now
where tenant = :tenant and account = :account and name = :name and language = :language
    and (category_at < :at or (category_at = :at and category < :category));

-- name: told_quality
update template set quality = :quality, quality_at = :at, updated_at = :now
where tenant = :tenant and account = :account and name = :name and language = :language
    and (quality_at < :at or (quality_at = :at and quality < :quality));

-- The content was edited. Unless its body is the one that we have (the value body is how it stands in the definition),
-- what a send is checked against is not known any more. Either way a sync reads it again.
-- name: told_content
update template set
    definition = case when replace(definition, :body, '') = definition then '' else definition end,
    content_at = :at, updated_at = :now
where tenant = :tenant and account = :account and name = :name and language = :language
    and content_at < :at;
