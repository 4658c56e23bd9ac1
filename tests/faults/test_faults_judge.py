"""The judge must find every kind of broken promise, and nothing in a clean run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.judge import Evidence, Report, judge
from tests.faults.keys import Key
from tests.faults.provider import Acceptance
from tests.faults.tables import DeadRow, MessageRow, OutboxRow, PartRow, Tables

KEYS = [Key(1, 1), Key(2, 1), Key(1, 2), Key(1, 3)]


def _acceptance(order: int, key: Key, part: str = "", attempt: int = 1) -> Acceptance:
    part = part or f"part-{key.contact}-{key.n}"
    return Acceptance(order, float(order), key.phone, key.reply, f"g1.{part}.{attempt}", f"wamid.OUT-{order}")


def _part(order: int, key: Key) -> PartRow:
    name = f"{key.contact}-{key.n}"
    lane = f"lane-{key.contact}"
    return PartRow(
        "duka", f"part-{name}", f"out-{name}", lane, f"wamid.OUT-{order}", "delivered", 30, 0, order + 1
    )


def _messages(key: Key) -> list[MessageRow]:
    name, lane = f"{key.contact}-{key.n}", f"lane-{key.contact}"
    return [
        MessageRow("duka", f"in-{name}", lane, "in", key.wamid, f"in-{name}", 0),
        MessageRow("duka", f"out-{name}", lane, "out", "", f"in-{name}", 1),
    ]


def _clean() -> Evidence:
    """Four messages of two contacts, each answered once, in order."""
    return Evidence(
        acked=KEYS,
        accepted=[_acceptance(order, key) for order, key in enumerate(KEYS)],
        tables=Tables(
            messages=tuple(row for key in KEYS for row in _messages(key)),
            parts=tuple(_part(order, key) for order, key in enumerate(KEYS)),
        ),
        statuses=frozenset({("wamid.OUT-0", "sent"), ("wamid.OUT-0", "delivered")}),
    )


def _broken(report: Report) -> set[str]:
    return {name for name, found in report.violations.items() if found}


def _with_tables(**changes: object) -> Evidence:
    clean = _clean()
    return replace(clean, tables=replace(clean.tables, **changes))  # type: ignore[arg-type]


def test_a_clean_run_is_ok() -> None:
    """Nothing is found where nothing is wrong, and the figures count what happened."""
    report = judge(_clean())

    assert report.ok
    assert report.figures["messages acknowledged"] == 4
    assert report.figures["sends accepted"] == 4
    assert report.figures["sends repeated"] == 0


def test_an_acknowledged_message_without_a_reply_is_lost() -> None:
    """A reply that the provider never accepted is a loss, whatever the database says."""
    clean = _clean()

    assert _broken(judge(replace(clean, accepted=clean.accepted[:-1]))) == {"lost"}


def test_a_reply_that_was_given_up_is_listed_apart() -> None:
    """A part that was never accepted and is shown as in doubt is a failure, but not a silent one."""
    clean = _clean()
    dead = (DeadRow("duka", "send", "part-1-3", "in_doubt", ""),)
    tables = replace(clean.tables, dead=dead)

    broken = _broken(judge(replace(clean, accepted=clean.accepted[:-1], tables=tables)))

    assert broken == {"never sent, shown as in doubt"}


def test_two_parts_for_one_message_are_a_second_effect() -> None:
    """The same reply under two part ids means that the turn took effect twice."""
    clean = _clean()
    twice = [*clean.accepted, _acceptance(4, KEYS[0], part="another")]

    assert _broken(judge(replace(clean, accepted=twice))) == {"second effects"}


def test_two_outbound_messages_for_one_event_are_found_in_the_database() -> None:
    """A second outbound row is a second effect even if it was never sent."""
    tables = _clean().tables
    second = tables.messages[1]._replace(id="out-again")
    parts = (*tables.parts, tables.parts[0]._replace(id="part-again", message="out-again", accepted_at=9))

    broken = _broken(judge(_with_tables(messages=(*tables.messages, second), parts=parts)))

    assert broken >= {"messages per event"}


def test_a_repeat_must_be_counted() -> None:
    """One part accepted twice is allowed exactly as often as the database says `resent`."""
    clean = _clean()
    again = replace(clean, accepted=[*clean.accepted, _acceptance(4, KEYS[0], attempt=2)])
    assert _broken(judge(again)) == {"repeats not counted as resent"}

    counted = (clean.tables.parts[0]._replace(resent=1), *clean.tables.parts[1:])
    report = judge(replace(again, tables=replace(clean.tables, parts=counted)))

    assert report.ok
    assert report.figures["sends repeated"] == 1


def test_replies_out_of_order_are_reordered() -> None:
    """The first acceptances to one contact follow its messages; other contacts do not matter."""
    clean = _clean()
    swapped = [clean.accepted[place] for place in (0, 3, 1, 2)]

    report = judge(replace(clean, accepted=swapped))

    assert _broken(report) == {"reordered"}
    assert report.violations["reordered"] == ["contact 1: the reply to c1 m2 came after that to c1 m3"]


def test_a_repeat_does_not_count_as_reordered() -> None:
    """Order is judged by first acceptances only."""
    clean = _clean()
    counted = (clean.tables.parts[0]._replace(resent=1), *clean.tables.parts[1:])
    late = [*clean.accepted, _acceptance(9, KEYS[0], attempt=2)]

    assert judge(replace(clean, accepted=late, tables=replace(clean.tables, parts=counted))).ok


@pytest.mark.parametrize(
    "stray",
    [
        _acceptance(4, Key(7, 7)),
        _acceptance(4, KEYS[0])._replace(text="good morning", correlation="g1.x.1"),
        _acceptance(4, KEYS[0], attempt=2)._replace(to="34999999999"),
    ],
)
def test_a_send_that_nobody_asked_for_is_found(stray: Acceptance) -> None:
    """A reply to nothing, another text, or a reply to somebody else."""
    clean = _clean()

    assert "unasked" in _broken(judge(replace(clean, accepted=[*clean.accepted, stray])))


def test_an_odd_answer_is_found() -> None:
    """An authentic webhook that was refused, or a send that no provider would take."""
    assert _broken(judge(replace(_clean(), odd={"a webhook was answered 500": 1}))) == {"odd answers"}


def test_an_acknowledged_message_without_a_row_is_found() -> None:
    """What was answered 200 and never became a message was lost at the intake."""
    tables = _clean().tables

    assert "acknowledged and not stored" in _broken(judge(_with_tables(messages=tables.messages[2:])))


_OPEN = OutboxRow("duka", "part-x", "out-1-1", "lane-1", "ready", 0, "")


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("open rows left", {"journal_open": 1}),
        ("open rows left", {"events": 1}),
        ("open rows left", {"done": 1}),
        ("open rows left", {"outbox": (_OPEN,)}),
        (
            "two in flight in one conversation",
            {"outbox": (_OPEN._replace(state="sending"), _OPEN._replace(state="sending", id="part-y"))},
        ),
        ("parts per message", {"outbox": (_OPEN._replace(state="in_doubt"),)}),
        ("parts per message", {"parts": _clean().tables.parts[1:]}),
        ("an event twice", {"messages": (*_clean().tables.messages, _messages(KEYS[0])[0])}),
        ("messages per event", {"messages": _clean().tables.messages[:-1]}),
        (
            "accepted without an id",
            {
                "parts": (
                    _clean().tables.parts[0]._replace(provider_message_id=""),
                    *_clean().tables.parts[1:],
                )
            },
        ),
        (
            "accepted out of order",
            {"parts": (_clean().tables.parts[0]._replace(accepted_at=99), *_clean().tables.parts[1:])},
        ),
        (
            "statuses forgotten",
            {
                "parts": (
                    _clean().tables.parts[0]._replace(status="sent", rank=20),
                    *_clean().tables.parts[1:],
                )
            },
        ),
        (
            "of another tenant",
            {"parts": (_clean().tables.parts[0]._replace(tenant="kiosk"), *_clean().tables.parts[1:])},
        ),
        ("unreadable", {"dead": (DeadRow("", "parse", "j1", "unreadable", "not an object"),)}),
        ("the file is damaged", {"integrity": "row 1 missing from index"}),
    ],
)
def test_a_broken_rule_of_the_database_is_found(rule: str, changes: dict[str, object]) -> None:
    """Each invariant of the tables has a planted fault that breaks it."""
    assert rule in _broken(judge(_with_tables(**changes)))


def test_dead_letters_are_listed_by_reason() -> None:
    """They are figures: whether something was lost by them shows elsewhere."""
    report = judge(_with_tables(dead=(DeadRow("duka", "send", "part-1-1", "in_doubt", ""),) * 2))

    assert report.ok
    assert report.figures["dead letters: send, in_doubt"] == 2
