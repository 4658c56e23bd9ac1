"""The decision: a pure function of facts.

What ends a message comes first, in this order: the contact is unknown, suppressed, opted out, never opted in
(marketing), the window is closed for what is no template. Then what makes it wait: the provider's pause for
marketing, quiet hours, frequency caps, the budget of contacts written to first, the tenant's quota. It waits
until the last of these is over, and is judged again then; a template that would wait for longer than its life
is dropped for the reason that it would have waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.clock import SECOND, stamp
from gateway.policy.facts import Decision, Facts, Wanted
from gateway.policy.quiet import quiet_until

#: (reason, until when, what it hung on)
_Hold = tuple[str, int, dict[str, Any]]


def decide(facts: Facts, wanted: Wanted, now: int) -> Decision:
    """Whether *wanted* may go at *now*."""
    if not wanted.purpose:
        closed = wanted.free_form and facts.window_until <= now
        return Decision("drop", "window_closed") if closed else Decision("send")
    detail = _known(facts, wanted)
    if reason := _refusal(facts, wanted, now):
        return Decision("drop", reason, detail=detail)
    if wanted.begun:
        return Decision("send", detail=detail)
    holds = [hold for hold in _holds(facts, wanted, now) if hold[1] > now]
    for name, until, more in holds:
        detail = {**detail, **more, "holds": {**detail.get("holds", {}), name: stamp(until)}}
    if not holds:
        return Decision("send", detail=detail)
    reason, until, _ = max(holds, key=lambda hold: hold[1])  # the first of those that end together
    if wanted.deadline and not wanted.free_form and until >= wanted.deadline:
        return Decision("drop", reason, detail={**detail, "life_until": stamp(wanted.deadline)})
    return Decision("hold", reason, until, detail)


def _refusal(facts: Facts, wanted: Wanted, now: int) -> str:
    marketing = wanted.purpose == "marketing"
    if not facts.contact:
        return "no_contact"
    if "service" in facts.suppressed or wanted.purpose in facts.suppressed:
        return "suppressed"
    if facts.service == "out" or (marketing and facts.marketing == "out"):
        return "opted_out"
    if marketing and facts.policy.marketing == "opt_in" and facts.marketing != "in":
        return "no_opt_in"
    if wanted.free_form and facts.window_until <= now:
        return "window_closed"
    return ""


def _holds(facts: Facts, wanted: Wanted, now: int) -> Iterator[_Hold]:
    """What makes it wait, in the order in which it is named."""
    if wanted.purpose == "marketing":
        yield "ecosystem_limited", facts.marketing_after, {}
    yield _quiet(facts, wanted, now)
    for cap in facts.caps:
        told = {"used": cap.used, "most": cap.most, "per_seconds": cap.per}
        yield "frequency_cap", cap.free_at, {"cap": told}
    budget = facts.budget
    if budget is not None and not budget.counted and budget.used >= budget.most:
        told = {"used": budget.used, "most": budget.most, "per_seconds": 86_400}
        yield "tier_budget", budget.free_at, {"budget": {**told, "portfolio": budget.portfolio}}
    yield "quota", facts.quota_until, {}


def _quiet(facts: Facts, wanted: Wanted, now: int) -> _Hold:
    hours = facts.policy.quiet
    awake = facts.wrote_at > now - int(hours.awake * SECOND)
    if awake or wanted.purpose not in hours.purposes:
        return "quiet_hours", 0, {}
    found = quiet_until(now, facts.zones, hours.start, hours.end)
    told = {"quiet": f"{hours.start}-{hours.end}"} | ({"zones_disagree": True} if found.fell_back else {})
    return "quiet_hours", found.until, told


def _known(facts: Facts, wanted: Wanted) -> dict[str, Any]:
    """What is told with every decision."""
    return {
        "purpose": wanted.purpose,
        "service": facts.service or "unknown",
        "marketing": facts.marketing or "unknown",
        "zones": list(facts.zones.names),
        "zone_source": facts.zones.source,
        "window_until": stamp(facts.window_until),
    }
