"""A WhatsApp sender at Twilio, from its registration to what was said while nobody was at home."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from structlog.testing import capture_logs

from gateway.cli import main
from gateway.model.status import RANK
from gateway.settings import load
from providers.twilio.simulator import TwilioSimulator
from tests.support.house import ANA, House, until

SAMPLES = Path(__file__).parents[1] / "samples" / "twilio"
WEBHOOKS = {
    each["file"]: each.get("normalized_type") or each["normalized_status"]
    for each in json.loads((SAMPLES / "INDEX.json").read_bytes())
    if each["kind"] in ("inbound", "status")
}
#: What a status of the samples' index is for us.
PENDING = {"pending": "accepted"}
SHOP = """\
from gateway import Button, Buttons, Chat, Handled, Message, hook

@hook.on_message
async def answer(message: Message, chat: Chat) -> Handled:
    if message.text == "menu":
        await chat.send(Buttons("Shall we?", [Button("yes-1", "Yes, please"), Button("no-1", "No")]))
    else:
        await chat.say(f"{message.type} {message.reply_id or message.text}")
    return Handled
"""
QUIET = """\
from gateway import Handled, Message, hook

@hook.on_message
async def listen(message: Message) -> Handled:
    return Handled
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What the gateway logs is not taken for what a command prints."""
    with capture_logs():
        yield


@pytest.fixture
def twilio(any_house: House) -> TwilioSimulator:
    """The house has one line at Twilio."""
    any_house.plugin("shop", SHOP)
    sim: TwilioSimulator = any_house.line("duka", "shop", provider="twilio")
    return sim


async def channel(house: House, capsys: Captured, *words: str) -> tuple[int, str, str]:
    """`gateway channel WORDS`: its exit code, stdout and stderr."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, ["channel", *words, "--config", str(house.config)])
    out, err = capsys.readouterr()
    return code, out, err


async def parsed(house: House) -> None:
    """Wait until everything is read and every plugin was called."""

    async def done() -> bool:
        left = await house.rows("select (select count(*) from journal_open) + (select count(*) from event)")
        return left == [(0,)]

    await until(done, "everything parsed and every plugin called", within=60)


async def test_a_sender_is_connected(any_house: House, twilio: TwilioSimulator, capsys: Captured) -> None:
    """Before it is registered the check says that Twilio calls nobody; afterwards messages come."""
    await any_house.start()
    twilio.webhook_url = ""
    here = f"{any_house.url}/webhooks/twilio/duka-main"
    code, out, _ = await channel(any_house, capsys, "check")
    assert (code, "FAIL webhook: Twilio has no address to call" in out) == (1, True), out

    code, out, err = await channel(any_house, capsys, "register", "duka-main")

    assert (code, err) == (0, "")
    assert f"its webhooks go to {here}" in out
    await twilio.says(ANA, "hello")
    assert [shown.text for shown in await twilio.wait_for(ANA, 1)] == ["text hello"]
    code, out, _ = await channel(any_house, capsys, "check", "duka-main")
    assert (code, "All is well." in out) == (0, True), out
    assert "rc=3" in out


async def test_every_sample_arrives(any_house: House, twilio: TwilioSimulator) -> None:
    """Over HTTP to the API: each message once with its type, each status kept, no dead letter."""
    any_house.plugin("shop", QUIET)
    await any_house.start()
    expected: dict[str, str] = {}
    for name, kind in WEBHOOKS.items():
        body = (SAMPLES / name).read_bytes()
        signed = twilio.sign(body)
        url = f"{any_house.url}/webhooks/twilio/duka-main"
        async with any_house.session.post(url, data=body, headers=signed.headers) as answer:
            assert (answer.status, answer.content_type) == (200, "text/xml")
            assert await answer.text() == "<Response></Response>"
        if name.startswith("in_"):
            expected[dict(parse_qsl(body.decode()))["MessageSid"]] = kind

    await parsed(any_house)
    assert await any_house.rows("select reason, detail from dead") == []
    code, told = await any_house.api("GET", params={"limit": "200", "direction": "in"})
    assert code == 200
    assert {item["provider_message_id"]: item["type"] for item in told["items"]} == expected
    statuses = {PENDING.get(kind, kind) for name, kind in WEBHOOKS.items() if name.startswith("status_")}
    kept = {row[0] for row in await any_house.rows("select distinct status from status")}
    assert kept == statuses
    assert kept <= set(RANK)


async def test_only_what_twilio_signed_over_our_address_is_let_in(
    any_house: House, twilio: TwilioSimulator
) -> None:
    """A changed word, no signature, another path, another host in the request: 401."""
    await any_house.start()
    url = f"{any_house.url}/webhooks/twilio/duka-main"
    signed = twilio.signed(contact=ANA)

    async def post(body: bytes, headers: dict[str, str], to: str = url) -> int:
        async with any_house.session.post(to, data=body, headers=headers) as answer:
            return answer.status

    unsigned = {k: v for k, v in signed.headers.items() if k.lower() != "x-twilio-signature"}
    assert await post(signed.body, unsigned) == 401
    assert await post(signed.body.replace(b"Body=", b"Body=x"), signed.headers) == 401
    assert await post(signed.body, signed.headers, f"{url}?a=1") == 401
    assert await post(signed.body, signed.headers | {"Host": "gw.example.com"}) == 200
    assert await post(signed.body, signed.headers) == 200
    assert len(await twilio.wait_for(ANA, 1)) == 1


async def test_what_was_said_while_nobody_was_at_home_is_found(
    any_house: House, twilio: TwilioSimulator
) -> None:
    """Twilio does not come back with it: its list is read at the next start. The words of a tapped button
    find the menu, and nothing is heard twice."""
    twilio.retry_for = 0.2
    await any_house.start()
    await twilio.says(ANA, "menu")
    await twilio.wait_for(ANA, 1)
    await parsed(any_house)
    await any_house.stop()
    with pytest.raises(TimeoutError):
        await twilio.taps(ANA, "yes-1")
    with pytest.raises(TimeoutError):
        await twilio.sends(ANA, "image")

    await any_house.start()

    shown = await twilio.wait_for(ANA, 3, timeout=30)
    assert [each.text for each in shown[1:]] == ["button_reply yes-1", "image "]
    await parsed(any_house)
    assert await any_house.rows("select reason, detail from dead") == []
    await any_house.stop()
    before = await any_house.rows("select polled_at from channel")
    await any_house.start()

    async def polled() -> bool:
        return await any_house.rows("select polled_at from channel") > before

    await until(polled, "the list was read again")
    await parsed(any_house)
    assert len(twilio.inbox(ANA)) == 3


async def test_a_status_finds_its_message_by_the_address(any_house: House, twilio: TwilioSimulator) -> None:
    """Also when the answer to the send was lost: our id is in the callback's query."""
    twilio.lose_answers = 1.0
    await any_house.start()
    await twilio.says(ANA, "hello")
    await twilio.wait_for(ANA, 1)

    async def delivered() -> bool:
        return any(item["status"] in ("delivered", "read") for item in await any_house.sent())

    await until(delivered, "the answer is delivered", within=60)
    assert len(twilio.inbox(ANA)) == 1


async def test_a_channel_of_an_unknown_number_is_told(any_house: House, twilio: TwilioSimulator) -> None:
    """A message to another sender of the account is authentic, and kept as foreign."""
    await any_house.start()
    body = urlencode(
        {
            "MessageSid": "SM" + "e" * 32, "AccountSid": "AC00000000000000000000000000000009",
            "From": f"whatsapp:{ANA}", "To": "whatsapp:+15550009999", "Body": "Hi",
        }
    ).encode()  # fmt: skip
    signed = twilio.sign(body)
    url = f"{any_house.url}/webhooks/twilio/duka-main"
    async with any_house.session.post(url, data=body, headers=signed.headers) as answer:
        assert answer.status == 200

    async def dead() -> list[Any]:
        return await any_house.rows("select reason from dead")

    assert await until(dead, "a dead letter") == [("foreign_number",)]


CARDS = """\
from gateway import ChannelEvent, Chat, Handled, Message, hook, notice

@hook.on_message
async def shared(message: Message, chat: Chat) -> Handled:
    return Handled

@hook.on_event
async def kept(event: ChannelEvent, chat: Chat) -> None:
    if isinstance(event.content, notice.MediaStored):
        for card in event.content.contacts:
            await chat.say(f"{card.name} {card.phones[0].wa_id}")
"""


async def test_contact_cards_are_read_once_their_file_is_here(
    any_house: House, twilio: TwilioSimulator
) -> None:
    """Twilio hands them on as a vCard: the event of the file has them, and the API shows them."""
    any_house.plugin("shop", CARDS)
    await twilio.start()
    any_house.media = {"internal": [twilio.media_base]}  # where Twilio redirects to: no public address here
    await any_house.start()
    await twilio.sends(ANA, "contacts")

    assert [shown.text for shown in await twilio.wait_for(ANA, 1, timeout=30)] == ["Ana Ruiz 34600999888"]
    code, told = await any_house.api("GET", params={"direction": "in"})
    assert code == 200
    (item,) = told["items"]
    assert item["type"] == "contacts"
    assert item["content"]["contacts"][0]["name"] == "Ana Ruiz"


async def test_one_channel_s_address_takes_what_is_for_its_neighbour(
    any_house: House, twilio: TwilioSimulator
) -> None:
    """A messaging service has one address for all its senders: the number says whose message it is, and its
    own token has to have signed it over that address."""
    any_house.plugin("shop", QUIET)
    other = twilio.add_number("+15550104478")
    await twilio.start()
    await any_house.start()
    await any_house.stop()
    text = any_house.config.read_text()
    second = text[text.index("[[tenants.channels]]") :]
    second = second.replace('"duka-main"', '"duka-two"').replace(twilio.number, other)
    second = "\n".join(line for line in second.splitlines() if not line.startswith("sender_sid"))
    any_house.write = lambda: load(any_house.config)  # type: ignore[method-assign]
    any_house.config.write_text(f"{text}\n{second}\n")
    await any_house.start()
    body = urlencode(
        {
            "MessageSid": "SM" + "f" * 32, "AccountSid": "AC00000000000000000000000000000009",
            "From": f"whatsapp:{ANA}", "To": f"whatsapp:{other}", "Body": "Hi",
        }
    ).encode()  # fmt: skip
    url = f"{any_house.url}/webhooks/twilio/duka-main"
    async with any_house.session.post(url, data=body, headers=twilio.sign(body).headers) as answer:
        assert answer.status == 200
    await parsed(any_house)
    assert await any_house.rows("select reason from dead") == []
    assert await any_house.rows("select channel from message") == [("duka-two",)]
