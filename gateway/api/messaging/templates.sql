-- Templates for the API, in the order of account, name and language.

-- name: list
select account, name, language, logical, provider_id, status, category, quality, reason, definition,
    content_at, updated_at
from template
where tenant = :tenant and (account, name, language) > (:after_account, :after_name, :after_language)
    and (:account = '' or account = :account) and (:status = '' or status = :status)
    and (:name = '' or name = :name or logical = :name) and (:language = '' or language = :language)
order by account, name, language limit :limit;
