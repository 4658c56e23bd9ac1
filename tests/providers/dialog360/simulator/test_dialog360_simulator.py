"""The simulator of 360dialog and the provider speak the same language, in both directions."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.model import inbound
from gateway.model import outbound as out
from gateway.model.event import MessageReceived, StatusReceived
from gateway.provider import ProviderError, WebhookRequest
from gateway.simulator import Simulator
from providers.dialog360 import provider
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.simulator import Dialog360Simulator
from providers.dialog360.simulator.emitter import Checks
from providers.dialog360.simulator.refusals import REFUSALS
from tests.providers.dialog360.simulator.conftest import Business
from tests.providers.dialog360.test_dialog360_errors import TABLE
from tests.providers.meta_cloud.simulator.test_simulator_and_provider import SENT

CONTACT = "+254700000001"


async def get(url: str, **headers: str) -> tuple[int, str]:
    """GET *url*: the status and the text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.get(url, headers=named) as answer:
        return answer.status, await answer.text()


def test_it_is_a_simulator_as_the_core_knows_it(sim: Dialog360Simulator) -> None:
    """`gateway chat`, the demo and the conformance suite can use it."""
    assert isinstance(sim, Simulator)
    assert provider.simulator() is Dialog360Simulator


@pytest.mark.parametrize("message", SENT, ids=lambda message: type(message).__name__)
async def test_what_the_provider_renders_is_accepted(
    sim: Dialog360Simulator, business: Business, message: out.Outbound
) -> None:
    """Every part passes Meta's checks behind 360dialog's door."""
    (accepted,) = await business.sends(message)
    assert accepted.message_id == sim.accepted[-1].message_id
    assert sim.accepted[-1].correlation == "part-1"
    assert sim.traffic.exchanges[-1].url.endswith("/messages")


@pytest.mark.parametrize("checks", ["both", "header", "signature"])
async def test_webhooks_are_authentic(checks: Checks) -> None:
    """By the header, by the signature, or both, as the channel's settings expect."""
    async with Dialog360Simulator(checks=checks) as sim:
        settings = sim.channel_settings()
        assert ("webhook_header" in settings) is (checks != "signature")
        assert ("platform_secret" in settings) is (checks != "header")
        signed = sim.signed("image", contact=CONTACT)
        business = Business(sim)
        assert provider.verify(_request(signed.headers, signed.body), business.settings)
        assert set(signed.proof) == {
            *(["x-gateway-secret"] if checks != "signature" else []),
            *(["x-360dialog-signature"] if checks != "header" else []),
        }
        assert signed.covers == (() if checks == "header" else ("body",))
        for name in signed.proof:
            left = {key: value for key, value in signed.headers.items() if key.lower() != name}
            assert not provider.verify(_request(left, signed.body), business.settings)


def _request(headers: dict[str, str], body: bytes) -> WebhookRequest:
    return WebhookRequest("/x", "", {name.lower(): [value] for name, value in headers.items()}, body)


async def test_after_a_rotation_old_and_new_are_told(sim: Dialog360Simulator, business: Business) -> None:
    """The settings have both, and webhooks come with the new ones."""
    before = sim.signed()
    sim.rotate_secret()
    after = sim.signed()
    assert before.headers["x-360dialog-signature"] != after.headers["x-360dialog-signature"]
    assert before.headers["X-Gateway-Secret"] != after.headers["X-Gateway-Secret"]
    for signed in (before, after):
        assert provider.verify(_request(signed.headers, signed.body), business.settings)


async def test_a_conversation_goes_both_ways(sim: Dialog360Simulator, business: Business) -> None:
    """A text comes in, buttons go out, a tap comes in with the id, statuses follow."""
    await sim.says(CONTACT, "menú")
    message = out.Buttons("Sure?", [out.Button("y", "Yes"), out.Button("n", "No")])
    (accepted,) = await business.sends(message)
    await sim.taps(CONTACT, "n")
    await sim.settle()
    assert all(business.authentic)
    events = [event for body in business.bodies for event in provider.parse(body).events]
    contents = [event.content for event in events if isinstance(event, MessageReceived)]
    assert contents == [inbound.Text("menú"), inbound.ButtonReply("n", "No")]
    statuses = [event for event in events if isinstance(event, StatusReceived)]
    assert [event.status for event in statuses] == ["sent", "delivered", "read"]
    assert {(event.message_id, event.correlation) for event in statuses} == {(accepted.message_id, "part-1")}


async def test_a_webhook_is_registered_with_its_headers(sim: Dialog360Simulator, business: Business) -> None:
    """What the provider registers comes with every webhook; what it reads back is what it wrote."""
    registration: Any = provider.registration
    header = {"name": "Authorization", "value": "Bearer " + "s" * 40}
    own = msgspec.convert(sim.channel_settings() | {"webhook_header": header}, Dialog360Settings)
    before = await business.does(registration.check(f"{business.url}/own", own))
    assert {finding.what for finding in before if not finding.ok} == {"webhook", "webhook_header"}
    done = await business.does(registration.register(f"{business.url}/own", own))
    assert f"{business.url}/own" in done[0]
    after = await business.does(registration.check(f"{business.url}/own", own))
    assert all(finding.ok for finding in after)
    await sim.says(CONTACT, "hi")
    assert business.headers[-1]["authorization"] == ["Bearer " + "s" * 40]
    assert "x-gateway-secret" not in business.headers[-1]
    assert business.asked == ["POST"]  # no handshake


async def test_a_webhook_must_be_answered_within_five_seconds(sim: Dialog360Simulator) -> None:
    """What is later counts as failed (wire.md §3.2); what failed comes again."""
    assert sim.answer_within == 5.0
    business = Business(sim)
    business.answers = [500, 503]
    app = web.Application()
    app.add_routes([web.post("/hook", business.webhook)])
    async with TestServer(app) as server:
        sim.webhook_url = str(server.make_url("/hook"))
        await sim.says(CONTACT, "hi")
    assert len(business.bodies) == 3


@pytest.mark.parametrize(("name", "kind"), TABLE)
async def test_its_own_refusals_have_their_class(
    sim: Dialog360Simulator, business: Business, name: str, kind: str
) -> None:
    """The table of wire.md §3.2, over the wire; nothing is accepted."""
    sim.refuse_own = name
    with pytest.raises(ProviderError) as caught:
        await business.sends(out.Text("Hi"))
    assert (caught.value.kind, caught.value.http) == (kind, REFUSALS[name].http)
    assert not sim.accepted


async def test_metas_refusals_pass_through(sim: Dialog360Simulator, business: Business) -> None:
    """With Meta's codes."""
    sim.refuse_with = 131031
    with pytest.raises(ProviderError) as caught:
        await business.sends(out.Text("Hi"))
    assert (caught.value.kind, caught.value.code) == ("account", 131031)


async def test_a_key_is_one_number(sim: Dialog360Simulator, business: Business) -> None:
    """The key says who sends; another key, none, or a bearer beside it are refused in 360dialog's shape."""
    sim.add_number("4022")
    await business.sends(out.Text("Hi"), **sim.channel_settings("4022"))
    with pytest.raises(ProviderError) as caught:
        await business.sends(out.Text("Hi"), api_key="wrong")
    assert (caught.value.kind, caught.value.title) == ("auth", "Invalid api_key")
    url, key = f"{sim.api_base}/v1/configs/webhook", sim.channel_settings()["api_key"]
    assert (await get(url))[0] == 401
    assert (await get(url, D360_API_KEY=key))[0] == 200
    assert (await get(url, D360_API_KEY=key, Authorization=f"Bearer {key}"))[0] == 401
    sim.revoke_token()
    with pytest.raises(ProviderError):
        await business.sends(out.Text("Hi"), api_key=key)
    await business.sends(out.Text("Hi"))
    assert len(sim.accepted) == 2


async def test_metas_paths_are_not_there(sim: Dialog360Simulator) -> None:
    """No version, no number in the path, and numbers cannot be asked for by their id."""
    key = sim.channel_settings()["api_key"]
    assert (await get(f"{sim.api_base}/v25.0/{sim.number}/messages", D360_API_KEY=key))[0] == 404
    status, text = await get(f"{sim.api_base}/{sim.number}", D360_API_KEY=key)
    assert (status, json.loads(text)["error"]["code"]) == (400, 33)
    assert (await get(f"{sim.api_base}/messages", D360_API_KEY=key))[0] == 404
