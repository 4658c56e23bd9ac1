"""Meta's simulator is what the core and the conformance suite expect of any simulator."""

from __future__ import annotations

import json

import aiohttp
import pytest

from gateway.provider import WebhookRequest
from gateway.simulator import Bundling, SignedWebhook, Simulator
from providers.meta_cloud.provider import MetaCloud
from providers.meta_cloud.simulator import MetaSimulator

ANA = "+254700000001"


def accepts(sim: MetaSimulator, webhook: SignedWebhook) -> bool:
    """Whether a channel with the simulator's settings takes *webhook*."""
    provider = MetaCloud()
    headers = {name.lower(): [value] for name, value in webhook.headers.items()}
    request = WebhookRequest("/webhooks/meta_cloud/a", webhook.query, headers, webhook.body)
    names = MetaCloud.Settings.__struct_fields__
    told = {name: value for name, value in sim.channel_settings().items() if name in names}
    told["app_secret"] = (
        (told["app_secret"],) if isinstance(told["app_secret"], str) else tuple(told["app_secret"])
    )
    return provider.verify(request, MetaCloud.Settings(**told))


def test_it_satisfies_the_port(sim: MetaSimulator) -> None:
    """For mypy, and when it is asked at run time."""
    port: Simulator = sim
    bundling: Bundling = sim
    assert isinstance(port, Simulator)
    assert isinstance(bundling, Bundling)
    assert isinstance(sim.troubles, list)


async def test_a_signed_webhook_is_authentic_and_was_not_sent(sim: MetaSimulator, business) -> None:
    """It holds the message that was asked for, and nobody has got it."""
    webhook = sim.signed("location", contact=ANA, latitude=1.5)
    [message] = json.loads(webhook.body)["entry"][0]["changes"][0]["value"]["messages"]
    assert (message["from"], message["location"]["latitude"]) == ("254700000001", 1.5)
    assert accepts(sim, webhook)
    assert webhook.proof == ("x-hub-signature-256",)
    assert business.values == []


def test_any_body_can_be_made_authentic(sim: MetaSimulator) -> None:
    """Also one that is no JSON; a change of it is noticed."""
    webhook = sim.sign(b"\xff garbage")
    assert accepts(sim, webhook)
    assert not accepts(sim, SignedWebhook(webhook.headers, b"\xff Garbage", webhook.proof))


def test_a_new_secret_goes_beside_the_old_one(sim: MetaSimulator) -> None:
    """What was signed before the change stays authentic for a channel that knows both."""
    before = sim.signed()
    sim.rotate_secret()
    after = sim.signed()
    assert before.headers["X-Hub-Signature-256"] != after.headers["X-Hub-Signature-256"]
    assert accepts(sim, before)
    assert accepts(sim, after)


def test_messages_to_two_numbers_come_in_one_webhook(sim: MetaSimulator) -> None:
    """`bundled` puts them into the changes of their numbers."""
    other = sim.add_number("+15550104478")
    webhook = sim.bundled([{"text": "one"}, {"text": "two", "number": other}, {"kind": "image"}])
    changes = json.loads(webhook.body)["entry"][0]["changes"]
    numbers = [change["value"]["metadata"]["phone_number_id"] for change in changes]
    assert numbers == [sim.number, other]
    assert [len(change["value"]["messages"]) for change in changes] == [2, 1]


def test_a_contact_without_a_visible_number(sim: MetaSimulator) -> None:
    """Its number is nowhere in the webhook; its user id is."""
    contact = sim.contact(ANA, hidden=True)
    webhook = sim.signed(contact=ANA)
    assert ANA.lstrip("+").encode() not in webhook.body
    assert contact.user_id.encode() in webhook.body


async def test_the_wire_can_be_watched(sim: MetaSimulator, business) -> None:
    """Webhooks and calls of the API are noted as they were; the control surface is not."""
    await sim.says(ANA, "hello")
    await business.send(to=ANA, text={"body": "hi"})
    async with aiohttp.ClientSession() as http, http.get(f"{sim.api_base}/simulator/accepted"):
        pass
    webhook, call = [one for one in sim.traffic.exchanges if "statuses" not in one.body]
    assert (webhook.way, webhook.status, "hello" in webhook.body) == ("webhook", 200, True)
    assert (call.way, call.method, call.status) == ("api", "POST", 200)
    assert json.loads(call.body)["text"] == {"body": "hi"}
    assert json.loads(call.answer)["messages"][0]["id"].startswith("wamid.")
    assert call.headers["Authorization"] == f"Bearer {sim.access_token}"


async def test_a_revoked_token_is_refused(sim: MetaSimulator, business) -> None:
    """The settings name the new one."""
    old = sim.access_token
    sim.revoke_token()
    status, answer = await business.send(to=ANA, text={"body": "hi"})
    assert (status, answer["error"]["code"]) == (401, 190)
    assert sim.channel_settings()["access_token"] not in ("", old)


async def test_a_kept_file_can_be_sent_again(sim: MetaSimulator, business) -> None:
    """What `store_inbound` gives names the file in a webhook."""
    kept = sim.store_inbound(b"%PDF-1.4 kept", "application/pdf", "menu.pdf")
    await sim.sends(ANA, "document", media=kept, caption="Here")
    document = business.values[-1]["messages"][0]["document"]
    assert document["filename"] == "menu.pdf"
    assert document["id"] == kept["id"]
    assert document["caption"] == "Here"


@pytest.mark.parametrize("kind", sorted(MetaSimulator.kinds))
def test_every_kind_can_be_signed(sim: MetaSimulator, kind: str) -> None:
    """And the provider reads one event out of it, with no failure."""
    fields = {"reaction": {"message_id": "wamid.1", "emoji": "👍"}}
    edited = {"original_message_id": "wamid.1"}
    about = fields.get(kind, edited if kind in ("edit", "revoke") else {})
    parsed = MetaCloud().parse(sim.signed(kind, contact=ANA, **about).body)
    assert len(parsed.events) == 1
    assert parsed.failures == ()
