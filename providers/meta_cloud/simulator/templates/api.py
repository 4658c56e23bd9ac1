"""Templates over the Graph API (wire.md 2.7)."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator.account import pick
from providers.meta_cloud.simulator.calls import Call, Door, Found
from providers.meta_cloud.simulator.checks.template import LANGUAGE, NAMED
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.paging import page
from providers.meta_cloud.simulator.shapes import flag, one_of, only, records, text
from providers.meta_cloud.simulator.templates.book import TemplateBook
from providers.meta_cloud.simulator.templates.definition import CATEGORIES, check_components, check_ttl
from providers.meta_cloud.simulator.templates.record import Record

PAGE = 1000
DEFAULT_FIELDS = "name,parameter_format,language,status,category,id,components"


class TemplateApi:
    """The edge `message_templates` of an account, and the node of a template."""

    def __init__(
        self, door: Door, book: TemplateBook, handles: Container[str], emitter: Emitter, clock: Timeline
    ) -> None:
        self._book, self._handles, self._emitter, self._clock = book, handles, emitter, clock
        door.find(self._find)
        door.on("POST", "waba", "message_templates", self._create)
        door.on("GET", "waba", "message_templates", self._list)
        door.on("DELETE", "waba", "message_templates", self._delete)
        door.on("GET", "template", "", self._get)
        door.on("POST", "template", "", self._edit)
        door.on("POST", "template", "unpause", self._unpause)

    def _find(self, node: str) -> Found | None:
        record = self._book.get(node)
        return Found("template", record.line) if record else None

    def _record(self, call: Call) -> Record:
        record = self._book.get(call.node)
        assert record is not None, "the node was found"
        return record

    async def _create(self, call: Call) -> dict[str, Any]:
        body = await call.json()
        only(body, (
            "name", "category", "language", "parameter_format", "components", "allow_category_change",
            "message_send_ttl_seconds",
        ))  # fmt: skip
        name, language = text(body, "name", 512), text(body, "language")
        if not NAMED.fullmatch(name):
            raise invalid("name", "may hold a-z, 0-9 and _ only")
        if not LANGUAGE.fullmatch(language):
            raise invalid("language", "is not a language like en_US")
        category = one_of(body, "category", CATEGORIES)
        shape = one_of(body, "parameter_format", ("NAMED", "POSITIONAL")) if (
            body.get("parameter_format")
        ) else "POSITIONAL"  # fmt: skip
        flag(body, "allow_category_change")
        components = records(body, "components", 1, 6)
        check_components(components, category, shape == "NAMED", self._handles)
        ttl = (
            check_ttl(body["message_send_ttl_seconds"], category) if "message_send_ttl_seconds" in body else 0
        )
        self._book.check_new(call.line.waba_id, name, language, category)
        record = Record(self._book.new_id(), call.line, name, language, category, components, shape, ttl=ttl)
        self._book.add(record)
        return {"id": record.id, "status": record.status, "category": record.category}

    async def _list(self, call: Call) -> dict[str, Any]:
        query = call.query
        found = list(self._book.of(call.line.waba_id))
        for name in ("name", "status", "language", "category"):
            if wanted := query.get(name):
                found = [record for record in found if record.listed()[name] == wanted]
        # What Meta made for Direct Send is only shown to who asks for it.
        found = [record for record in found if record.source == query.get("source", "")]
        fields = query.get("fields") or DEFAULT_FIELDS
        answer = page([pick(record.listed(), fields) for record in found], call, PAGE)
        return {**answer, "summary": summary(query["summary"], len(found))} if "summary" in query else answer

    async def _get(self, call: Call) -> dict[str, Any]:
        return pick(self._record(call).listed(), call.query.get("fields") or DEFAULT_FIELDS)

    async def _edit(self, call: Call) -> dict[str, Any]:
        """All components are replaced; the category of an approved template stays."""
        body, record = await call.json(), self._record(call)
        only(
            body,
            ("components", "category", "message_send_ttl_seconds", "parameter_format", "name", "language"),
        )
        if record.source:
            raise GraphError(2388318, "Meta made this template.")
        if not {"components", "category", "message_send_ttl_seconds"} & body.keys():
            raise missing("components")
        category = one_of(body, "category", CATEGORIES) if "category" in body else record.category
        if category != record.category and record.status == "APPROVED":
            raise GraphError(100, "The category of an approved template cannot be changed.")
        components = record.components
        if "components" in body:
            components = records(body, "components", 1, 6)
            check_components(components, category, record.parameter_format == "NAMED", self._handles)
        if "message_send_ttl_seconds" in body:
            record.ttl = check_ttl(body["message_send_ttl_seconds"], category)
        if "components" in body or category != record.category:
            record.spend_edit(self._clock.now())
            record.components, record.category = components, category
            self._book.send_to_review(record)
            self._emitter.spawn(self._book.tell_components(record))
        return {"success": True, "id": record.id, "name": record.name, "category": record.category}

    async def _delete(self, call: Call) -> dict[str, Any]:
        """All languages of `name`, or with `hsm_id` the one that has both."""
        name, one = call.query.get("name"), call.query.get("hsm_id")
        if not name:
            raise missing("name")
        found = self._book.named(call.line.waba_id, name)
        if one:
            found = [record for record in found if record.id == one]
        if not found:
            raise GraphError(100, f"There is no template {name}.")
        for record in found:
            self._book.remove(record)
        return {"success": True}

    async def _unpause(self, call: Call) -> dict[str, Any]:
        record = self._record(call)
        if record.status != "PAUSED":
            raise GraphError(100, f"The template is {record.status}, not PAUSED.")
        self._emitter.spawn(self._book.unpause_record(record))
        return {"success": True}


def summary(wanted: str, count: int) -> dict[str, Any]:
    """The numbers about all templates that a caller asks for by name."""
    known = {"total_count": count, "message_template_count": count, "message_template_limit": 250}
    return {name: known.get(name, True) for name in wanted.split(",")}
