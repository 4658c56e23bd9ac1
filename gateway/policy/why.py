"""Why a message was sent, waits, or was not sent: its timeline in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.clock import rfc3339
from gateway.model.status import Failure
from gateway.pipeline.queries import MESSAGES
from gateway.policy import sentences
from gateway.policy.queries import POLICY
from gateway.store.port import Row, Tx
from gateway.store.sql import load_queries

_WHY = load_queries(Path(__file__).parent / "why.sql")
_failure = msgspec.json.Decoder(Failure)
#: So much of each kind at most.
MOST = 1000


class Reason(Struct, frozen=True):
    """One thing that happened to a message. *what* is asked, decided, waits, tried, part or told;
    *verdict* and *reason* are of a decision, "" else. *detail* is what it hung on."""

    at: str
    what: str
    text: str
    verdict: str = ""
    reason: str = ""
    detail: dict[str, Any] = {}


class Why(Struct, frozen=True):
    """A message's timeline, oldest first. *purpose* is "" for a reply; *answers* is the message that it
    answers, null for one that answers none."""

    id: str
    direction: str
    purpose: str
    answers: str | None
    timeline: list[Reason]


async def why(tx: Tx, tenant: str, identifier: str) -> Why | None:
    """All that is known of why message *identifier* is as it is; None when *tenant* has none of this id."""
    row = await tx.one(_WHY["message"], tenant=tenant, id=identifier)
    if row is None:
        return None
    if row["direction"] == "in":
        first = Reason(rfc3339(row["created_at"]), "asked", "The contact wrote it; it was not sent by us.")
        return Why(row["id"], "in", "", None, [first])
    answers = None if row["purpose"] else row["answers"]
    text = sentences.asked(row["origin"], row["purpose"], answers or "", row["event"])
    found = [(row["created_at"], Reason(rfc3339(row["created_at"]), "asked", text))]
    found += await _decisions(tx, tenant, identifier)
    found += await _provider(tx, tenant, identifier)
    found.sort(key=lambda each: each[0])
    timeline = [reason for _, reason in found]
    if row["due_at"]:
        due = rfc3339(row["due_at"])
        words = f", because of {row['reason']}" if row["reason"] else ", as was asked for"
        timeline.append(Reason(due, "waits", f"It is to be sent at {due}{words}, and is judged again then."))
    return Why(row["id"], "out", row["purpose"], answers, timeline)


async def _decisions(tx: Tx, tenant: str, message: str) -> list[tuple[int, Reason]]:
    return [
        (
            row["at"],
            Reason(
                rfc3339(row["at"]), "decided",
                sentences.decision(
                    row["verdict"], row["reason"], row["until"], msgspec.json.decode(row["detail"])
                ),
                row["verdict"], row["reason"], msgspec.json.decode(row["detail"]),
            ),
        )
        for row in await tx.all(POLICY["decisions"], tenant=tenant, message=message, limit=MOST)
    ]  # fmt: skip


async def _provider(tx: Tx, tenant: str, message: str) -> list[tuple[int, Reason]]:
    """What was tried, what the provider said, and where that leaves each part."""
    found = []
    for row in await tx.all(MESSAGES["attempts"], tenant=tenant, message=message, limit=MOST):
        text = f"Attempt {row['n']} ended with '{row['outcome']}'{_said(row)}."
        found.append((row["ended_at"], Reason(rfc3339(row["ended_at"]), "tried", text)))
    for row in await tx.all(MESSAGES["statuses"], tenant=tenant, message=message, limit=MOST):
        text = f"The provider told: '{row['status']}'{_said(row)}."
        at = row["at"] or row["received_at"]
        found.append((at, Reason(rfc3339(at), "told", text)))
    parts = await tx.all(_WHY["parts"], tenant=tenant, id=message)
    for row in parts:
        text = sentences.part(row["idx"], row["status"], _said(row, ""), len(parts) > 1)
        found.append((row["updated_at"], Reason(rfc3339(row["updated_at"]), "part", text)))
    return found


def _said(row: Row, between: str = ": ") -> str:
    """The error in *row*, for a person; "" without one."""
    if not row["error"]:
        return ""
    try:
        failure = _failure.decode(row["error"])
    except msgspec.MsgspecError:
        return f"{between}{row['error']}"
    code = f" ({failure.code})" if failure.code else ""
    return f"{between}{failure.title or failure.kind}{code}"
