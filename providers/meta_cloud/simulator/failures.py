"""How a message fails after it was accepted: code, title, details (wire.md 1.6 and 2.11)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator import webhooks

#: code -> (title, details)
FAILURES: dict[int, tuple[str, str]] = {
    130403: ("Recipient is blocked", "The business has blocked this user."),
    130472: ("User in experiment", "User number is part of an experiment."),
    130497: ("Business is restricted", "Business account may not message users in this country."),
    131000: ("Something went wrong", "Message failed to send because of an unknown error."),
    131005: ("Access denied", "Permission is either not granted or has been removed."),
    131026: ("Message undeliverable", "Message undeliverable."),
    131031: ("Account locked", "Business account has been locked."),
    131037: ("Display name not approved", "The number needs an approved display name."),
    131042: ("Business eligibility payment issue", "Payment method problem."),
    131045: ("Incorrect certificate", "Message failed to send because of a phone number registration error."),
    131047: ("Re-engagement message", "More than 24 hours have passed since the last reply."),
    131048: ("Spam rate limit hit", "Too many messages from this number were blocked or flagged as spam."),
    131049: ("Healthy ecosystem engagement", "Not delivered to keep a healthy ecosystem."),
    131050: ("User has stopped marketing messages", "The user has chosen to stop marketing messages."),
    131051: ("Message type unknown", "Message type is currently not supported."),
    131053: ("Media upload error", "Unsupported media type."),
    131056: ("Pair rate limit hit", "Too many messages to this recipient in a short time."),
    131062: (
        "BSUID recipients not supported",
        "Business-scoped User ID (BSUID) recipients are not supported for this message.",
    ),
    131064: ("Template misclassification", "Limit reached because templates have the wrong category."),
    132000: ("Template parameter count mismatch", "Number of parameters does not match the template."),
    132001: ("Template does not exist", "Template name does not exist in the translation."),
    132012: ("Template parameter format mismatch", "Parameter format does not match the template."),
    132015: ("Template is paused", "Template is paused because of low quality."),
    132016: ("Template is disabled", "Template is disabled because of low quality."),
    137000: ("Identity key mismatch", "The recipient's identity key does not match."),
}


def failure(code: int) -> dict[str, Any]:
    """The `errors[]` element for *code*; a code that is not in the table gets a general title."""
    title, details = FAILURES.get(code, ("Message failed to send", f"Error {code}."))
    return webhooks.error(code, title, details)
