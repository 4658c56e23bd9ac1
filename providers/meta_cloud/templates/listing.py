"""Reading every template of an account, page by page (wire.md §2.7)."""

from __future__ import annotations

from typing import Any

from gateway.model.template import TemplateDefinition
from gateway.provider import ProviderError, Steps
from gateway.provider.calling import broken
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates.calls import account, answered, request
from providers.meta_cloud.templates.read import read_template

FIELDS = "name,status,category,language,components,quality_score,rejected_reason,parameter_format"
#: Not in the documentation's list. Where it is refused, the list is asked for without it.
TTL = ",message_send_ttl_seconds"
PER_PAGE = 50
#: Twice the most that an account may have (6,000), in pages.
PAGES = 240


def list_templates(settings: MetaSettings) -> Steps[tuple[TemplateDefinition, ...]]:
    """Every template of the account. A cursor that comes back a second time ends with an error, and so
    does a list without an end: half a list would make templates look deleted."""
    account(settings)
    try:
        return (yield from _pages(settings, FIELDS + TTL))
    except ProviderError as error:
        if error.code != 100:
            raise
    return (yield from _pages(settings, FIELDS))


def _pages(settings: MetaSettings, fields: str) -> Steps[tuple[TemplateDefinition, ...]]:
    path = f"{settings.waba_id}/message_templates"
    found: list[TemplateDefinition] = []
    seen: set[str] = set()
    after = ""
    for _ in range(PAGES):
        query: dict[str, str | int] = {"fields": fields, "limit": PER_PAGE}
        if after:
            query["after"] = after
        page = answered((yield request("GET", path, settings, query)))
        data = page.get("data")
        if not isinstance(data, list):
            raise broken("a page has no list of templates")
        found += [template for entry in data if (template := read_template(entry)) is not None]
        after = _next(page, bool(data))
        if not after:
            return tuple(found)
        if after in seen:
            raise broken("the paging cursor repeats")
        seen.add(after)
    raise broken(f"the list does not end after {PAGES} pages")


def _next(page: dict[str, Any], filled: bool) -> str:
    """The cursor of the next page. Meta gives one with the last page too, but no `next` then."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next") or not filled:
        return ""
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else ""
