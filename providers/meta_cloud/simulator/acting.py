"""What can be done by name: for the control surface."""

from __future__ import annotations

from gateway.simulator.byname import ByName
from providers.meta_cloud.simulator.accounts import Accounts
from providers.meta_cloud.simulator.knobs import Knobs

#: Methods that can be called from another process.
ACTS = frozenset(
    {
        *("says", "taps", "sends", "reads", "reacts", "edits", "revokes", "opens_chat", "clicks_ad", "plays"),
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


class Acting(ByName, Accounts):
    """Acts and knobs by name."""

    acts = ACTS
    renamed = RENAMED
    knobs = Knobs
