"""Reading every template of an account, page by page (wire.md §4.5)."""

from __future__ import annotations

from gateway.model.template import TemplateDefinition
from gateway.provider import Steps
from gateway.provider.calling import broken
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.paging import following
from providers.twilio.settings import TwilioSettings
from providers.twilio.templates.read import read_template

PER_PAGE = 100
#: More than any account has; a list without an end is an error.
PAGES = 500
#: Of two templates of one name and language, the one with the status that stands first is the one to send.
_RANK = ("APPROVED", "PENDING", "PAUSED", "REJECTED", "DISABLED")


def list_templates(settings: TwilioSettings) -> Steps[tuple[TemplateDefinition, ...]]:
    """Every template of the account. An error rather than half a list: what it does not hold counts as
    deleted."""
    found: dict[tuple[str, str], TemplateDefinition] = {}
    seen: set[str] = set()
    path = f"/v1/ContentAndApprovals?PageSize={PER_PAGE}"
    for _ in range(PAGES):
        page = answered((yield call("GET", settings.content_base + path, settings)))
        contents = page.get("contents")
        if not isinstance(contents, list):
            raise broken("a page has no list of contents")
        for entry in contents:
            _keep(found, read_template(entry))
        path = following(page)
        if not path:
            return tuple(found.values())
        if path in seen:
            raise broken("the address of the next page repeats")
        seen.add(path)
    raise broken(f"the list does not end after {PAGES} pages")


def _keep(found: dict[tuple[str, str], TemplateDefinition], template: TemplateDefinition | None) -> None:
    if template is None:
        return
    key = (template.name, template.language)
    if key not in found or _rank(template) < _rank(found[key]):
        found[key] = template


def _rank(template: TemplateDefinition) -> int:
    return _RANK.index(template.status) if template.status in _RANK else len(_RANK)
