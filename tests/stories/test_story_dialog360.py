"""A number at 360dialog, from its registration to files that come and go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.cli import main
from gateway.simulator.samples import sample
from providers.dialog360.simulator import Dialog360Simulator
from tests.support.house import ANA, House, until

PICTURES = """\
from gateway import Button, Buttons, Chat, Handled, Header, Image, Message, hook

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc00000"
    "0301010018dd8db00000000049454e44ae426082"
)

@hook.on_message
async def show(message: Message, chat: Chat) -> Handled:
    if message.text == "picture":
        await chat.send(Image(data=PNG, caption="One pixel"))
    else:
        await chat.say(f"{message.type} {message.text}")
    return Handled
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What the gateway logs is not taken for what a command prints."""
    with capture_logs():
        yield


@pytest.fixture
def hub(any_house: House) -> Dialog360Simulator:
    """The house has one line at 360dialog, and an address that is known before it starts."""
    any_house.plugin("pictures", PICTURES)
    sim: Dialog360Simulator = any_house.line("duka", "pictures", provider="dialog360")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    any_house.server |= {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    return sim


async def channel(house: House, capsys: Captured, *words: str) -> tuple[int, str, str]:
    """`gateway channel WORDS`: its exit code, stdout and stderr."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, ["channel", *words, "--config", str(house.config)])
    out, err = capsys.readouterr()
    return code, out, err


async def post(house: House, body: bytes, headers: dict[str, str]) -> int:
    """Send a webhook to the line; the HTTP status."""
    return (await house.post(body, headers, path="/webhooks/dialog360/duka-main")).status


async def test_a_number_is_connected(any_house: House, hub: Dialog360Simulator, capsys: Captured) -> None:
    """Registered, its webhooks come with our header and are answered; the check says that all is well."""
    await any_house.start()
    hub.webhook_url = "http://127.0.0.1:1/elsewhere"
    here = f"{any_house.server['public_url']}/webhooks/dialog360/duka-main"
    code, out, _ = await channel(any_house, capsys, "check")
    assert (code, "FAIL webhook: 360dialog calls http://127.0.0.1:1/elsewhere" in out) == (1, True), out

    code, out, err = await channel(any_house, capsys, "register", "duka-main")

    assert (code, err) == (0, "")
    assert f"its webhooks go to {here}" in out
    await hub.says(ANA, "hello")
    assert [m.text for m in await hub.wait_for(ANA, 1)] == ["text hello"]
    code, out, _ = await channel(any_house, capsys, "check", "duka-main")
    assert (code, "All is well." in out) == (0, True), out
    assert "360dialog sends X-Gateway-Secret with our value" in out


async def test_only_whoever_knows_both_secrets_is_let_in(any_house: House, hub: Dialog360Simulator) -> None:
    """Without one of them, with a changed body, or with a header twice: 401. The header is never stored."""
    await any_house.start()
    signed = hub.signed(contact=ANA)
    for name in ("X-Gateway-Secret", "x-360dialog-signature"):
        left = {key: value for key, value in signed.headers.items() if key != name}
        assert await post(any_house, signed.body, left) == 401
        assert await post(any_house, signed.body, {**signed.headers, name: "0" * 64}) == 401
    assert await post(any_house, signed.body + b" ", signed.headers) == 401
    assert await post(any_house, signed.body, {**signed.headers, "X-Gateway-Secret": "é"}) == 401
    assert await post(any_house, signed.body, signed.headers) == 200
    await hub.wait_for(ANA, 1)
    kept = str(await any_house.rows("select * from journal"))
    assert signed.headers["X-Gateway-Secret"] not in kept


async def test_what_has_no_envelope_is_a_dead_letter_that_says_so(
    any_house: House, hub: Dialog360Simulator
) -> None:
    """The On-Premises API's payload is answered 200 and kept with its name."""
    await any_house.start()
    body = b'{"messages": [{"id": "1", "from": "254700000001", "type": "text", "text": {"body": "x"}}]}'
    assert await post(any_house, body, hub.sign(body).headers) == 200

    async def dead() -> list[Any]:
        return await any_house.rows("select detail from dead")

    [(detail,)] = await until(dead, "a dead letter")
    assert "On-Premises" in detail


async def test_a_picture_of_our_own_is_uploaded_once(any_house: House, hub: Dialog360Simulator) -> None:
    """Bytes from a plugin are kept, uploaded, and sent by their id; the second time by the same id."""
    hub.media_checks = True
    await any_house.start()
    for _ in range(2):
        await hub.says(ANA, "picture")
    shown = await hub.wait_for(ANA, 2)
    assert [(message.kind, message.text) for message in shown] == [("image", "One pixel")] * 2
    assert shown[0].media == shown[1].media
    found = hub.file(shown[0].media)
    assert found is not None
    assert found.content.startswith(b"\x89PNG")
    assert len(hub.inbox(ANA)) == 2


async def test_a_contacts_picture_is_fetched_through_360dialog(
    any_house: House, hub: Dialog360Simulator
) -> None:
    """Its address names Meta's host, where nothing can be fetched; what is kept are its bytes."""
    await any_house.start()
    await hub.sends(ANA, "image")

    async def kept() -> list[Any]:
        return await any_house.rows("select mime_type, size from media where state = 'stored'")

    assert await until(kept, "the file is kept", within=60) == [("image/jpeg", len(sample("image/jpeg")))]


async def test_a_channel_without_a_check_is_refused_and_the_others_run(
    any_house: House, hub: Dialog360Simulator, capsys: Captured
) -> None:
    """It would take webhooks from anybody; `gateway check` says what to write."""
    sim = any_house.line("soko", "pictures")
    await hub.start()
    settings = hub.channel_settings()
    hub.channel_settings = lambda number="": {  # type: ignore[method-assign]
        name: value for name, value in settings.items() if name not in ("webhook_header", "platform_secret")
    }
    await any_house.start()
    await sim.says(ANA, "hello")
    assert [m.text for m in await sim.wait_for(ANA, 1)] == ["text hello"]
    assert await post(any_house, b"{}", {}) in (401, 404)
    code = await asyncio.to_thread(main, ["check", "--config", str(any_house.config)])
    assert code == 1
    assert "webhook_header = {name, value}" in capsys.readouterr().out


async def test_one_address_serves_all_numbers(any_house: House, hub: Dialog360Simulator) -> None:
    """At the address without a channel each webhook is judged by its own number's secrets."""
    other = any_house.line("soko", "pictures", provider="dialog360")
    await any_house.start()

    async def arrives(body: bytes, headers: dict[str, str]) -> int:
        return (await any_house.post(body, headers, path="/webhooks/dialog360")).status

    first, second = hub.signed(contact=ANA), other.signed(contact=ANA)
    assert await arrives(first.body, second.headers) == 401
    assert await arrives(second.body, first.headers) == 401
    assert await arrives(first.body, first.headers) == 200
    assert await arrives(second.body, second.headers) == 200
    assert len(await hub.wait_for(ANA, 1)) == len(await other.wait_for(ANA, 1)) == 1
