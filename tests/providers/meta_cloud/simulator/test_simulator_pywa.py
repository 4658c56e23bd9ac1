"""pywa, a client of others, speaks with the simulator: what it sends is taken, what it is told it reads.

`python -m tests.providers.meta_cloud.simulator.pywa_table` prints both tables.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.conftest import Business
from tests.providers.meta_cloud.simulator.foreign import Row, attempt, client, read
from tests.providers.meta_cloud.simulator.pywa_calls import ANA, CALLS, prepared
from tests.providers.meta_cloud.simulator.shapes import FIELDS, INBOUND, TEMPLATE, TEXT

#: Calls of pywa that fail, and why the simulator is right: the list of blocked users has no `input` in
#: pywa's own documentation either (wire.md 2.8 gives no shape).
FAILING = {"get_blocked_users": "KeyError: 'input'"}
#: Webhooks that pywa has no type for, or stumbles over; each is a documented shape (wire.md 1.4, 1.5, 1.8).
UNREAD = {
    "in_text_legacy_without_bsuid": "KeyError: 'user_id'",
    "in_interactive_nfm_reply_address": "no type for messages",
    "in_value_errors_only": "no type for messages",
    "in_user_actions_marketing_link_click": "no type for messages",
    "field_phone_number_quality_update": "no type for phone_number_quality_update",
    "field_phone_number_name_update": "no type for phone_number_name_update",
    "field_business_capability_update": "no type for business_capability_update",
    "field_account_review_update": "no type for account_review_update",
    "field_account_alerts": "no type for account_alerts",
    "field_security_pin_reset_request": "no type for security",
    "field_user_id_update": "no type for user_id_update",
    "field_business_username_updates": "no type for business_username_updates",
    "field_smb_app_state_sync": "no type for smb_app_state_sync",
    "field_history_threads": "no type for history",
    "field_calls_status_ringing": "KeyError: 'contacts'",
    "field_flows_status_change": "no type for flows",
    "field_flows_endpoint_latency": "no type for flows",
    "field_group_participants_update_join": "no type for group_participants_update",
}


async def test_pywa_calls_are_answered(sim: MetaSimulator, business: Business, tmp_path: Path) -> None:
    """Every call that pywa makes is taken by the simulator, except for what is listed."""
    wa, seen = client(sim), await prepared(sim, tmp_path)
    rows = [await attempt(name, lambda call=call: call(wa, seen)) for name, call in CALLS.items()]
    wa.api._session.close()
    assert {row.call: row.difference for row in rows if not row.result.startswith("ok")} == FAILING
    shown = {message.kind for message in sim.inbox(ANA)}
    assert {"text", "button", "list", "cta_url", "flow", "image", "carousel", "template"} <= shown
    await sim.settle()


@pytest.mark.parametrize("name", [*INBOUND, *FIELDS])
async def test_pywa_reads_what_the_simulator_posts(sim: MetaSimulator, business: Business, name: str) -> None:
    """pywa makes an update of its own of each webhook, except for those listed."""
    rows = await webhooks(sim, business, name)
    differences = {row.difference for row in rows if not row.result.startswith("ok")}
    # A change of ids is told twice, and of the two pywa knows the message.
    differences -= {"no type for user_id_update"} if name.startswith("in_system") else set()
    assert differences == ({UNREAD[name]} if name in UNREAD else set())


async def webhooks(sim: MetaSimulator, business: Business, name: str) -> list[Row]:
    """What pywa makes of the webhooks of one recipe."""
    await {**INBOUND, **FIELDS}[name](sim)
    wa = client(sim)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pywa warns of values that are newer than itself
        rows = [read(wa, name, body) for body in business.bodies]
    wa.api._session.close()
    return rows


async def test_pywa_reads_every_status(sim: MetaSimulator, business: Business) -> None:
    """Sent, delivered, read and played, priced each way, are statuses to pywa too; `failed` is not: it has
    no contacts (wire.md, trap 2), and pywa 4.5.0 looks for them."""
    for body in (
        TEXT,
        TEMPLATE,
        {"type": "audio", "audio": {"link": "https://x.example/a.ogg", "voice": True}},
    ):
        assert (await business.send(**body, to=ANA))[0] == 200
    sim.fail_next(131049)
    await business.send(**TEXT, to=ANA)
    await sim.settle()
    await sim.plays(ANA, sim.accepted[2].message_id)
    wa = client(sim)
    rows = [
        read(wa, status["status"], body)
        for status, body in zip(business.statuses, business.bodies, strict=True)
    ]
    wa.api._session.close()
    ok = "ok MessageStatus"
    told = {row.call: (row.result, row.difference) for row in rows}
    assert told == dict.fromkeys(("sent", "delivered", "read", "played"), (ok, "")) | {
        "failed": ("raised", "KeyError: 'contacts'")
    }
