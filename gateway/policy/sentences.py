"""What was decided, said in a sentence."""

from __future__ import annotations

from typing import Any

from gateway.clock import rfc3339
from gateway.policy.reasons import WORDS

_SOURCES = {
    "contact": "the contact's own time_zone",
    "phone": "its phone number",
    "tenant": "the tenant's settings, for nothing is known of the contact's",
}
_PURPOSES = {
    "": "It is a reply",
    "marketing": "It is marketing: by its template's category, or because that was said",
    "service": "It is service: it answers no message of the contact",
    "authentication": "It is for signing in: by its template's category, or because that was said",
}


def asked(origin: str, purpose: str, answers: str, event: str) -> str:
    """Who asked for a message, and what it is for."""
    if origin in ("echo", "history"):
        return "It was written in the business's own app; the gateway did not send it."
    if origin == "api":
        who = "It was asked for through the API."
    elif origin.startswith("plugin:"):
        who = f"The plugin {origin.removeprefix('plugin:')!r} said it."
    elif origin.startswith("instead:"):
        who = f"It stands in for the file of message {origin.removeprefix('instead:')}, which was refused."
    else:
        who = f"{origin or 'Somebody'} asked for it."
    what = _PURPOSES.get(purpose, "An older version stored it, which did not say what it is for")
    if not purpose:
        what += f" to the contact's message {answers}" if answers else f" in the turn of event {event or '-'}"
        what += ", so it is not judged"
    return f"{who} {what}."


def decision(verdict: str, reason: str, until: int, detail: dict[str, Any]) -> str:
    """What the gate decided, and what that hung on."""
    words = WORDS.get(reason, reason)
    facts = _facts(reason, detail)
    if verdict == "send":
        return f"It was let out{facts}."
    if verdict == "hold":
        return f"It waits until {rfc3339(until)}: {words}{facts}."
    return f"It was not sent ({reason}): {words}{facts}."


def _facts(reason: str, detail: dict[str, Any]) -> str:
    told = [f"service consent {detail.get('service')}", f"marketing consent {detail.get('marketing')}"]
    if reason == "quiet_hours":
        zones = ", ".join(detail.get("zones", ()))
        told = [f"quiet hours {detail.get('quiet')} by the clock of {zones}"]
        told.append(f"known from {_SOURCES.get(detail.get('zone_source', ''), 'nothing')}")
        if detail.get("zones_disagree"):
            told.append("it is never day in all of them, so the tenant's clock counts")
    elif reason in ("frequency_cap", "tier_budget"):
        used = detail.get("cap" if reason == "frequency_cap" else "budget", {})
        told = [f"{used.get('used')} of {used.get('most')} within {used.get('per_seconds'):g} seconds"]
    if "life_until" in detail:
        told.append(f"it would have been too old after {detail['life_until']}")
    return f"; {'; '.join(told)}" if detail else ""


def part(idx: int, status: str, error: str, several: bool) -> str:
    """How far a part is."""
    which = f"Part {idx + 1}" if several else "It"
    if status in ("failed", "cancelled", "in_doubt"):
        said = {"failed": "failed", "cancelled": "was cancelled", "in_doubt": "may or may not have arrived"}
        return f"{which} {said[status]}{f': {error}' if error else ''}."
    return f"{which} is as far as '{status}'."
