"""Doing by name what the methods do: for the control surface."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from providers.meta_cloud.simulator.accounts import Accounts
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.knobs import Knobs

#: Methods that can be called from another process.
ACTS = frozenset(
    {
        *("says", "taps", "sends", "reacts", "edits", "revokes", "opens_chat", "clicks_ad", "plays"),
        *("fills", "gives_address", "gives_location", "permits_calls", "shares_number", "orders"),
        *("goes_offline", "comes_online", "fail_next", "contact", "group", "add_number", "pass_time"),
        *("changes_number", "changes_user_id", "changes_identity"),
        *("stops_marketing", "resumes_marketing", "signs_up"),
        *("echoes", "history", "declines_history", "syncs", "calls", "hangs_up", "call_status"),
        *("joins", "group_changes", "clicks", "complains", "reports"),
        *("template_status", "template_category", "template_quality", "template_components"),
        *("quality", "display_name", "capability", "account", "account_review", "alert", "security"),
        *("business_username", "flow", "retry_as_meta"),
    }
)
#: Arguments that have another name in JSON: act -> {name in JSON: name in Python}.
RENAMED = {"taps": {"id": "reply_id"}, "add_number": {"phone_number_id": "number"}}


class Acting(Accounts):
    """Acts and knobs by name."""

    async def perform(self, act: str, wish: dict[str, Any]) -> Any:
        """Do *act* with the arguments *wish*; see `Controlled`."""
        if act not in ACTS:
            raise LookupError(f"no such act: {act}; there are {', '.join(sorted(ACTS))}")
        renamed = RENAMED.get(act, {})
        result = getattr(self, act)(**{renamed.get(name, name): value for name, value in wish.items()})
        if hasattr(result, "__await__"):
            result = await result
        return result.user_id if isinstance(result, Contact) else result

    def set_knobs(self, wish: Mapping[str, Any]) -> None:
        """Change knobs by name; `LookupError` names those that do not exist."""
        names = set(vars(Knobs())) | {"webhook_url", "seed"}
        if unknown := wish.keys() - names:
            raise LookupError(f"no such knob: {', '.join(sorted(unknown))}")
        for name, value in wish.items():
            usual = getattr(self, name, None)
            if isinstance(usual, int | float) and not isinstance(value, int | float):
                raise ValueError(f"knob {name} is {usual!r} and cannot be {value!r}")
            if name == "seed":
                self.rng = Random(value)
            else:
                setattr(self, name, set(value) if isinstance(getattr(self, name), set) else value)
