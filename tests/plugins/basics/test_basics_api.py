"""The API and a contact's language: it tells what was chosen, and chooses."""

from __future__ import annotations

from pathlib import Path

from tests.plugins.basics.conftest import SHOP
from tests.support.house import ANA, House
from tests.support.postgres import Urls


async def test_the_api_tells_and_sets_the_language(tmp_path: Path, store_urls: Urls) -> None:
    """In any form of a code; the next message is answered in it."""
    house = House(tmp_path, store_urls)
    house.paths.append(str(SHOP))
    sim = house.line("duka", "shop", "basics")
    await house.start()
    try:
        await sim.says(ANA, "language sw")
        await sim.wait_for(ANA, 1)
        code, page = await house.api("GET", "/api/v1/contacts")
        assert (code, page["items"][0]["language"]) == (200, "sw")
        url = f"/api/v1/contacts/{page['items'][0]['id']}"
        code, _ = await house.api("PATCH", url, json={"language": "es_MX"})
        assert code == 200
        await sim.says(ANA, "añadir Mango")
        assert (await sim.wait_for(ANA, 2))[1].text == "Añadido: Mango (es-MX, es-MX)"
    finally:
        await house.close()
