"""Reading every template, page by page (wire.md §3).

{"count": 1, "total": 1, "limit": 1000, "offset": 0, "waba_templates": [{"id": "tpl-1",
  "name": "visit_reminder", "language": "es", "status": "approved", "category": "UTILITY", …}]}
"""

from __future__ import annotations

from typing import Any

from gateway.model.template import TemplateDefinition
from gateway.provider import HttpAnswer, Steps
from gateway.provider.calling import broken
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.templates.calls import CONFIGS, answered, request
from providers.meta_cloud.templates.read import read_template

PER_PAGE = 200
#: Twice the most that an account may have (6,000), in pages.
PAGES = 60


def list_templates(settings: Dialog360Settings) -> Steps[tuple[TemplateDefinition, ...]]:
    """Every template of the account. A list without an end, or one whose pages repeat, ends with an error:
    half a list would make templates look deleted."""
    found: list[TemplateDefinition] = []
    read, first = 0, None
    for _ in range(PAGES):
        query: dict[str, str | int] = {"limit": PER_PAGE, "offset": read}
        answer: HttpAnswer = yield request("GET", CONFIGS, settings, query)
        page = answered(answer)
        entries = _entries(page)
        if not entries:
            return _whole(found, read, page)
        if entries[0] == first:
            raise broken("a page repeats: offset is not followed")
        first = entries[0] if first is None else first
        found += [template for entry in entries if (template := read_template(entry)) is not None]
        read += len(entries)
        total = _number(page, "total")
        # Without a total, a page that is not full is the last one; limit may be less than was asked for.
        if read >= total if total else len(entries) < (_number(page, "limit") or PER_PAGE):
            return tuple(found)
    raise broken(f"the list does not end after {PAGES} pages")


def _entries(page: dict[str, Any]) -> list[Any]:
    """The templates of a page; Meta's own name for the list is understood too."""
    for name in ("waba_templates", "data"):
        if isinstance(listed := page.get(name), list):
            return listed
    raise broken("a page has no list of templates")


def _whole(
    found: list[TemplateDefinition], read: int, page: dict[str, Any]
) -> tuple[TemplateDefinition, ...]:
    """What was found, when it is as much as was announced."""
    if read < _number(page, "total"):
        raise broken(f"the list ends after {read} of {_number(page, 'total')} templates")
    return tuple(found)


def _number(page: dict[str, Any], name: str) -> int:
    value = page.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
