"""News of whole accounts on the address that all tenants of an app share."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.support.house import ANA, House, change, text_message, until, webhook

WITNESS = """\
from pathlib import Path
from gateway import ChannelEvent, Chat, Message, hook

@hook.on_message
async def answer(message: Message, chat: Chat) -> None:
    await chat.say(message.text)

@hook.on_event
async def event(event: ChannelEvent, chat: Chat) -> None:
    with Path(__file__).with_name("seen.txt").open("a") as file:
        file.write(f"{chat.tenant.id} {event.content.template}\\n")
"""


def news(account: str, template: str) -> dict[str, Any]:
    """An entry that tells of a template of *account*."""
    told = {"event": "APPROVED", "message_template_name": template, "message_template_language": "en"}
    changed = {"field": "message_template_status_update", "value": told}
    return {"id": account, "time": int(time.time()), "changes": [changed]}


async def tell(house: House, *entries: dict[str, Any]) -> None:
    """One webhook with *entries*."""
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()
    assert (await house.post(body, path="/webhooks/meta_cloud")).status == 200


async def seen(house: House, count: int) -> list[str]:
    """What the plugin saw, as soon as there is that much."""
    path = house.folder / "seen.txt"

    def enough() -> list[str]:
        lines = path.read_text().splitlines() if path.exists() else []
        return sorted(lines) if len(lines) >= count else []

    return await until(enough, f"{count} events")


@pytest.fixture
async def tenants(any_house: House) -> House:
    """Six tenants of one app, each with an account of its own."""
    house = any_house
    house.plugin("witness", WITNESS)
    for index in range(6):
        sim = house.line(f"t{index}", "witness")
        sim.app_secret = house.sim.app_secret
        house.lines[f"t{index}"].settings["waba_id"] = f"10000000{index}"
    await house.start()
    return house


async def test_news_of_many_accounts_in_one_webhook(tenants: House) -> None:
    """Each tenant hears of its own, however many there are."""
    await tell(tenants, *(news(f"10000000{index}", f"n{index}") for index in range(6)))
    assert await seen(tenants, 6) == [f"t{index} n{index}" for index in range(6)]
    assert await tenants.rows("select reason from dead") == []


async def test_an_account_s_news_beside_another_s_messages(tenants: House) -> None:
    """The messages name a number, the news none: both arrive, each at its tenant."""
    talk = {"id": "100000000", "changes": [change(tenants.sim, text_message(ANA, "hi", "wamid.1"))]}
    await tell(tenants, talk, news("100000005", "theirs"))
    assert await seen(tenants, 1) == ["t5 theirs"]
    (answer,) = await tenants.sim.wait_for(ANA, 1)
    assert answer.text == "hi"


async def test_an_account_that_two_tenants_share(any_house: House) -> None:
    """Each has a number in it: both hear, and both know the template's status."""
    house = any_house
    house.plugin("witness", WITNESS)
    for tenant in ("duka", "shamba"):
        house.line(tenant, "witness").app_secret = "app-secret"
        house.lines[tenant].settings["waba_id"] = "100000000"
    await house.start()
    await tell(house, news("100000000", "shared"))
    assert await seen(house, 2) == ["duka shared", "shamba shared"]
    found = await house.rows("select tenant, status from template order by tenant")
    assert found == [("duka", "APPROVED"), ("shamba", "APPROVED")]


async def test_a_tenant_s_address_does_not_take_another_tenant_s_messages(tenants: House) -> None:
    """The app is the same, and so is the secret: what is not for the tenant of the address is only kept."""
    t1 = tenants.lines["t1"].sim
    body = webhook(change(t1, text_message(ANA, "for t1", "wamid.1")))
    assert (await tenants.post(body, tenant="t0")).status == 200

    async def kept() -> bool:
        return await tenants.rows("select reason from dead") == [("foreign_number",)]

    await until(kept, "the dead letter")
    assert t1.inbox(ANA) == []
