"""Sends, contents, templates and the typing indicator over HTTP, at the simulator of Twilio's servers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from msgspec.structs import replace

from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.pipeline.call import conduct
from gateway.provider import ProviderError, StoredFile
from gateway.templates.differences import differences
from providers.twilio.capabilities import CAPABILITIES
from providers.twilio.receipts import TwilioReceipts
from providers.twilio.render import render
from providers.twilio.send import send
from providers.twilio.settings import TwilioSettings
from providers.twilio.simulator import TwilioSimulator
from providers.twilio.simulator.phone import Received
from providers.twilio.templates import TwilioTemplates
from tests.providers.twilio.definitions import ALL

ANA = "+34600111222"
DIRECTORY = TwilioTemplates()


class Notes:
    """A bench in memory: notes, no files, no public address."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def recall(self, key: str) -> str:
        return self.kept.get(key, "")

    async def note(self, key: str, value: str, seconds: float) -> None:
        self.kept[key] = value

    async def file(self, id: str, kind: str) -> StoredFile:
        raise ProviderError("media", title="no file")

    def content(self, id: str) -> AsyncIterator[bytes]:
        raise AssertionError("Twilio takes no uploads")

    async def link(self, id: str, kind: str, seconds: float) -> str:
        raise ProviderError("media", title="the gateway has no public address")

    def callback(self) -> str:
        return ""


class Channel:
    """A channel at a simulator."""

    def __init__(self, sim: TwilioSimulator, http: aiohttp.ClientSession) -> None:
        self.sim, self.http, self.bench = sim, http, Notes()
        self.settings = msgspec.convert(sim.channel_settings(), TwilioSettings)

    async def sends(self, message: Outbound) -> list[Received]:
        """What Ana's phone shows of *message*."""
        before = len(self.sim.inbox(ANA))
        parts = [part for one in fit(message, CAPABILITIES).messages for part in render(one).parts]
        for part in parts:
            await conduct(self.http, send(part, ANA, "c-1", self.settings), self.bench)
        return (await self.sim.wait_for(ANA, before + len(parts)))[before:]


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    """A channel whose simulator reviews nothing by itself."""
    async with TwilioSimulator() as sim, aiohttp.ClientSession() as http:
        sim.review_delay = None
        yield Channel(sim, http)


BUTTONS = [out.Button("buy", "Buy"), out.Button("track", "Track my order")]
ROWS = [out.Row(f"r{n}", f"Row {n}", "KES 50" * (n % 2)) for n in range(10)]
SHOWN: list[tuple[Outbound, list[str]]] = [
    (out.Text("Hi"), ["Hi"]),
    (out.Buttons("What?\n\nTap  one", BUTTONS, header="Head", footer="Foot"), ["What?", "Head", "Foot"]),
    (out.List("Pick", "Open", [out.Section("A", ROWS[:5]), out.Section("B", ROWS[5:])]), ["Pick"]),
    (out.CtaUrl("Report", "Open", "https://example.org/r/1"), ["Report"]),
    (out.ProductList("Our fruit", "77", [out.ProductSection("Fruit", ["1", "2"])], "Shop"), ["Our fruit"]),
    (out.FlowForm("Book", flow_id="9", label="Open", token="t"), ["Book"]),
    (
        out.Carousel(
            "New",
            [out.CarouselCard(n, image=f"https://example.org/{n}.jpg", buttons=BUTTONS) for n in "ab"],
        ),
        ["New"],
    ),
    (out.Location(1.5, 2.5, "Shop", "Mayor 1"), ["Shop", "Mayor 1"]),
    (out.LocationRequest("Where are you?"), ["Where are you?"]),
    (out.Text("a " * 2000), ["a a"]),
]


@pytest.mark.parametrize(("message", "words"), SHOWN, ids=lambda value: type(value).__name__)
async def test_every_kind_arrives(channel: Channel, message: Outbound, words: list[str]) -> None:
    """With its words, and with everything that can be tapped."""
    seen = await channel.sends(message)
    told = "\n".join(f"{one.header}\n{one.text}\n{one.footer}" for one in seen)
    assert all(word in told for word in words)
    wanted: list[Any] = []
    if isinstance(message, out.Buttons):
        wanted = list(message.buttons)
    elif isinstance(message, out.List):
        wanted = [row for section in message.sections for row in section.rows]
    if wanted:
        assert [(option.id, option.title) for option in seen[-1].options] == [(o.id, o.title) for o in wanted]


async def test_pages_of_a_shop_need_one_content(channel: Channel) -> None:
    """Ten pages are ten messages and one content, which is made again when somebody deleted it."""
    for page in range(10):
        rows = [out.Row(f"p{page}-{n}", f"Thing {page}-{n}", f"KES {n}") for n in range(8)]
        (seen,) = await channel.sends(out.List(f"Page {page}", "Open", [out.Section("", rows)]))
        assert (seen.text, seen.options[7].id) == (f"Page {page}", f"p{page}-7")
    (record,) = channel.sim.book
    channel.sim.book.delete(record)
    (seen,) = await channel.sends(out.List("Again", "Open", [out.Section("", rows)]))
    assert seen.text == "Again"
    assert len(channel.sim.book) == 1


@pytest.mark.parametrize("definition", ALL, ids=lambda each: each.name)
async def test_a_template_is_made_reviewed_listed_and_deleted(channel: Channel, definition: Any) -> None:
    """And comes back as the file has it."""
    settings, http = channel.settings, channel.http
    made = await conduct(http, DIRECTORY.create(definition, settings, {}))
    assert made.status == "PENDING"
    channel.sim.book.reject(made.provider_id, "PROMOTIONAL")
    (rejected,) = await conduct(http, DIRECTORY.list(settings))
    assert (rejected.status, rejected.reason) == ("REJECTED", "PROMOTIONAL")
    wanted = replace(definition, provider_id=made.provider_id, status="REJECTED")
    again = await conduct(http, DIRECTORY.edit(wanted, settings, {}))
    assert (again.provider_id, again.status) == (made.provider_id, "PENDING")
    channel.sim.book.approve(made.provider_id)
    (listed,) = await conduct(http, DIRECTORY.list(settings))
    assert (listed.status, listed.category) == ("APPROVED", definition.category)
    assert differences(definition, listed) == []
    await conduct(http, DIRECTORY.delete(listed, settings))
    assert await conduct(http, DIRECTORY.list(settings)) == ()


async def test_many_templates_are_read_page_by_page(channel: Channel) -> None:
    """Contents of conversations are not among them."""
    for n in range(230):
        channel.sim.book.add({"twilio/text": {"body": "Hi"}}, language="es", name=f"t{n}")
    await channel.sends(out.Buttons("a", BUTTONS))
    listed = await conduct(channel.http, DIRECTORY.list(channel.settings))
    assert {one.name for one in listed} == {f"t{n}" for n in range(230)}


async def test_a_template_that_twilio_refuses_is_not_left_behind(channel: Channel) -> None:
    """A second one of the same name cannot be submitted; its content goes away again."""
    await conduct(channel.http, DIRECTORY.create(ALL[1], channel.settings, {}))
    with pytest.raises(ProviderError, match="there is a template visit in es already"):
        await conduct(channel.http, DIRECTORY.create(ALL[1], channel.settings, {}))
    assert len(channel.sim.book) == 1


async def test_a_bound_template_arrives_with_its_values(channel: Channel) -> None:
    """Names became numbers, and the phone shows the words."""
    ready = ALL[0]
    made = await conduct(channel.http, DIRECTORY.create(ready, channel.settings, {}))
    channel.sim.book.approve(made.provider_id)
    (listed,) = await conduct(channel.http, DIRECTORY.list(channel.settings))
    message = out.Template(
        "order_ready",
        "en_US",
        {"number": "17", "first_name": "Eva"},
        buttons=[out.QuickReply("coming"), out.UrlSuffix("17")],
    )
    message = DIRECTORY.bind(
        replace(message, header=out.Header(image="https://cdn.duka.example/a.png")), listed
    )
    (part,) = render(message).parts
    sent = await conduct(channel.http, send(part, ANA, "c", channel.settings), channel.bench)
    (accepted,) = channel.sim.accepted
    assert accepted.message_id == sent.message_id
    assert json.loads(accepted.body["ContentVariables"])["1"] == "Eva"


async def test_typing_marks_a_message_as_read(channel: Channel) -> None:
    """At the place where the simulator has it."""
    sid = "SM" + "0" * 32
    await conduct(channel.http, TwilioReceipts().mark_read(sid, True, channel.settings))
    assert channel.sim.marked_read == [sid]
