"""gateway.toml is edited while the gateway runs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.house import ANA, BEN, ECHO, House, until

SHOUT = ECHO.replace("message.text", "message.text.upper()")


@pytest.fixture
async def house(any_house: House) -> House:
    """One tenant that is answered by an echo, on each database."""
    any_house.line("duka")
    any_house.plugin("shout", SHOUT)
    await any_house.start()
    return any_house


async def answered(sim: Any, who: str, text: str, count: int = 1) -> str:
    """What *who* sees last after writing *text*."""
    await sim.says(who, text)
    return str((await sim.wait_for(who, count))[-1].text)


async def test_a_business_comes_and_goes(house: House) -> None:
    """A tenant that is written into the file is served within a second; one that is taken out is not."""
    assert await answered(house.sim, ANA, "hello") == "hello"
    soko = house.line("soko", "shout")
    await soko.start()
    house.write()
    house.aim()
    assert house.gateway is not None
    await until(lambda: "soko" in house.gateway.directory, "the file is read")
    assert await answered(soko, BEN, "hello") == "HELLO"
    key = await house.key("soko")
    assert (await house.api("GET", tenant="soko"))[0] == 200

    del house.lines["soko"]
    house.write()
    await until(lambda: "soko" not in house.gateway.directory, "the file is read again")
    headers = {"Authorization": f"Bearer {key}"}
    async with house.session.get(f"{house.url}/api/v1/messages", headers=headers) as refused:
        assert refused.status in (401, 403)

    async def destroyed() -> bool:
        rows = await house.rows("select settings from channel where tenant = 'soko'")
        return [bytes(row[0]) for row in rows] == [b""]

    await until(destroyed, "its secrets are destroyed")
    assert await answered(house.sim, ANA, "still here", 2) == "still here"
    await soko.stop()


async def test_other_plugins_answer_from_the_next_message_on(house: House) -> None:
    """The order of the file counts as soon as it is saved."""
    assert await answered(house.sim, ANA, "hello") == "hello"
    house.lines["duka"].plugins = ("shout",)
    house.write()
    assert house.gateway is not None
    await until(lambda: house.gateway.directory.plugins_of("duka") == ("shout",), "the file is read")
    assert await answered(house.sim, ANA, "again", 2) == "AGAIN"


async def test_a_broken_edit_stops_nobody(house: House) -> None:
    """What cannot be read, or would leave a channel without its settings, changes nothing."""
    good = house.config.read_text()
    for bad in (good + "\n[[tenants]\n", good.replace('id = "duka"\n', 'id = "DU KA"\n', 1)):
        house.config.write_text(bad)
        assert house.gateway is not None
        assert house.gateway.channels.refresh_from_file() is False
        assert await answered(house.sim, ANA, "hello", len(house.sim.inbox(ANA)) + 1) == "hello"
    house.config.write_text(re.sub(r"app_secret = .*", 'app_secret = ""', good))
    house.gateway.channels.refresh_from_file()
    assert ("duka", "duka-main") in house.gateway.channels.refused
    assert await answered(house.sim, ANA, "as before", len(house.sim.inbox(ANA)) + 1) == "as before"


async def test_the_gateway_s_own_secret_is_rotated(house: House) -> None:
    """With the new one in front nothing stops working; keys that were used survive the end of the old one."""
    await answered(house.sim, ANA, "hello")
    for count in range(3):
        await house.api("POST", json=_template(count))
    code, page = await house.api("GET", params={"limit": "1"})
    assert (code, bool(page["cursor"])) == (200, True)
    assert house.gateway is not None
    house.server["secret"] = ["n" * 40, "s" * 40]
    house.write()
    await until(lambda: house.gateway.directory.settings.server.secret[0] == "n" * 40, "the file is read")
    code, _ = await house.api("GET", params={"limit": "1", "cursor": page["cursor"]})
    assert code == 200
    assert await answered(house.sim, BEN, "hello") == "hello"


def _template(count: int) -> dict[str, Any]:
    template = {"type": "template", "name": "order_update", "language": "en"}
    return {"channel": "duka-main", "to": f"+25470000100{count}", "message": template}
