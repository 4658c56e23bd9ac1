"""Doing by name what the methods do: for the control surface."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.signed import Signing

#: Methods that can be called from another process.
ACTS = frozenset(
    {
        *("says", "taps", "sends", "fills", "clicks_ad", "goes_offline", "comes_online", "contact"),
        *("changes_user_id", "deletes_media", "fail_next", "add_number", "pass_time", "revoke_token"),
        "rotate_secret",
    }
)
#: Arguments that have another name in JSON: act -> {name in JSON: name in Python}.
RENAMED = {"taps": {"id": "reply_id"}}
#: What can be set beside the knobs.
SETTABLE = ("webhook_url", "fallback_url", "seed")


class Acting(Signing):
    """Acts and knobs by name."""

    async def perform(self, act: str, wish: dict[str, Any]) -> Any:
        """Do *act* with the arguments *wish*; see `control.Controlled`."""
        if act not in ACTS:
            raise LookupError(f"no such act: {act}; there are {', '.join(sorted(ACTS))}")
        renamed = RENAMED.get(act, {})
        result = getattr(self, act)(**{renamed.get(name, name): value for name, value in wish.items()})
        if hasattr(result, "__await__"):
            result = await result
        return result.user_id if isinstance(result, Contact) else result

    def set_knobs(self, wish: Mapping[str, Any]) -> None:
        """Change knobs by name; `LookupError` names those that do not exist, `ValueError` a value that
        cannot be."""
        if unknown := wish.keys() - vars(Knobs()).keys() - set(SETTABLE):
            raise LookupError(f"no such knob: {', '.join(sorted(unknown))}")
        for name, value in wish.items():
            usual = getattr(self, name, None)
            if isinstance(usual, int | float) and not isinstance(value, int | float):
                raise ValueError(f"knob {name} is {usual!r} and cannot be {value!r}")
            if name == "seed":
                self.rng = Random(value)
            else:
                setattr(self, name, set(value) if isinstance(usual, set) else value)
