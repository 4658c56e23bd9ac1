"""From nothing to a second tenant with a Twilio number, by the commands of docs/tenants.md as they stand."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.channels import load_providers
from gateway.demo.ports import free_port
from gateway.operate import operate
from gateway.settings import load
from tests.support.house import ANA, ECHO, House
from tests.support.postgres import Urls

DOC = Path(__file__).parents[2] / "docs/tenants.md"
TOKEN = "the-auth-token-of-soko-at-twilio"


@pytest.fixture
async def house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """A gateway with one tenant, at an address that a provider may call."""
    made = House(tmp_path, store_urls)
    made.line("duka")
    made.plugin("echo", ECHO)
    port = free_port()
    made.server = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def twilio() -> AsyncIterator[Any]:
    """Twilio's servers with the account and the number of the page."""
    simulator = load_providers()["twilio"].simulator()(auth_token=TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


def _block(heading: str) -> str:
    """The first shell block under *heading*."""
    found = re.search(rf"### {heading}\n.*?```sh\n(.*?)```", DOC.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


async def _run(house: House, script: str, **variables: str) -> str:
    """Run the page's *script* in the folder of the house; what it printed."""
    bin = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "TWILIO_TOKEN": TOKEN, **variables}
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", script, cwd=house.folder, env=env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, out.decode()
    return out.decode()


async def _answers(house: House, twilio: Any) -> None:
    """A contact of the second tenant writes and is answered; the first tenant has nothing of it."""
    await twilio.says(ANA, "habari")
    (answer,) = await twilio.wait_for(ANA, 1)
    assert answer.text == "habari"
    assert await house.rows("select distinct tenant from message") == [("soko",)]
    assert await house.rows("select time_zone, language, origin from tenant where tenant = 'soko'") == [
        ("Africa/Nairobi", "sw", "database")
    ]


async def test_a_second_tenant_by_commands_alone(house: House, twilio: Any) -> None:
    """Every command of the page, beside the running gateway; a WhatsApp message is answered."""
    script = _block("By commands alone").replace(
        "--set from=", f"--set api_base={twilio.api_base} --set from="
    )

    out = await _run(house, script)

    assert "All is well." in out
    assert TOKEN not in out
    await _answers(house, twilio)


async def test_a_second_tenant_over_the_api_alone(house: House, twilio: Any) -> None:
    """Every request of the page; a WhatsApp message is answered."""
    key = (await operate(load(house.config), "key.create", {"operator": True}))["key"]
    script = _block("Over the API alone").replace("https://gw.example.com", house.url)
    script = script.replace('"from":', f'"api_base": "{twilio.api_base}", "from":')

    out = await _run(house, script, OPERATOR_KEY=key)

    assert '"ok":true' in out
    assert TOKEN not in out
    await _answers(house, twilio)
