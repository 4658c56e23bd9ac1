"""A channel from its registration on: the handshake, its webhooks, its health, its dead token."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.cli import main
from tests.support.graph import PNID, TOKEN, WABA, Graph, serving
from tests.support.house import ANA, House, change, text_message, until, webhook

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What the gateway logs is not taken for what the command prints."""
    with capture_logs():
        yield


@pytest.fixture
async def graph(any_house: House) -> AsyncIterator[Graph]:
    """The house with one line, duka, at a Graph API of which it is not known yet; nothing is started."""
    any_house.line("duka")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    any_house.server |= {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    async with serving() as made:
        any_house.lines["duka"].settings = {
            "api_base": made.url, "phone_number_id": PNID, "waba_id": WABA, "access_token": TOKEN,
        }  # fmt: skip
        yield made


async def channel(house: House, capsys: Captured, *words: str) -> tuple[int, str, str]:
    """`gateway channel WORDS`: its exit code, stdout and stderr."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, ["channel", *words, "--config", str(house.config)])
    out, err = capsys.readouterr()
    return code, out, err


def address(house: House) -> str:
    """Where the line's webhooks are to go."""
    return f"{house.server['public_url']}/webhooks/meta_cloud/duka-main"


async def test_a_number_is_connected(any_house: House, graph: Graph, capsys: Captured) -> None:
    """Registering makes the provider shake hands with the running gateway; then all is well."""
    await any_house.start()
    assert (await channel(any_house, capsys, "check"))[0] == 1

    code, out, err = await channel(any_house, capsys, "register", "duka-main")

    assert (code, err) == (0, "")
    assert graph.account_url == address(any_house)
    assert f"webhooks of its numbers go to {address(any_house)}" in out
    code, out, _ = await channel(any_house, capsys, "check", "duka-main")
    assert (code, "All is well." in out) == (0, True), out
    assert "last webhook: none yet" in out
    assert "address: " + address(any_house) + " answers" in out


async def test_when_it_was_last_heard_is_shown(any_house: House, graph: Graph, capsys: Captured) -> None:
    """A webhook that is authentic counts, another does not; with a silence it may be too long ago."""
    any_house.lines["duka"].options["silence"] = "100ms"
    await any_house.start()
    await channel(any_house, capsys, "register", "duka-main")
    sim = any_house.sim
    body = webhook(change(sim, text_message(ANA, "hello", "wamid.1")))
    assert (await any_house.post(body, {"X-Hub-Signature-256": "sha256=" + "0" * 64})).status == 401
    before = time.time()
    assert (await any_house.post(body)).status == 200

    async def heard() -> int:
        told = json.loads((await channel(any_house, capsys, "list", "--json"))[1])
        return int(told["channels"][0]["webhook_at"])

    at = await until(heard, "it was noted", within=10)
    assert before <= at / 1e6 <= time.time()
    assert " UTC  sends" in (await channel(any_house, capsys, "list"))[1]
    await until(lambda: any_house.metric("gateway_channels_silent"), "the alarm")
    code, out, _ = await channel(any_house, capsys, "check", "--json")
    found = {each["what"]: each for each in json.loads(out)["channels"][0]["findings"]}
    assert (code, found["last webhook"]["ok"]) == (1, False)


async def test_a_wrong_verify_token_is_a_sentence(any_house: House, graph: Graph, capsys: Captured) -> None:
    """The gateway runs with another one: warned before, refused by the provider, exit code 2."""
    await any_house.start()
    any_house.lines["duka"].settings["verify_token"] = "edited since it was started"
    any_house.write()

    code, out, err = await channel(any_house, capsys, "register", "duka-main")

    assert (code, out) == (2, "")
    warning, refusal = err.splitlines()
    assert "has another verify_token (HTTP 403)" in warning
    assert refusal.startswith("gateway: channel duka-main: meta_cloud refused: (#2200) Callback verification")
    assert "must answer Meta's handshake" in refusal
    assert graph.account_url == ""


async def test_no_gateway_answers(any_house: House, graph: Graph, capsys: Captured) -> None:
    """The commands work without a gateway, and say that there is none."""
    await any_house.start()
    await any_house.stop()

    code, _, err = await channel(any_house, capsys, "register", "duka-main")
    assert code == 2
    assert "nothing answers there" in err.splitlines()[0]
    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert f"FAIL address: {address(any_house)}: nothing answers there" in out
    assert (await channel(any_house, capsys, "list"))[0] == 0


async def test_a_blocked_number(any_house: House, graph: Graph, capsys: Captured) -> None:
    """Exit code 1, why, and what to do."""
    await any_house.start()
    await channel(any_house, capsys, "register", "duka-main")
    graph.healths["PHONE_NUMBER"], graph.status = "BLOCKED", "DISCONNECTED"

    code, out, _ = await channel(any_house, capsys, "check", "duka-main")

    assert code == 1
    assert "FAIL health of number: 401122334455667: sending is BLOCKED: The number is not registered." in out
    assert "Register the number." in out
    assert "FAIL number: +1 555-010-4477 Duka, DISCONNECTED" in out


async def test_the_provider_is_away(any_house: House, graph: Graph, capsys: Captured) -> None:
    """What we know ourselves is told all the same."""
    await any_house.start()
    any_house.lines["duka"].settings["api_base"] = "http://127.0.0.1:1"
    any_house.write()

    code, out, _ = await channel(any_house, capsys, "check")

    assert code == 1
    assert "FAIL provider: meta_cloud was not reached (ClientConnectorError)" in out
    assert "ok   sending: not paused" in out


async def test_a_dead_token_is_shown_until_it_is_renewed(
    any_house: House, capsys: Captured, tmp_path: Path
) -> None:
    """Since when and why, in `list` and `check`, until a new token is in its file."""
    sim, token = any_house.line("duka"), tmp_path / "token"
    await sim.start()
    token.write_text(sim.access_token)
    any_house.lines["duka"].settings = {"access_token": {"file": str(token)}}
    await any_house.start()
    sim.access_token = "a-new-token"
    begun = time.time()
    await sim.says(ANA, "hello")

    async def line() -> dict[str, Any]:
        told = json.loads((await channel(any_house, capsys, "list", "--json"))[1])
        found: dict[str, Any] = told["channels"][0]
        return found

    async def paused() -> dict[str, Any] | None:
        found = await line()
        return found if found["paused_at"] else None

    found = await until(paused, "shown as paused", within=10)
    assert found["paused_reason"] == "token"
    assert begun <= found["paused_at"] / 1e6 <= time.time()
    assert ": token\n" in (await channel(any_house, capsys, "list"))[1]
    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert "FAIL sending: paused since 20" in out
    assert "it goes on by itself" in out

    token.write_text("a-new-token")
    os.utime(token, (time.time() + 5, time.time() + 5))
    assert [m.text for m in await sim.wait_for(ANA, 1, timeout=10)] == ["hello"]

    async def sends() -> bool:
        return not (await line())["paused_at"]

    await until(sends, "shown as sending", within=10)
