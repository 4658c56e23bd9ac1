"""A house with the plugin `shop`, which has every kind of address."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import ANA, House
from tests.support.postgres import Urls

HERE = Path(__file__).parent


def furnished(folder: Path, urls: Urls, kind: type[House] = House) -> House:
    """A house where duka uses the shop, and soko does not."""
    house = kind(folder, urls)
    for each in ("shop_templates", "shop_static"):
        shutil.copytree(HERE / each, folder / each)
    house.plugin("shop", (HERE / "shop.py").read_text())
    house.line("duka", "shop")
    house.line("soko")
    return house


@pytest.fixture
async def any_shop(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """The house, started, once on each database."""
    house = furnished(tmp_path, store_urls)
    await house.start()
    yield house
    await house.close()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[House]:
    """The house, started, on SQLite."""
    house = furnished(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    await house.start()
    yield house
    await house.close()


async def link_to(house: House, text: str = "hello") -> str:
    """The link that the shop gives out."""
    sim = house.lines["duka"].sim
    before = len(sim.inbox(ANA))
    await sim.says(ANA, text)
    [*_, last] = await sim.wait_for(ANA, before + 1)
    return str(last.text)
