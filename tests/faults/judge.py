"""The verdict on a run: pure functions over what went in, what came out and what the database holds.

Words: an acknowledged message is *lost* when no send of its reply was ever accepted (when the
gateway at least shows it as in doubt, that is listed apart). It has a *second
effect* when more than one outbound message answers it. A send is *repeated* when one part was accepted
twice; that is allowed as often as the database counts it as `resent`. Replies are *reordered* when the
first acceptances to one contact do not follow the order in which its messages were acknowledged.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.database_rules import database_violations
from tests.faults.keys import Key, of_reply
from tests.faults.numbers import ONE, Number, of_contact
from tests.faults.provider import Acceptance
from tests.faults.tables import Tables


@dataclass(frozen=True)
class Evidence:
    """Everything that the harness recorded.

    *acked* is in the order of the first 200s; *statuses* are the (wamid, status) that were answered
    200; *odd* counts answers that neither side should ever have seen, by what they were.
    """

    acked: Sequence[Key]
    accepted: Sequence[Acceptance]
    tables: Tables
    statuses: frozenset[tuple[str, str]] = frozenset()
    odd: dict[str, int] = field(default_factory=dict)
    numbers: tuple[Number, ...] = ONE


@dataclass(frozen=True)
class Report:
    """*figures* are counts to publish; *violations* map a broken promise to examples of it."""

    figures: dict[str, int]
    violations: dict[str, list[str]]

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return not any(self.violations.values())


def judge(evidence: Evidence) -> Report:
    """Hold *evidence* against the promises."""
    repeated = _repeats(evidence.accepted)
    resent = _resent(evidence.tables)
    lost, shown = _lost(evidence)
    violations = {
        "lost": lost,
        "never sent, shown as in doubt": shown,
        "acknowledged and not stored": _not_stored(evidence),
        "second effects": _second_effects(evidence.accepted),
        "repeats not counted as resent": [
            f"{part}: accepted {count + 1} times, resent {resent.get(part, 0)}"
            for part, count in repeated.items()
            if count > resent.get(part, 0)
        ],
        "reordered": _reordered(evidence),
        "unasked": _unasked(evidence),
        "odd answers": [f"{what}: {count}" for what, count in evidence.odd.items() if count],
        **database_violations(evidence.tables, evidence.statuses, evidence.numbers),
    }
    return Report(_figures(evidence, repeated, resent), violations)


def _figures(evidence: Evidence, repeated: Counter[str], resent: Counter[str]) -> dict[str, int]:
    tables = evidence.tables
    figures = {
        "messages acknowledged": len(evidence.acked),
        "sends accepted": len(evidence.accepted),
        "sends repeated": repeated.total(),
        "counted as resent": resent.total(),
        "in doubt left": sum(row.state == "in_doubt" for row in tables.outbox),
        **_reasons(tables, repeated),
    }
    for (stage, reason), count in sorted(Counter((row.stage, row.reason) for row in tables.dead).items()):
        figures[f"dead letters: {stage}, {reason}"] = count
    return figures


def _reasons(tables: Tables, repeated: Counter[str]) -> dict[str, int]:
    """Why parts were sent again: what was known of an earlier attempt, which is nothing after a crash."""
    doubts = {row.part: _kind(row.error) for row in tables.attempts if row.outcome == "doubt"}
    reasons = Counter(doubts.get(part, "its sender ended") for part in repeated)
    return {f"repeated: {reason}": count for reason, count in sorted(reasons.items())}


def _kind(error: str) -> str:
    """The kind of a stored error: it is JSON, with a text for people beside."""
    try:
        return str(json.loads(error)["kind"])
    except (ValueError, KeyError, TypeError):
        return error[:40]


def _answered(accepted: Iterable[Acceptance]) -> dict[Key, Acceptance]:
    """The first acceptance of the reply to each message, in the order of acceptance."""
    first: dict[Key, Acceptance] = {}
    for acceptance in accepted:
        key = of_reply(acceptance.text)
        if key is not None:
            first.setdefault(key, acceptance)
    return first


def _lost(evidence: Evidence) -> tuple[list[str], list[str]]:
    """Messages without an accepted reply: those that nobody can see, and those shown as in doubt."""
    answered, tables = _answered(evidence.accepted), evidence.tables
    doubtful = {row.ref for row in tables.dead if row.stage == "send"}
    doubtful.update(row.id for row in tables.outbox if row.state == "in_doubt")
    # A dead letter names the part, or the message when nothing of it was tried.
    messages = doubtful | {row.message for row in tables.parts if row.id in doubtful}
    messages |= {row.message for row in tables.outbox if row.id in doubtful}
    events = {row.event for row in tables.messages if row.id in messages}
    visible = {row.provider_message_id for row in tables.messages if row.id in events}
    lost = [key for key in evidence.acked if key not in answered]
    return (
        [f"{key.text}: acknowledged, never answered" for key in lost if key.wamid not in visible],
        [f"{key.text}: acknowledged, its answer given up" for key in lost if key.wamid in visible],
    )


def _not_stored(evidence: Evidence) -> list[str]:
    """Acknowledged messages without a row of their own: they were lost before any plugin saw them."""
    stored = {row.provider_message_id for row in evidence.tables.messages}
    return [f"{key.text}: no inbound message" for key in evidence.acked if key.wamid not in stored]


def _second_effects(accepted: Iterable[Acceptance]) -> list[str]:
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for acceptance in accepted:
        parts[acceptance.text].add(acceptance.part)
    return [f"{text!r}: sent as parts {sorted(ids)}" for text, ids in parts.items() if len(ids) > 1]


def _repeats(accepted: Iterable[Acceptance]) -> Counter[str]:
    """How often each part was accepted beyond the first time."""
    times = Counter(acceptance.part for acceptance in accepted)
    return Counter({part: count - 1 for part, count in times.items() if count > 1})


def _resent(tables: Tables) -> Counter[str]:
    counted = Counter({row.id: row.resent for row in tables.parts})
    counted.update({row.id: row.resent for row in tables.outbox})
    return counted


def _reordered(evidence: Evidence) -> list[str]:
    answered = list(_answered(evidence.accepted))
    lanes: defaultdict[int, list[int]] = defaultdict(list)
    place = {key: at for at, key in enumerate(evidence.acked)}
    for key in answered:
        if key in place:
            lanes[key.contact].append(place[key])
    return [
        f"contact {contact}: the reply to {evidence.acked[after].text} came after that to "
        f"{evidence.acked[before].text}"
        for contact, places in lanes.items()
        for before, after in pairwise(places)
        if after < before
    ]


def _unasked(evidence: Evidence) -> list[str]:
    """What was accepted although nobody had written for it, or went to somebody else."""
    asked, strange = set(evidence.acked), []
    for acceptance in evidence.accepted:
        key = of_reply(acceptance.text)
        if key is None or key not in asked:
            strange.append(f"{acceptance.text!r} to {acceptance.to}: nobody asked")
        elif acceptance.to != key.phone:
            strange.append(f"{acceptance.text!r} went to {acceptance.to} instead of {key.phone}")
        elif acceptance.number != (number := of_contact(key.contact, evidence.numbers).id):
            strange.append(f"{acceptance.text!r} was sent by {acceptance.number} instead of {number}")
    return strange
