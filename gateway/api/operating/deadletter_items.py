"""A dead letter as the API shows it, and what to do with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.api.encoding import text_or_base64
from gateway.api.paging import Paging
from gateway.clock import rfc3339, stamp
from gateway.store.port import Row

Stage = Literal["parse", "plugin", "job", "send"]
_WORD = Annotated[str, Meta(max_length=64)]

_HINTS = {
    "unreadable": "no parser reads it; update the provider, then replay: what is stored already is kept",
    "foreign_number": "no channel has this number: add the channel, then replay",
    "error": "the plugin raised; mend it, then replay: it runs again for this event or job, no other does",
    "timeout": "the plugin took too long; mend it, or find what it waited for, then replay",
    "poison": "the process died while this plugin ran, more than once; mend it before you replay",
    "put_aside": "the plugin had failed too often and was put aside; when it is well again, replay",
    "not_used": "the plugin was switched off or could not be loaded; when it is there again, replay",
    "rejected": "the provider refused it: correct what detail names, then replay, or send another message",
    "expired": "it was too late when its turn came; replay only if it is still worth sending",
    "window_closed": "free-form messages need an answer within 24 hours; send a template, or replay once the "
    "contact has written",
    "loop": "the same text went out again and again: look at who answers whom. It cannot be replayed",
    "in_doubt": "nobody could say whether it arrived; ask before you replay: it may come twice",
    "restored": "the database was restored: it may have been sent since. Release or discard it",
    "cancelled": "it was taken back; there is nothing to do",
}


class LetterQuery(Paging, frozen=True):
    """Which letters. *resolved* is true for those that were replayed, false for the others; both when it is
    left out."""

    stage: Stage | Literal[""] = ""
    plugin: _WORD = ""
    reason: _WORD = ""
    resolved: bool | None = None


class ReplayOne(Struct, frozen=True, forbid_unknown_fields=True):
    """With *apply* it is done, without it is only told what would be."""

    apply: bool = False


class ReplayMany(ReplayOne, frozen=True, forbid_unknown_fields=True):
    """Which open letters, oldest first, at most *limit*."""

    stage: Stage | Literal[""] = ""
    plugin: _WORD = ""
    reason: _WORD = ""
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class LetterItem(Struct, frozen=True):
    """What could not be done. *event* is the event that *plugin* failed on, *job* the job of it that was
    given up, *message* the message that was not sent, *webhook* the stored webhook that was not read: one of
    them, the others are null."""

    id: str
    stage: str
    reason: str
    detail: str
    hint: str
    plugin: str | None
    event: str | None
    message: str | None
    webhook: str | None
    job: str | None
    at: str
    resolved_at: str | None


class LetterWhole(LetterItem, frozen=True):
    """A letter with what it holds. *body* is text, or base64 where it is none, as *encoding* says."""

    body: str
    encoding: Literal["text", "base64"]


class Replayed(Struct, frozen=True):
    """What became of a letter, or would. *error* is why nothing can be done. *parts* of the message are sent
    again, the *job* of this name runs again. *events* are what today's reader finds in the webhook, each with
    what is different."""

    id: str
    stage: str
    reason: str
    applied: bool
    error: str | None = None
    plugin: str | None = None
    message: str | None = None
    parts: int | None = None
    job: str | None = None
    events: list[dict[str, Any]] | None = None


class Replays(Struct, frozen=True):
    """One for each letter, oldest first."""

    items: list[Replayed]


def item_of(row: Row) -> LetterItem:
    """A row of `list`."""
    return LetterItem(**_shown(row))


def whole_of(row: Row) -> LetterWhole:
    """A row of `one`."""
    body, encoding = text_or_base64(bytes(row["body"]))
    return LetterWhole(**_shown(row), body=body, encoding=encoding)


def replayed_of(row: Row, report: dict[str, Any], tenant: str) -> Replayed:
    """What `Replay` reports, for the owner of the letter: events of others are left out."""
    events = report.get("events")
    if events is not None and tenant:
        events = [each for each in events if each.get("tenant") == tenant]
    return Replayed(
        row["id"], row["stage"], row["reason"], bool(report.get("applied")), report.get("error"),
        report.get("plugin"), report.get("message"), report.get("parts"), report.get("job"), events,
    )  # fmt: skip


def _shown(row: Row) -> dict[str, Any]:
    about = {"plugin": "event", "send": "message", "parse": "webhook", "job": "job"}.get(row["stage"], "")
    return {
        **{name: row[name] for name in ("id", "stage", "reason", "detail")},
        "hint": _HINTS.get(row["reason"], "find the reason in detail, mend it, then replay"),
        "plugin": row["plugin"] or None,
        **{name: row["ref"] if name == about else None for name in ("event", "message", "webhook", "job")},
        "at": rfc3339(row["at"]),
        "resolved_at": stamp(row["resolved_at"]),
    }
