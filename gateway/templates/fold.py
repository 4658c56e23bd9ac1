"""News of templates from webhooks, folded into the table. They may come in any order and more than once.

Each kind of news has its own time in the row, and only what is newer counts; see `template.sql`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.feed import facts, note
from gateway.model.event import ChannelEvent
from gateway.model.notice import TemplateCategory, TemplateEdited, TemplateQuality, TemplateStatus
from gateway.store.port import Tx
from gateway.templates.names import logical
from gateway.templates.queries import TEMPLATE

KINDS = (TemplateStatus, TemplateCategory, TemplateQuality, TemplateEdited)
#: Events whose name is not the status that the template has afterwards.
_AFTER = {"REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED"}
#: Which of two statuses of the same second came later; `told_status` has the same table.
_RANK = {"": 0, "PENDING": 0, "IN_APPEAL": 1, "APPROVED": 2, "DELETED": 4}


async def fold(tx: Tx, tenant: str, account: str, notices: Iterable[ChannelEvent], now: int) -> None:
    """Fold the *notices* that are about templates of *tenant*'s *account*; others are passed by.

    A template that we have not met becomes a row with what is told of it, which the next sync completes.
    After the commit, call `Registry.stir`.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for event in notices:
        _note(rows, event, {"tenant": tenant, "account": account or event.account, "now": now})
    for statement in ("meet", "told_status", "told_category", "told_quality", "told_content"):
        if statement in rows:
            await tx.many(TEMPLATE[statement], rows[statement])
    if rows:
        await tell(tx, tenant, str(rows["meet"][0]["account"]), now)


async def tell(tx: Tx, tenant: str, account: str, now: int) -> None:
    """Note for the log of events what this transaction has changed; *now* is what it wrote as its time."""
    changed = await tx.all(TEMPLATE["changed_now"], tenant=tenant, account=account, now=now)
    names = ("account", "name", "language", "status", "category", "quality")
    told = [facts.TemplateChange(*(str(row[name]) for name in names)) for row in changed]
    await note.write(tx, [note.row(tenant, "template.changed", fact, now) for fact in told])


def _note(rows: dict[str, list[dict[str, Any]]], event: ChannelEvent, base: dict[str, Any]) -> None:
    told = event.content
    if not isinstance(told, KINDS) or not told.template or not told.language or not base["account"]:
        return
    key = base | {"name": told.template, "language": told.language}
    meet = {"logical": logical(told.template), "provider_id": told.template_id}
    rows.setdefault("meet", []).append(key | meet)
    key["at"] = event.at
    if isinstance(told, TemplateStatus):
        if told.status:
            rows.setdefault("told_status", []).append(key | _status(told))
        if told.category:
            rows.setdefault("told_category", []).append(key | {"category": told.category.lower()})
    elif isinstance(told, TemplateCategory):
        if told.category:
            rows.setdefault("told_category", []).append(key | {"category": told.category.lower()})
    elif isinstance(told, TemplateQuality):
        if told.quality:
            rows.setdefault("told_quality", []).append(key | {"quality": told.quality.upper()})
    else:
        body = msgspec.json.encode({"body": told.body}).decode()[1:-1]
        rows.setdefault("told_content", []).append(key | {"body": body})


def _status(told: TemplateStatus) -> dict[str, Any]:
    status = _AFTER.get(told.status.upper(), told.status.upper())
    words = [told.reason if told.reason.upper() != "NONE" else "", told.title, told.text, told.advice]
    reason = ": ".join(word for word in words if word)
    return {
        "status": status,
        "rank": _RANK.get(status, 3),
        "reason": "" if status == "APPROVED" else reason[:500],
        "provider_id": told.template_id,
    }
