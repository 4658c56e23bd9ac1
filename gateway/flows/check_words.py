"""What a check found, as sentences: what is recorded, what the code does there, and what to do."""

from __future__ import annotations

from gateway.flows.check import Finding

_KINDS = {"ask": "", "step": "step ", "job": "job ", "wait": "event "}


def sentence(finding: Finding) -> str:
    """What is wrong, of how many."""
    why, many = finding.why, _conversations(finding.count)
    recorded, asked = named(why.recorded), named(why.asked)
    match why.kind:
        case "gone" if why.detail:
            return f"{many} in a flow of a plugin that is not there: {why.detail}"
        case "gone":
            return f"{many} in this flow, and the plugin has no such flow now"
        case "args":
            return f"what {many} began with does not fit the function's arguments: {why.detail}"
        case "failed":
            return f"{_conversations(finding.count, 'fails', 'fail')} on the way to {recorded}: {why.detail}"
        case "unreadable":
            return f"what {many} recorded of {recorded} is not taken any more: {why.detail}"
        case "over":
            return f"{_past(finding)}; the code ends before it"
        case "renamed":
            verb = "asks" if why.asked.startswith("ask:") else "does"
            return f"{_past(finding)}; the code {verb} {asked} there"
    raise AssertionError(why.kind)


def remedy(finding: Finding) -> str:
    """What the author can do."""
    why = finding.why
    keep = f'keep the old function beside it as version="{finding.version}" and give the new one another'
    restart = "let them begin again, with a polite sentence"
    match why.kind:
        case "gone":
            return (
                "put it back until they are over; else each ends without a word when its contact writes next"
            )
        case "failed":
            return "mend it: the same would be raised when they write"
        case "renamed" if _same_kind(why.recorded, why.asked):
            return f"name it {named(why.recorded)} again, {keep}, or {restart}"
        case "unreadable":
            return f"take what was taken before, {keep}, or {restart}"
        case _:
            return f"{keep}, or {restart}"


def named(key: str) -> str:
    """A key as an author knows it: "ask:phone" is 'phone', "step:book" is step 'book'."""
    kind, _, name = key.partition(":")
    return f"{_KINDS.get(kind, '')}'{name}'" if name else f"'{key}'"


def _same_kind(one: str, other: str) -> bool:
    return bool(other) and one.partition(":")[0] == other.partition(":")[0]


def _conversations(count: int, one: str = "", many: str = "") -> str:
    words = "1 conversation" if count == 1 else f"{count:,} conversations"
    verb = one if count == 1 else many
    return f"{words} {verb}" if verb else words


def _past(finding: Finding) -> str:
    why = finding.why
    if not why.answered:
        return f"{_conversations(finding.count, 'waits', 'wait')} at {named(why.recorded)}"
    verb = "answered" if why.recorded.startswith("ask:") else "gone through"
    return f"{named(why.recorded)} was {verb} by {_conversations(finding.count)}"
