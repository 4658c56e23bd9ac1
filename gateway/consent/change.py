"""What can be said about consent."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What a contact says yes or no to. Codes for signing in follow "service".
Purpose = Literal["service", "marketing"]
State = Literal["in", "out"]
PURPOSES: tuple[Purpose, ...] = ("service", "marketing")

#: Who told. "provider_settings" is the contact's own choice in the app; "provider_error" a provider's answer.
Source = Literal[
    "first_message", "keyword", "provider_settings", "provider_error", "api", "cli", "plugin", "import",
    "erasure", "suppression",
]  # fmt: skip

#: Characters of a proof that are kept.
LONGEST_PROOF = 500


class Change(Struct, frozen=True, gc=False):
    """*contact* said *state* about *purpose*, at *at* (microseconds UTC; 0: now). *proof* is what shows it:
    a message's id, a provider's code, where a form was filled in. *channel* is where it came, "" for none."""

    tenant: str
    contact: str
    purpose: Purpose
    state: State
    source: Source
    proof: str = ""
    channel: str = ""
    at: int = 0


class Changed(Struct, frozen=True, gc=False):
    """A *change* after which the state was another; *before* is what it was, "" when nothing was known."""

    change: Change
    before: State | Literal[""]
