"""All contents of the account, and WhatsApp's reviewer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from providers.twilio.simulator.contents.filled import check_defaults, check_names, read_values
from providers.twilio.simulator.contents.judge import Sendable, judge
from providers.twilio.simulator.contents.record import Approval, Record
from providers.twilio.simulator.contents.session import UNAPPROVABLE
from providers.twilio.simulator.contents.shapes import one_of, only, text, wrong
from providers.twilio.simulator.contents.types import check_type
from providers.twilio.simulator.emitter import Emitter
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.ids import sid
from providers.twilio.simulator.knobs import Knobs

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
LONGEST_NAME = 512
_NAME = re.compile(r"[a-z0-9_]+", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?", re.ASCII)


class Book:
    """Makes, changes and judges contents. `approve`, `reject`, `pause` and `disable` are the reviewer's."""

    def __init__(self, knobs: Knobs, now: Callable[[], int], emitter: Emitter) -> None:
        self._knobs, self._now, self._emitter = knobs, now, emitter
        self._records: dict[str, Record] = {}
        self.sleep: Callable[[float], Any] = asyncio.sleep

    def __iter__(self) -> Any:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def get(self, content_sid: str) -> Record:
        """The content with this SID; `TwilioError` 20404."""
        record = self._records.get(content_sid)
        if record is None:
            raise TwilioError(20404, f"The requested resource /Content/{content_sid} was not found")
        return record

    def make(self, body: dict[str, Any]) -> Record:
        """A new content; `TwilioError` 20001 says what is wrong with it."""
        now = self._now()
        record = Record(sid("HX"), *_checked(body), now, now)
        self._records[record.sid] = record
        return record

    def add(
        self, types: dict[str, Any], variables: dict[str, str] | None = None, *, language: str = "en",
        name: str = "", category: str = "UTILITY",
    ) -> str:  # fmt: skip
        """A content that somebody made elsewhere; with a *name* it is an approved template."""
        body = {"friendly_name": name, "language": language, "variables": variables or {}, "types": types}
        record = self.make(body)
        if name:
            record.approval = Approval(name, category, "approved")
        return record.sid

    def change(self, record: Record, body: dict[str, Any]) -> None:
        """Change a content that was not submitted, or was rejected."""
        if record.approval.status not in ("unsubmitted", "rejected"):
            raise wrong(f"a content whose approval is {record.approval.status} cannot be changed")
        kept = {
            "friendly_name": record.friendly_name,
            "language": record.language,
            "variables": record.variables,
            "types": record.types,
        }
        given = {name: value for name, value in body.items() if value is not None}
        checked = _checked({**kept, **given})
        record.friendly_name, record.language, record.variables, record.types = checked
        record.updated = self._now()

    def delete(self, record: Record) -> None:
        """Delete a content; messages that were sent with it stay."""
        del self._records[record.sid]

    def judge(self, content_sid: str, values: str, *, in_window: bool) -> Sendable:
        """What a send of the content comes to; `TwilioError` 21655 and 21656 refuse it at once."""
        record = self._records.get(content_sid)
        if record is None:
            raise TwilioError(21655)
        return judge(record, read_values(values), in_window=in_window)

    # The reviewer.

    def submit(self, record: Record, body: dict[str, Any]) -> None:
        """Ask for approval; after `review_delay` it is there."""
        only(
            body, ("name", "category", "send_ttl_seconds", "bid_amount", "allow_category_change"), "approval"
        )
        name = text(body, "name", LONGEST_NAME, "approval")
        if not _NAME.fullmatch(name):
            raise wrong("approval.name may hold a-z, 0-9 and _ only")
        category = one_of(body, "category", CATEGORIES, "approval")
        if record.kind in UNAPPROVABLE:
            raise wrong(f"WhatsApp does not approve {record.kind}")
        if record.approval.status not in ("unsubmitted", "rejected"):
            raise wrong(f"the content was submitted before; its approval is {record.approval.status}")
        if any(
            one.approval.name == name and one.language == record.language for one in self if one != record
        ):
            raise wrong(f"there is a template {name} in {record.language} already")
        record.approval = Approval(name, category, "received")
        if self._knobs.review_delay is not None:
            self._emitter.spawn(self._review(record, record.approval), later=True)

    async def _review(self, record: Record, asked: Approval) -> None:
        await self.sleep(self._knobs.review_delay or 0)
        if record.approval is asked and asked.status == "received":
            self.approve(record.sid)

    def approve(self, content_sid: str) -> None:
        """WhatsApp approves a template."""
        self._set(content_sid, "approved")

    def reject(self, content_sid: str, reason: str = "TAG_CONTENT_MISMATCH") -> None:
        """WhatsApp rejects a template."""
        self._set(content_sid, "rejected", reason)

    def pause(self, content_sid: str) -> None:
        """WhatsApp pauses a template because of its quality."""
        self._set(content_sid, "paused")

    def disable(self, content_sid: str) -> None:
        """WhatsApp disables a template for good."""
        self._set(content_sid, "disabled")

    def _set(self, content_sid: str, status: str, reason: str = "") -> None:
        record = self._records.get(content_sid)
        if record is None or record.approval.status == "unsubmitted":
            raise LookupError(f"no template {content_sid} was submitted")
        record.approval.status, record.approval.reason = status, reason


def _checked(body: dict[str, Any]) -> tuple[str, str, dict[str, str], dict[str, Any]]:
    """Friendly name, language, variables and types of a content that may be made."""
    only(body, ("friendly_name", "language", "variables", "types"), "content")
    name = text(body, "friendly_name", 1600, "content", optional=True)
    language = text(body, "language", 16, "content")
    if not _LANGUAGE.fullmatch(language):
        raise wrong("content.language is not a language such as en or pt_BR")
    types = body.get("types")
    if not isinstance(types, dict) or not any(value is not None for value in types.values()):
        raise wrong("content.types needs at least one type")
    types = {kind: value for kind, value in types.items() if value is not None}
    for kind, content in types.items():
        check_type(kind, content)
    check_names(types)
    return name, language, check_defaults(body.get("variables") or {}), types
