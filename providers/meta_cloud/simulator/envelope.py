"""The envelope of a webhook: one or many updates, of one number or several (wire.md 1.4)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from providers.meta_cloud.simulator.lines import Line

#: Fields about an account, a template or a flow: their value names no number by its id.
PLAIN = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "business_capability_update",
        "business_username_updates",
        "flows",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "template_category_update",
        "template_correct_category_detection",
    }
)


class Update(Struct, frozen=True):
    """One change for the business to learn: *value* without the parts that every change of *field* has.

    *at* is microseconds. *ticks* are the statuses in it, as (message id, status).
    """

    line: Line
    field: str
    value: dict[str, Any]
    at: int
    ticks: tuple[tuple[str, str], ...] = ()


def encode(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent: non-ASCII as \\uXXXX, slashes escaped, as Meta does."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def payload(updates: Iterable[Update]) -> dict[str, Any]:
    """One webhook with all *updates*. Messages and statuses of a number share a change; an entry is one
    account, with a time unless it is about messages."""
    entries: dict[tuple[str, bool], dict[str, Any]] = {}
    shared: dict[str, dict[str, Any]] = {}
    for update in updates:
        line, timed = update.line, update.field != "messages"
        entry = entries.setdefault((line.waba_id, timed), {"id": line.waba_id})
        if timed:
            entry.setdefault("time", update.at // 1_000_000)
        changes = entry.setdefault("changes", [])
        value = shared.get(line.phone_number_id) if not timed else None
        if value is None:
            value = opened(update)
            changes.append({"value": value, "field": update.field})
            if not timed:
                shared[line.phone_number_id] = value
        else:
            join(value, update.value)
    return {"object": "whatsapp_business_account", "entry": list(entries.values())}


def opened(update: Update) -> dict[str, Any]:
    """The value of a change of its own. Its lists are copies, so that others can join."""
    value = {name: list(part) if isinstance(part, list) else part for name, part in update.value.items()}
    if update.field in PLAIN:
        return value
    line = update.line
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": line.display, "phone_number_id": line.phone_number_id},
        **value,
    }


def join(value: dict[str, Any], more: dict[str, Any]) -> None:
    """Add the lists of *more* to *value*. A contact is told once, wherever its messages are."""
    for name, part in more.items():
        if name != "contacts":
            value.setdefault(name, []).extend(part)
            continue
        people = value.setdefault(name, [])
        people += [person for person in part if person not in people]
