"""What can be done by name: for the control surface."""

from __future__ import annotations

from gateway.simulator.byname import ByName
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.signed import Signing

#: Methods that can be called from another process.
ACTS = frozenset(
    {
        *("says", "taps", "sends", "fills", "clicks_ad", "reads", "goes_offline", "comes_online", "contact"),
        *("changes_user_id", "deletes_media", "fail_next", "add_number", "pass_time", "revoke_token"),
        "rotate_secret",
    }
)
#: Arguments that have another name in JSON: act -> {name in JSON: name in Python}.
RENAMED = {"taps": {"id": "reply_id"}}


class Acting(ByName, Signing):
    """Acts and knobs by name."""

    acts = ACTS
    renamed = RENAMED
    knobs = Knobs
    settable = ByName.settable | {"fallback_url"}
