"""What the words in the state of a number or an account mean, and what to do (wire.md §1.8, §2.8)."""

from __future__ import annotations

from typing import Any

from gateway.model.finding import Finding
from gateway.provider.told import text

#: `status` of a number, when it is not CONNECTED.
_STATUS = {
    "PENDING": "finish the number's registration in WhatsApp Manager",
    "UNVERIFIED": "verify the number with its code in WhatsApp Manager",
    "DISCONNECTED": "register the number again: POST /{phone_number_id}/register with its PIN",
    "MIGRATED": "the number moved to another account; use its new phone_number_id",
    "DELETED": "the number was deleted; add it again in WhatsApp Manager",
    "BANNED": "appeal in Business Support Home; messages do not leave",
    "RESTRICTED": "see the restriction in WhatsApp Manager > Phone numbers, and wait or appeal",
    "FLAGGED": "quality is low: stop campaigns, or the messaging limit falls",
    "RATE_LIMITED": "the messaging limit is reached; it frees itself within 24 hours",
}
#: Statuses in which messages still leave.
_SENDS = ("CONNECTED", "FLAGGED")
_TIERS = {
    "TIER_50": "50",
    "TIER_250": "250",
    "TIER_1K": "1,000",
    "TIER_2K": "2,000",
    "TIER_10K": "10,000",
    "TIER_100K": "100,000",
}
_ENTITIES = {
    "PHONE_NUMBER": "number",
    "WABA": "account",
    "BUSINESS": "business portfolio",
    "APP": "app",
    "MESSAGE_TEMPLATE": "template",
}
_SUPPORT = "see WhatsApp Manager and Business Support Home for what is wrong with it"


def standing(number: dict[str, Any]) -> Finding:
    """Whether the number is connected."""
    status = text(number, "status")
    name = " ".join(filter(None, (text(number, "display_phone_number"), text(number, "verified_name"))))
    detail = f"{name or 'without a name'}, {status or 'its status is not told'}"
    well = status in ("", *_SENDS)
    remedy = _STATUS.get(status, "" if well else "see the number in WhatsApp Manager > Phone numbers")
    return Finding("number", well, detail, remedy)


def quality(number: dict[str, Any]) -> Finding:
    """How contacts rate what the number sends."""
    rating = text(number, "quality_rating") or "UNKNOWN"
    if rating == "RED":
        return Finding("quality", False, "RED", "stop campaigns and see which templates are blocked most")
    remedy = "fewer and better campaigns, or it turns red" if rating == "YELLOW" else ""
    return Finding("quality", True, rating, remedy)


def limits(number: dict[str, Any]) -> Finding:
    """How many contacts it may begin with in a day, and how fast it sends."""
    tier = text(number, "whatsapp_business_manager_messaging_limit")
    if tier == "TIER_UNLIMITED":
        reach = "any number of contacts a day outside the 24-hour window"
    elif tier in _TIERS:
        reach = f"{_TIERS[tier]} contacts a day outside the 24-hour window"
    else:
        reach = f"messaging limit {tier or 'not told'}"
    return Finding("limits", True, f"{reach}; throughput {text(number, 'throughput', 'level') or 'not told'}")


def entities(healths: list[Any]) -> list[Finding]:
    """One finding for each thing that a message depends on: number, account, portfolio, app.

    `{"can_send_message": "BLOCKED", "entities": [{"entity_type": "WABA", "id": "1987",
    "can_send_message": "BLOCKED", "errors": [{"error_code": 141010, "error_description": "…",
    "possible_solution": "…"}]}]}`
    """
    found: dict[tuple[str, str], Finding] = {}
    for health in healths:
        listed = health.get("entities") if isinstance(health, dict) else None
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        if not rows and text(health, "can_send_message"):
            rows = [health]  # the sum alone
        for row in rows:
            key = text(row, "entity_type"), text(row, "id")
            found.setdefault(key, _entity(row, *key))
    return list(found.values())


def _entity(row: dict[str, Any], kind: str, id: str) -> Finding:
    """LIMITED still sends: it is told, and does not count as wrong."""
    state = text(row, "can_send_message") or "not told"
    listed = row.get("errors")
    errors = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    why = [_why(error) for error in errors]
    notes = row.get("additional_info")
    why += [each[:500] for each in notes if isinstance(each, str)] if isinstance(notes, list) else []
    remedies = [text(error, "possible_solution") for error in errors]
    remedy = "; ".join(filter(None, remedies)) or (_SUPPORT if state in ("BLOCKED", "LIMITED") else "")
    detail = f"{id}: " * bool(id) + f"sending is {state}" + (f": {'; '.join(why)}" if why else "")
    what = f"health of {_ENTITIES.get(kind, kind.lower())}" if kind else "health"
    return Finding(what, state != "BLOCKED", detail, remedy)


def _why(error: dict[str, Any]) -> str:
    code = text(error, "error_code")
    return text(error, "error_description") + (f" (code {code})" if code else "")
