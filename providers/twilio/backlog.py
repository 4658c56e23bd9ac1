"""Messages whose webhooks did not reach us: Twilio's list of them (wire.md §4.1, §4.4).

The list is newest first and knows days, so it is read until it is older than what was asked for.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from gateway.provider import ProviderError, Steps
from gateway.provider.told import rows
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.paging import local
from providers.twilio.parse_resource import moment
from providers.twilio.settings import TwilioSettings
from providers.twilio.statuses import STATUSES

#: Pages of 200: twenty thousand messages each way.
PAGES, PAGE = 100, 200
#: Messages of which the files are asked for, a call each.
FILES = 1000
#: Twilio's clock and ours may differ. Microseconds.
_SLACK = 60_000_000


class TwilioBacklog:
    """`gateway.provider.Backlog` for Twilio."""

    def missed(self, since: int, settings: TwilioSettings) -> Steps[tuple[bytes, ...]]:
        """See `missed`."""
        return missed(since, settings)


def missed(since: int, settings: TwilioSettings) -> Steps[tuple[bytes, ...]]:
    """Every message to the number since *since*, and what became of those from it, oldest first. At most
    the newest `PAGES` pages each way. Raises `ProviderError`."""
    came = yield from _listed("To", since, settings)
    for message in came[-FILES:]:
        if str(message.get("num_media") or "0") != "0":
            yield from _with_files(message, settings)
    went = yield from _listed("From", since, settings)
    told = [message for message in went if STATUSES.get(str(message.get("status"))) != "accepted"]
    return tuple(msgspec.json.encode(message) for message in (*came, *told))


def _listed(role: str, since: int, settings: TwilioSettings) -> Steps[list[dict[str, Any]]]:
    """The messages of which the number is the *role*, oldest first."""
    earliest = since - _SLACK
    day = datetime.fromtimestamp(max(0, earliest) / 1e6, UTC).date().isoformat()
    query = urlencode({role: settings.sender, "DateSent>": day, "PageSize": PAGE})
    url = f"{settings.messages_url}?{query}"
    found: list[dict[str, Any]] = []
    for _ in range(PAGES):
        told = answered((yield call("GET", url, settings)))
        page = rows(told.get("messages"))
        fresh = [message for message in page if _is_since(message, earliest)]
        found += fresh
        path = local(told.get("next_page_uri"))
        if not path or (page and not fresh):
            break
        url = settings.api_base + path
    return found[::-1]


def _is_since(message: dict[str, Any], earliest: int) -> bool:
    """Whether a message, or its last change, is not older than *earliest*; one without dates is not."""
    at = max(moment(message.get(name)) for name in ("date_sent", "date_created", "date_updated"))
    return not at or at >= earliest


def _with_files(message: dict[str, Any], settings: TwilioSettings) -> Steps[None]:
    """Add the files of a message, which the list does not tell. Files that are gone stay away."""
    linked = message.get("subresource_uris")
    path = local(linked.get("media")) if isinstance(linked, dict) else ""
    if not path:
        return
    try:
        told = answered((yield call("GET", settings.api_base + path, settings)))
    except ProviderError as error:
        if error.http not in (404, 410):
            raise
        return
    message["media_list"] = rows(told.get("media_list"))
    message["media_base"] = settings.api_base
