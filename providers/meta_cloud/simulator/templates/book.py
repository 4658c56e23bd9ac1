"""All templates of the accounts, their reviews, and the webhooks about them (wire.md 1.8, 2.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from gateway.clock import DAY, HOUR, SECOND
from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator import ids
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.envelope import Update
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.templates.record import Record
from providers.meta_cloud.simulator.templates.sends import check_values

PER_ACCOUNT, PER_HOUR, BLOCKED_FOR = 6000, 100, 30 * DAY
_CATEGORY_NOTICE = DAY
#: `source` of the templates that Meta makes for Direct Send.
GENERATED = "AUTO_GENERATED"
#: pause -> (title, words) in `other_info`
_PAUSES = {1: ("FIRST_PAUSE", "Paused for 3 hours."), 2: ("SECOND_PAUSE", "Paused for 6 hours.")}


class TemplateBook:
    """Templates by account, name and language. The methods that change one tell the business of it, and
    return once it has taken the webhook; *language* may be left out if the name has only one."""

    def __init__(self, emitter: Emitter, knobs: Knobs, clock: Timeline) -> None:
        self._emitter, self._knobs, self._clock = emitter, knobs, clock
        self._records: dict[str, Record] = {}
        #: (account, name) -> until when the name cannot be used again, microseconds
        self._blocked: dict[tuple[str, str], int] = {}
        self._made: dict[str, list[int]] = {}

    # What the Graph side asks.

    def get(self, template_id: str) -> Record | None:
        """The template with this id."""
        return self._records.get(template_id)

    def of(self, waba: str) -> Iterator[Record]:
        """The templates of an account, the newest first."""
        return (record for record in reversed(self._records.values()) if record.line.waba_id == waba)

    def named(self, waba: str, name: str, language: str = "") -> list[Record]:
        """Those with this name, in one language or all."""
        return [r for r in self.of(waba) if r.name == name and language in ("", r.language)]

    def check_new(self, waba: str, name: str, language: str, category: str) -> None:
        """Raise `GraphError` when an account cannot have one more of this name."""
        now = self._clock.now()
        if self._blocked.get((waba, name), 0) > now:
            details = f"The name {name} was deleted and cannot be used for 30 days."
            raise GraphError(100, details, subcode=2388023)
        if self.named(waba, name, language):
            raise GraphError(100, f"There is already {language} content for {name}.", subcode=2388024)
        others = {record.category for record in self.named(waba, name)}
        if others and category not in others:
            raise GraphError(100, f"The other languages of {name} are {', '.join(others)}.")
        made = [at for at in self._made.get(waba, []) if now - at < HOUR]
        if len(made) >= PER_HOUR or len(list(self.of(waba))) >= PER_ACCOUNT:
            raise GraphError(2388019, "The account has too many templates, or made too many in an hour.")
        self._made[waba] = [*made, now]

    def add(self, record: Record) -> None:
        """Take a new template and send it to review."""
        self._records[record.id] = record
        self.send_to_review(record)

    def remove(self, record: Record) -> None:
        """Forget a template; the name of an approved one stays blocked."""
        if record.status == "DISABLED":
            raise GraphError(100, "A template that is DISABLED cannot be deleted.")
        if record.source:
            raise GraphError(2388330, "Meta made this template.")
        if record.approved_at:
            self._blocked[record.line.waba_id, record.name] = self._clock.now() + BLOCKED_FOR
        del self._records[record.id]

    def generate(self, line: Line, body: dict[str, Any]) -> None:
        """Meta makes a template for a message of Direct Send (wire.md 2.13): one for equal messages."""
        content = body[body.get("type", "text")]
        body_of = content.get("body", "")
        words = body_of if isinstance(body_of, str) else body_of["text"]
        name = f"auto_{hashlib.blake2b(words.encode(), digest_size=8).hexdigest()}"
        if not self.named(line.waba_id, name):
            components = [{"type": "BODY", "text": words}]
            record = Record(self.new_id(), line, name, "en_US", body["category"].upper(), components)
            record.status, record.source = "APPROVED", GENERATED
            self._records[record.id] = record

    def definition(self, line: Line, body: dict[str, Any]) -> dict[str, Any] | None:
        """The template that a request sends, as Graph lists it; None if it is not known."""
        record = self._sent(line, body)
        return record.listed() if record else None

    def check_send(self, line: Line, body: dict[str, Any], *, marketing: bool) -> str:
        """The category of the template that *body* sends, "" if there is none or it is not known."""
        if body.get("type") != "template":
            return ""
        record = self._sent(line, body)
        if self._knobs.templates != "strict":
            return record.category if record else ""
        if record is None or record.status not in ("APPROVED", "PAUSED", "DISABLED"):
            template = body["template"]
            details = f"template name ({template['name']}) does not exist in {template['language']['code']}"
            raise GraphError(132001, details)
        if record.status == "PAUSED":
            raise GraphError(132015, f"{record.name} is paused because of low quality.")
        if record.status == "DISABLED":
            raise GraphError(132016, f"{record.name} is disabled because of low quality.")
        self._check_endpoint(record, marketing)
        check_values(record, body["template"])
        return record.category

    def _check_endpoint(self, record: Record, marketing: bool) -> None:
        if record.category != "MARKETING":
            if marketing:
                raise GraphError(134100, f"{record.name} is {record.category}.")
        elif not marketing:
            if not self._knobs.marketing_on_cloud_api:
                raise GraphError(131063, "Send marketing templates to /marketing_messages.")
        elif not self._knobs.marketing_onboarded:
            raise GraphError(134102, "The account is not onboarded to the Marketing Messages API.")
        elif self._clock.now() - record.approved_at < self._knobs.marketing_sync * SECOND:
            raise GraphError(134101, "The template is still being synced to the ad account.")
        if not marketing and record.part("HEADER").get("format", "").upper() == "GIF":
            raise GraphError(132012, "A GIF header is for the marketing endpoint only.")

    def _sent(self, line: Line, body: dict[str, Any]) -> Record | None:
        if body.get("type") != "template":
            return None
        template = body["template"]
        code = template["language"]["code"].replace("-", "_")
        found = self.named(line.waba_id, template["name"])
        return next((record for record in found if record.language.replace("-", "_") == code), None)

    # Reviews.

    def send_to_review(self, record: Record) -> None:
        """PENDING, and approved after `review_delay` seconds (None: when somebody says so)."""
        record.status, record.reason = "PENDING", "NONE"
        record.review += 1
        if self._knobs.review_delay is not None:
            delay = self._knobs.review_delay
            self._emitter.spawn(self._review(record, record.review, delay), later=delay > 0)

    async def _review(self, record: Record, review: int, delay: float) -> None:
        await self._clock.sleep(delay)
        if record.review == review and record.status == "PENDING" and record.id in self._records:
            await self._approve(record)

    async def _approve(self, record: Record) -> None:
        record.status, record.reason = "APPROVED", "NONE"
        record.approved_at = self._clock.now()
        await self._tell(record, "APPROVED")

    async def approve(self, name: str, language: str = "") -> None:
        """The review is over: it can be sent."""
        await self._approve(self._one(name, language))

    async def reject(self, name: str, reason: str = "INVALID_FORMAT", language: str = "") -> None:
        """The review is over: it cannot be sent."""
        record = self._one(name, language)
        record.status, record.reason = "REJECTED", reason
        info = {"reason": "The reviewer did not agree.", "recommendation": "Write it in another way."}
        await self._tell(record, "REJECTED", reason, rejection_info=info)

    async def pause(self, name: str, language: str = "") -> None:
        """Paused for low quality: 3 hours, then 6, then disabled."""
        record = self._one(name, language)
        record.pauses += 1
        if record.pauses not in _PAUSES:
            await self._disable(record)
            return
        record.status = "PAUSED"
        title, words = _PAUSES[record.pauses]
        await self._tell(record, "PAUSED", other_info={"title": title, "description": words})
        self._emitter.spawn(self._unpause(record, record.pauses, 3 * 3600.0 * record.pauses), later=True)

    async def _unpause(self, record: Record, pauses: int, delay: float) -> None:
        await self._clock.sleep(delay)
        if record.status == "PAUSED" and record.pauses == pauses and record.id in self._records:
            await self.unpause_record(record)

    async def unpause_record(self, record: Record) -> None:
        """It can be sent again."""
        record.status = "APPROVED"
        info = {"title": "UNPAUSE", "description": "Can be sent again."}
        await self._tell(record, "APPROVED", other_info=info)

    async def unpause(self, name: str, language: str = "") -> None:
        """It can be sent again."""
        await self.unpause_record(self._one(name, language))

    async def disable(self, name: str, language: str = "") -> None:
        """It can never be sent again."""
        await self._disable(self._one(name, language))

    async def _disable(self, record: Record) -> None:
        record.status = "DISABLED"
        info = {"disable_date": self._clock.now() // SECOND}
        title = {"title": "DISABLED", "description": "Disabled because of low quality."}
        await self._tell(record, "DISABLED", disable_info=info, other_info=title)

    async def set_quality(self, name: str, score: str, language: str = "") -> None:
        """GREEN, YELLOW, RED or UNKNOWN."""
        record = self._one(name, language)
        before, record.quality, record.quality_at = record.quality, score, self._clock.now()
        value = {"previous_quality_score": before, "new_quality_score": score, **record.named()}
        await self._report(record, "message_template_quality_update", value)

    async def change_category(self, name: str, category: str, language: str = "") -> None:
        """Another category, at once."""
        record = self._one(name, language)
        before, record.category = record.category, category
        value = {**record.named(), "previous_category": before, "new_category": category}
        await self._report(record, "template_category_update", value)

    async def announce_category(self, name: str, category: str, language: str = "") -> None:
        """The notice that Meta sends a day before it changes the category; then it does."""
        record = self._one(name, language)
        value = {
            **record.named(),
            "correct_category": category,
            "new_category": record.category,
            "category_update_timestamp": (self._clock.now() + _CATEGORY_NOTICE) // SECOND,
        }
        await self._report(record, "template_category_update", value)
        self._emitter.spawn(self._recategorise(record, category), later=True)

    async def _recategorise(self, record: Record, category: str) -> None:
        await self._clock.sleep(_CATEGORY_NOTICE / SECOND)
        if record.id in self._records:
            await self.change_category(record.name, category, record.language)

    def _one(self, name: str, language: str) -> Record:
        """The one that is meant; `LookupError` says which there are."""
        found = [r for r in self._records.values() if r.name == name and language in ("", r.language)]
        if len(found) != 1:
            there = ", ".join(f"{r.name} ({r.language})" for r in self._records.values()) or "none"
            raise LookupError(f"{name} {language} is {len(found)} templates; there are: {there}")
        return found[0]

    # What the business is told.

    async def _tell(self, record: Record, event: str, reason: str = "NONE", **more: Any) -> None:
        value = {"event": event, **record.named(), "reason": reason}
        value |= {"message_template_category": record.category, **more}
        await self._report(record, "message_template_status_update", value)

    async def tell_components(self, record: Record) -> None:
        """The content was changed."""
        value = {**record.named(), "message_template_element": record.part("BODY").get("text", "")}
        for kind, name in (("HEADER", "message_template_title"), ("FOOTER", "message_template_footer")):
            if words := record.part(kind).get("text"):
                value[name] = words
        if record.buttons:
            value["message_template_buttons"] = [shown(button) for button in record.buttons]
        await self._report(record, "message_template_components_update", value)

    async def _report(self, record: Record, field: str, value: dict[str, Any]) -> None:
        await self._emitter.update(Update(record.line, field, value, self._clock.now()))

    def new_id(self) -> str:
        """An id that fits into a whole number of 64 bits."""
        return ids.number(15)


def shown(button: dict[str, Any]) -> dict[str, Any]:
    """A button as the webhook tells it."""
    told = {"message_template_button_type": button["type"].upper()}
    for name in ("text", "url", "phone_number"):
        if name in button:
            told[f"message_template_button_{name}"] = button[name]
    return told
