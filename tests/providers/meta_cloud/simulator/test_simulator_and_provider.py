"""The simulator and the provider speak the same language, in both directions."""

from __future__ import annotations

import aiohttp
import msgspec
import pytest

from gateway.model import inbound
from gateway.model import outbound as out
from gateway.model.event import MessageReceived, StatusReceived
from gateway.provider import HttpAnswer, ProviderError, WebhookRequest
from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator

CONTACT = "+254700000001"
SENT: list[out.Outbound] = [
    out.Text("Hello 🥭 a/b", reply_to="wamid.x"),
    out.Image(link="https://cdn.example.org/1.jpg", caption="Door"),
    out.Video(media_id="9"),
    out.Audio(media_id="9"),
    out.Voice(media_id="9"),
    out.Document(media_id="9", filename="bill.pdf", caption="Bill"),
    out.Sticker(media_id="9"),
    out.Location(1.5, 2.5, name="Shop"),
    out.Contacts([out.Card("Shop", phone="+254700000002", first_name="Shop")]),
    out.Reaction("wamid.x", "👍"),
    out.Buttons("Sure?", [out.Button("y", "Yes"), out.Button("n", "No")], header="Head", footer="Foot"),
    out.List("Pick", button="Open", sections=[out.Section("A", [out.Row("1", "One", "first")])]),
    out.Template("visit_1", "es", values=["Ana"]),
]


@pytest.mark.parametrize("message", SENT, ids=lambda message: type(message).__name__)
async def test_what_the_provider_renders_is_accepted(sim: MetaSimulator, message: out.Outbound) -> None:
    """Every part that the provider renders passes the simulator's checks and is accepted."""
    settings = msgspec.convert(sim.channel_settings(), provider.Settings)
    for part in provider.render(message).parts:
        steps = provider.send(part, CONTACT, "part-1", settings)
        request = next(steps)
        with pytest.raises(StopIteration) as done:
            steps.send(await call(request.method, request.url, request.headers, request.body))
        assert done.value.value.message_id == sim.accepted[-1].message_id
        assert sim.accepted[-1].correlation == "part-1"


@pytest.mark.parametrize(("refuse", "token", "kind"), [(0.0, "old", "auth"), (1.0, "", "")])
async def test_refusals_carry_their_class(sim: MetaSimulator, refuse: float, token: str, kind: str) -> None:
    """A wrong token is `auth`; a passing refusal may be tried again without fear of a second message."""
    sim.refuse = refuse
    settings = msgspec.convert(sim.channel_settings(), provider.Settings)
    [part] = provider.render(out.Text("Hi")).parts
    if token:
        sim.access_token = token
    for _ in range(8):
        steps = provider.send(part, CONTACT, "part-1", settings)
        request = next(steps)
        answer = await call(request.method, request.url, request.headers, request.body)
        with pytest.raises(ProviderError) as caught:
            steps.send(answer)
        assert caught.value.kind == kind or (not kind and caught.value.retryable)


async def call(method: str, url: str, headers: dict[str, str], body: bytes) -> HttpAnswer:
    """Make one call as the gateway does."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, data=body) as answer,
    ):
        lower = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(answer.status, lower, await answer.read())


async def test_what_the_simulator_posts_is_understood(sim: MetaSimulator, business) -> None:
    """Every webhook is authentic to the provider, and parses into typed events without a failure."""
    await business.send(
        type="interactive",
        interactive={
            "type": "button",
            "body": {"text": "Sure?"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
        },
        biz_opaque_callback_data="part-1",
    )
    await sim.settle()
    await sim.says(CONTACT, "días 🥭")
    await sim.taps(CONTACT, "y")
    for kind in ("image", "video", "audio", "voice", "document", "sticker", "location"):
        await sim.sends(CONTACT, kind)
    await sim.sends(CONTACT, "reaction", message_id="wamid.x", emoji="👍")
    settings = msgspec.convert(sim.channel_settings(), provider.Settings)
    events = []
    for body, headers in zip(business.bodies, business.headers, strict=True):
        assert provider.verify(WebhookRequest("/", "", headers, body), settings)
        assert provider.scan(body) == (sim.number,)
        parsed = provider.parse(body)
        assert parsed.failures == ()
        events += parsed.events
    statuses = [event for event in events if isinstance(event, StatusReceived)]
    messages = [event for event in events if isinstance(event, MessageReceived)]
    assert [(each.status, each.correlation) for each in statuses] == [
        (name, "part-1") for name in ("sent", "delivered", "read")
    ]
    assert [each.content.__struct_config__.tag for each in messages] == [
        *("text", "button_reply", "image", "video", "audio", "voice", "document", "sticker", "location"),
        "reaction",
    ]
    assert messages[0].content == inbound.Text("días 🥭")
    assert {each.number for each in statuses} | {each.number for each in messages} == {sim.number}
