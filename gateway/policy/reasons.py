"""Why a message waits or is not sent: a closed list. docs/policy.md is this table for people."""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal[
    "no_contact", "suppressed", "opted_out", "no_opt_in", "window_closed", "ecosystem_limited", "quiet_hours",
    "frequency_cap", "tier_budget", "quota",
]  # fmt: skip

REASONS: tuple[str, ...] = get_args(Reason)

#: What is told of each, as the title of the failure.
WORDS: dict[str, str] = {
    "no_contact": "there is no such contact any more",
    "suppressed": "the contact is on the tenant's list of those who get nothing more",
    "opted_out": "the contact has asked for no more of this",
    "no_opt_in": "the contact has not asked for marketing",
    "window_closed": "the 24-hour window is closed: send a template, or wait for a message",
    "ecosystem_limited": "the provider takes no more marketing for this contact for a while",
    "quiet_hours": "it is night where the contact is",
    "frequency_cap": "the contact got as many as the tenant allows",
    "tier_budget": "as many contacts were written to first as the provider allows in 24 hours",
    "quota": "the tenant has sent as much as it may",
}
