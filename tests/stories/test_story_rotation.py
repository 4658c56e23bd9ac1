"""`[server] secret` is rotated while the gateway runs."""

from __future__ import annotations

from tests.support.house import ANA, House, until

OLD, NEW = "o" * 40, "n" * 40


async def test_the_secret_is_replaced_while_messages_flow(any_house: House) -> None:
    """A new secret in front of the file's list: all that is sealed moves to it, no message is lost meanwhile,
    and the gateway starts without the old one."""
    house = any_house
    house.server["secret"] = [OLD]
    house.line("duka")
    await house.start()
    assert house.gateway is not None
    code, told = await house.api("POST", "/api/v1/webhooks", json={"url": "https://8.8.8.8/hook"})
    assert code == 201, told

    house.server["secret"] = [NEW, OLD]
    house.write()
    reseal, seal = house.gateway.reseal, house.gateway.seal
    before = seal.key_id
    for n in range(5):
        await house.sim.says(ANA, f"message {n}")
    await until(lambda: seal.key_id != before, "the file is read again")

    async def none_left() -> bool:
        return await reseal.rows_left() == 0

    await until(none_left, "nothing is left under the old secret")
    assert len(await house.sim.wait_for(ANA, 5)) == 5
    assert (await house.api("GET"))[0] == 200, "the key moves to the new secret when it is used"
    await house.stop()

    house.server["secret"] = [NEW]
    await house.start()
    await house.sim.says(ANA, "still there?")
    assert len(await house.sim.wait_for(ANA, 6)) == 6
    assert (await house.api("GET"))[0] == 200
    assert house.gateway is not None
    assert await house.gateway.reseal.once() == (0, 0)
