"""A channel from its registration on: the handshake, its webhooks, its health, its dead token."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.cli import main
from providers.meta_cloud.simulator import MetaSimulator
from tests.support.house import ANA, House, change, text_message, until, webhook

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What the gateway logs is not taken for what the command prints."""
    with capture_logs():
        yield


@pytest.fixture
def meta(any_house: House) -> MetaSimulator:
    """The house has one line, duka, and an address that is known before it starts. The app's own callback
    URL is somewhere else."""
    sim = any_house.line("duka")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    any_house.server |= {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    return sim


async def begin(house: House) -> None:
    """Start everything; what is not registered goes nowhere."""
    await house.start()
    house.sim.webhook_url = "http://127.0.0.1:1/elsewhere"


async def channel(house: House, capsys: Captured, *words: str) -> tuple[int, str, str]:
    """`gateway channel WORDS`: its exit code, stdout and stderr."""
    capsys.readouterr()
    code = await asyncio.to_thread(main, ["channel", *words, "--config", str(house.config)])
    out, err = capsys.readouterr()
    return code, out, err


async def asked(house: House, method: str, path: str, **body: Any) -> dict[str, Any]:
    """What the provider answers somebody else who has the token."""
    url, headers = f"{house.sim.api_base}/v25.0/{path}", {"Authorization": f"Bearer {house.sim.access_token}"}
    async with house.session.request(method, url, json=body or None, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        told: dict[str, Any] = await answer.json()
        return told


async def addresses(house: House) -> dict[str, str]:
    """Where the number's webhooks go, by whom it was entered for."""
    told = await asked(house, "GET", f"{house.sim.number}?fields=webhook_configuration")
    found: dict[str, str] = told["webhook_configuration"]
    return found


def address(house: House) -> str:
    """Where the line's webhooks are to go."""
    return f"{house.server['public_url']}/webhooks/meta_cloud/duka-main"


async def test_a_number_is_connected(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """Registering makes the provider shake hands with the running gateway; then its webhooks come here, are
    answered, and all is well."""
    await begin(any_house)
    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert "FAIL webhook: Meta calls http://127.0.0.1:1/elsewhere, entered for the app" in out

    code, out, err = await channel(any_house, capsys, "register", "duka-main")

    assert (code, err) == (0, "")
    assert f"webhooks of its numbers go to {address(any_house)}" in out
    await meta.says(ANA, "hello")
    assert [m.text for m in await meta.wait_for(ANA, 1)] == ["hello"]
    code, out, _ = await channel(any_house, capsys, "check", "duka-main")
    assert (code, "All is well." in out) == (0, True), out
    assert f"webhook: Meta calls {address(any_house)}" in out
    assert "address: " + address(any_house) + " answers" in out


async def test_a_number_without_its_account(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """The number gets the address itself; so does one whose account has another address already."""
    any_house.lines["duka"].settings["waba_id"] = ""
    await begin(any_house)

    assert (await channel(any_house, capsys, "register", "duka-main"))[0] == 0
    await meta.says(ANA, "hello")
    assert [m.text for m in await meta.wait_for(ANA, 1)] == ["hello"]

    other = f"{any_house.server['public_url']}/webhooks/meta_cloud"
    account = meta.channel_settings()["waba_id"]
    await asked(any_house, "POST", meta.number, webhook_configuration={"override_callback_uri": ""})
    await asked(
        any_house, "POST", f"{account}/subscribed_apps", override_callback_uri=other,
        verify_token=meta.verify_token,
    )  # fmt: skip
    del any_house.lines["duka"].settings["waba_id"]
    any_house.write()
    _, out, _ = await channel(any_house, capsys, "register", "duka-main")
    assert f"its webhooks go to {other}, and stay there" in out
    assert await addresses(any_house) == {
        "phone_number": address(any_house),
        "whatsapp_business_account": other,
        "application": meta.webhook_url,
    }


async def test_when_it_was_last_heard_is_shown(
    any_house: House, meta: MetaSimulator, capsys: Captured
) -> None:
    """A webhook that is authentic counts, another does not; with a silence it may be too long ago."""
    any_house.lines["duka"].options["silence"] = "100ms"
    await begin(any_house)
    await channel(any_house, capsys, "register", "duka-main")
    body = webhook(change(meta, text_message(ANA, "hello", "wamid.1")))
    assert (await any_house.post(body, {"X-Hub-Signature-256": "sha256=" + "0" * 64})).status == 401
    before = time.time()
    assert (await any_house.post(body)).status == 200

    async def heard() -> str:
        told = json.loads((await channel(any_house, capsys, "list", "--json"))[1])
        return str(told["channels"][0]["last_webhook_at"] or "")

    at = datetime.fromisoformat(await until(heard, "it was noted", within=60))
    assert before <= at.timestamp() <= time.time()
    assert " UTC  file    sends" in (await channel(any_house, capsys, "list"))[1]
    await until(lambda: any_house.metric("gateway_channels_silent"), "the alarm")
    code, out, _ = await channel(any_house, capsys, "check", "--json")
    found = {each["what"]: each for each in json.loads(out)["channels"][0]["findings"]}
    assert (code, found["last webhook"]["ok"]) == (1, False)


async def test_a_new_verify_token_needs_no_restart(
    any_house: House, meta: MetaSimulator, capsys: Captured
) -> None:
    """The gateway answers the handshake with the token that was just saved."""
    await begin(any_house)
    any_house.lines["duka"].settings["verify_token"] = "edited since it was started"
    any_house.write()

    async def registered() -> bool:
        return (await channel(any_house, capsys, "register", "duka-main"))[0] == 0

    await until(registered, "the file is read")
    assert (await addresses(any_house))["application"] == meta.webhook_url


async def test_no_gateway_answers(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """The commands work without a gateway, and say that there is none."""
    await begin(any_house)
    await any_house.stop()

    code, _, err = await channel(any_house, capsys, "register", "duka-main")
    assert code == 2
    (refusal,) = err.splitlines()
    assert refusal.startswith("gateway: channel duka-main: meta_cloud refused: (#2200) Callback verification")
    assert "must answer Meta's handshake" in refusal
    assert "nothing answers there" in refusal
    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert f"FAIL address: {address(any_house)}: nothing answers there" in out
    assert (await channel(any_house, capsys, "list"))[0] == 0


async def test_a_blocked_number(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """Exit code 1, why, and what to do."""
    await begin(any_house)
    await channel(any_house, capsys, "register", "duka-main")
    meta.facts[meta.number] = {"status": "BANNED", "quality_rating": "RED"}

    code, out, _ = await channel(any_house, capsys, "check", "duka-main")

    assert code == 1
    assert f"FAIL health of number: {meta.number}: sending is BLOCKED\n" in out
    assert "FAIL number: +15550104477 Simulated business, BANNED\n     appeal in Business Support Home" in out
    assert "FAIL quality: RED" in out
    assert "3 of " in out.splitlines()[-1]


async def test_an_app_that_is_not_subscribed(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """Meta would send nothing; registering subscribes it."""
    await begin(any_house)
    account = meta.channel_settings()["waba_id"]
    await asked(any_house, "DELETE", f"{account}/subscribed_apps")

    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert f"FAIL app: none is subscribed to account {account}\n     run `gateway channel register`" in out
    assert (await channel(any_house, capsys, "register", "duka-main"))[0] == 0
    assert (await channel(any_house, capsys, "check"))[0] == 0


async def test_the_provider_is_away(any_house: House, meta: MetaSimulator, capsys: Captured) -> None:
    """What we know ourselves is told all the same."""
    await begin(any_house)
    any_house.lines["duka"].settings["api_base"] = "http://127.0.0.1:1"
    any_house.write()

    code, out, _ = await channel(any_house, capsys, "check")

    assert code == 1
    assert "FAIL provider: meta_cloud was not reached (ClientConnectorError)" in out
    assert "ok   sending: not paused" in out


async def test_a_dead_token_is_shown_until_it_is_renewed(
    any_house: House, meta: MetaSimulator, capsys: Captured, tmp_path: Path
) -> None:
    """Since when and why, in `list` and `check`, until a new token is in its file."""
    token = tmp_path / "token"
    token.write_text(meta.access_token)
    any_house.lines["duka"].settings = {"access_token": {"file": str(token)}}
    await begin(any_house)
    await channel(any_house, capsys, "register", "duka-main")
    meta.access_token = "a-new-token"
    begun = time.time()
    await meta.says(ANA, "hello")

    async def line() -> dict[str, Any]:
        told = json.loads((await channel(any_house, capsys, "list", "--json"))[1])
        found: dict[str, Any] = told["channels"][0]
        return found

    async def paused() -> dict[str, Any] | None:
        found = await line()
        return found if found["state"] == "paused" else None

    found = await until(paused, "shown as paused", within=60)
    assert found["reason"] == "token"
    assert begun <= datetime.fromisoformat(found["since"]).timestamp() <= time.time()
    assert ": token\n" in (await channel(any_house, capsys, "list"))[1]
    code, out, _ = await channel(any_house, capsys, "check")
    assert code == 1
    assert "FAIL sending: paused since 20" in out
    assert "it goes on by itself" in out
    assert "FAIL token: Meta refuses it: " in out
    assert "(code 190)" in out

    token.write_text("a-new-token")
    os.utime(token, (time.time() + 5, time.time() + 5))
    assert [m.text for m in await meta.wait_for(ANA, 1, timeout=30)] == ["hello"]

    async def sends() -> bool:
        return (await line())["state"] == "sends"

    await until(sends, "shown as sending", within=60)
