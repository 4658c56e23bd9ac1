"""A webhook that was answered 200 survives the end of the process, whenever that comes."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp

from gateway.demo.ports import free_port
from tests.pages.conftest import furnished, link_to
from tests.pages.test_webhooks import conversation, post
from tests.support.house import ANA, BEN, House, until
from tests.support.postgres import Urls


class Apart(House):
    """A house whose gateway is a process of its own for a while."""

    served = ""

    @property
    def url(self) -> str:
        return self.served or super().url


async def test_what_was_answered_is_handled_once(tmp_path: Path, store_urls: Urls) -> None:
    """`kill -9` in the middle of forty webhooks: each that was answered 200 is said once, by the next one."""
    house = furnished(tmp_path, store_urls, Apart)
    assert isinstance(house, Apart)
    try:
        # What was under way at the end is in doubt, until a later send shows that statuses come.
        house.sending = {"in_doubt_hold": "5s"}
        await house.start()
        where = await conversation(house)
        await house.stop()
        house.server["port"] = port = free_port()
        house.write()
        command = (sys.executable, "-m", "gateway", "serve", "--config", str(house.config))
        process = await asyncio.create_subprocess_exec(*command, stdout=-3, stderr=-3)
        house.served = f"http://127.0.0.1:{port}"
        house.aim()
        await until(lambda: up(house), "it serves", within=30)
        answered: list[int] = []

        async def one(number: int) -> None:
            try:
                told = {"id": number, "conversation": where, "text": f"n{number}."}
                if await post(house, told) == 200:
                    answered.append(number)
                    if len(answered) == 20:
                        process.send_signal(signal.SIGKILL)
            except aiohttp.ClientError:
                pass

        await asyncio.gather(*(one(number) for number in range(40)))
        await process.wait()
        house.served = ""
        house.server["port"] = 0
        assert len(answered) >= 20
        await house.start()
        sim = house.lines["duka"].sim

        def said() -> list[str]:
            return [each.text for each in sim.inbox(ANA) if each.text.startswith("n")]

        await sim.says(BEN, "1h")
        await until(lambda: {f"n{n}. duka 1" for n in answered} <= set(said()), "all were said", within=30)
        again = {"id": answered[0], "conversation": where, "text": f"n{answered[0]}."}
        assert await post(house, again) == 200
        await link_to(house)
        assert len(said()) == len(set(said()))
    finally:
        await house.close()


async def up(house: House) -> bool:
    """Whether it answers."""
    try:
        async with house.session.get(house.url + "/health/ready") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
