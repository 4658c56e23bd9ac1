"""Webhooks that are authentic and odd: what is readable arrives, each at its own tenant."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.support.house import ANA, BEN, CAT, House, change, text_message, until, webhook


def texts(items: list[dict[str, Any]]) -> dict[str, str]:
    """What each message said, by its provider id."""
    return {item["provider_message_id"]: item["content"].get("text", "") for item in items}


async def heard(house: House, tenant: str, count: int) -> list[dict[str, Any]]:
    """The tenant's messages as soon as there are *count*."""

    async def enough() -> list[dict[str, Any]] | None:
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            params = {"direction": "in", "limit": "200"} | ({"cursor": cursor} if cursor else {})
            _, answer = await house.api("GET", tenant=tenant, params=params)
            items += answer["items"]
            cursor = answer["cursor"]
            if not cursor:
                return items if len(items) >= count else None

    found = await until(enough, f"{count} messages for {tenant}", within=30)
    assert found is not None
    return found


async def dead(house: House) -> list[tuple[Any, ...]]:
    """What was set aside."""
    return await house.rows("select reason, detail from dead order by id")


async def test_two_numbers_of_two_tenants_in_one_webhook(any_house: House) -> None:
    """One app, one POST: each tenant gets its own message, in the API and in the answer; neither sees the
    other's."""
    house = any_house
    duka, shamba = house.line("duka"), house.line("shamba")
    house.lines["shamba"].sim.app_secret = duka.app_secret
    await house.start()
    body = webhook(
        change(duka, text_message(ANA, "for duka", "wamid.d")),
        change(shamba, text_message(BEN, "for shamba", "wamid.s")),
    )
    assert (await house.post(body, path="/webhooks/meta_cloud")).status == 200

    assert texts(await heard(house, "duka", 1)) == {"wamid.d": "for duka"}
    assert texts(await heard(house, "shamba", 1)) == {"wamid.s": "for shamba"}
    assert [m.text for m in await duka.wait_for(ANA, 1)] == ["for duka"]
    assert [m.text for m in await shamba.wait_for(BEN, 1)] == ["for shamba"]
    assert duka.inbox(BEN) == shamba.inbox(ANA) == []
    assert await dead(house) == []


async def test_a_number_of_another_apps_secret_is_not_believed(house: House) -> None:
    """The same POST, where the second tenant's app has another secret: its part is only kept."""
    duka, shamba = house.line("duka"), house.line("shamba")
    await house.start()
    body = webhook(
        change(duka, text_message(ANA, "for duka", "wamid.d")),
        change(shamba, text_message(BEN, "forged by duka's app", "wamid.s")),
    )
    assert (await house.post(body, path="/webhooks/meta_cloud", tenant="duka")).status == 200
    assert texts(await heard(house, "duka", 1)) == {"wamid.d": "for duka"}
    assert [row[0] for row in await dead(house)] == ["foreign_number"]
    assert (await house.api("GET", tenant="shamba"))[1]["items"] == []


async def test_contacts_are_not_joined_by_their_place(any_house: House) -> None:
    """Three messages, their contacts in another order, one missing, one nobody's: every name is right."""
    house = any_house
    sim = house.line()
    await house.start()
    value: dict[str, Any] = {"contacts": [], "messages": []}
    for phone, name in ((ANA, "Ana"), (BEN, "Ben"), (CAT, "Cat")):
        one = text_message(phone, f"I am {name}", f"wamid.{name}")
        one["contacts"][0]["profile"]["name"] = name
        value["messages"] += one["messages"]
        value["contacts"] += one["contacts"]
    value["contacts"] = [
        {"profile": {"name": "Nobody"}, "wa_id": "254799999999"}, value["contacts"][2], value["contacts"][0]
    ]  # fmt: skip
    assert (await house.post(webhook(change(sim, value)))).status == 200
    await heard(house, "duka", 3)
    names = await house.rows(
        "select i.value, c.name from identity i join contact c on c.id = i.contact order by i.value"
    )
    assert names == [(ANA, "Ana"), (BEN, ""), (CAT, "Cat")]


async def test_ids_that_are_objects_and_other_shapes(any_house: House) -> None:
    """Each odd one is set aside with its own bytes and a reason; those around it are answered."""
    house = any_house
    sim = house.line()
    await house.start()
    odd: list[Any] = [{"$oid": "1"}, ["wamid"], 17, None, True, ""]
    value = text_message(ANA, "before", "wamid.before")
    for index, identifier in enumerate(odd):
        strange = text_message(ANA, f"odd {index}", "x")["messages"][0]
        strange["id"] = identifier
        value["messages"].append(strange)
    value["messages"] += text_message(ANA, "after", "wamid.after")["messages"]
    assert (await house.post(webhook(change(sim, value)))).status == 200

    assert texts(await heard(house, "duka", 2)) == {"wamid.before": "before", "wamid.after": "after"}
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["before", "after"]
    kept = await dead(house)
    assert len(kept) == len(odd)
    assert {reason for reason, _ in kept} == {"unreadable"}
    assert all(detail for _, detail in kept)


async def test_a_batch_of_a_thousand_with_one_bad(any_house: House) -> None:
    """Nine hundred and ninety-nine arrive, in each conversation's order; the bad one is kept."""
    house = any_house
    sim = house.line("duka", "silent")
    house.plugin("silent", "from gateway import hook\n\n@hook.on_start\nasync def start() -> None: ...\n")
    await house.start()
    now = int(time.time())
    value: dict[str, Any] = {"contacts": [], "messages": []}
    for index in range(1000):
        one = text_message(f"+2547000001{index % 50:02d}", f"text {index}", f"wamid.{index}", at=now)
        value["messages"] += one["messages"]
        value["contacts"] += one["contacts"] if index < 50 else []
    value["messages"][500] = {"from": {"a": 1}, "id": [], "timestamp": {}, "type": 5}
    assert (await house.post(webhook(change(sim, value)))).status == 200

    items = await heard(house, "duka", 999)
    assert texts(items) == {f"wamid.{n}": f"text {n}" for n in range(1000) if n != 500}
    ((reason, _),) = await dead(house)
    assert reason == "unreadable"
    by_conversation: dict[str, list[int]] = {}
    for item in reversed(items):
        by_conversation.setdefault(item["conversation"], []).append(int(item["content"]["text"].split()[1]))
    assert len(by_conversation) == 50
    assert all(numbers == sorted(numbers) for numbers in by_conversation.values())


async def test_an_account_s_news_reach_the_tenant_of_the_account(any_house: House) -> None:
    """On the app-wide address of two tenants: a template's status goes to the one whose account it is; that
    of a foreign account to nobody."""
    house = any_house
    house.plugin(
        "witness",
        "from pathlib import Path\nfrom gateway import ChannelEvent, Chat, hook\n\n"
        "@hook.on_event\nasync def event(event: ChannelEvent, chat: Chat) -> None:\n"
        "    with Path(__file__).with_name('seen.txt').open('a') as file:\n"
        "        file.write(f'{chat.tenant.id} {event.content.template}\\n')\n",
    )
    duka, shamba = house.line("duka", "witness"), house.line("shamba", "witness")
    shamba.app_secret = duka.app_secret
    house.lines["duka"].settings["waba_id"] = "111111111"
    house.lines["shamba"].settings["waba_id"] = "222222222"
    await house.start()
    for account, template in (("222222222", "theirs"), ("111111111", "ours"), ("333333333", "nobodys")):
        told = {"event": "APPROVED", "message_template_name": template, "message_template_language": "en"}
        entry = {"id": account, "time": int(time.time()), "changes": [
            {"field": "message_template_status_update", "value": told}
        ]}  # fmt: skip
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        assert (await house.post(body, path="/webhooks/meta_cloud")).status == 200
    await until(lambda: len((house.folder / "seen.txt").read_text().splitlines()) == 2 if
                (house.folder / "seen.txt").exists() else False, "two events")  # fmt: skip
    assert sorted((house.folder / "seen.txt").read_text().splitlines()) == ["duka ours", "shamba theirs"]
    kept = await until(lambda: dead(house), "the foreign account's news")
    assert [reason for reason, _ in kept] == ["foreign_number"]

    # On a tenant's own address an id that nobody claims is its own; one that the other claims is not.
    for account, template in (("444444444", "portfolio"), ("222222222", "theirs again")):
        told = {"event": "PAUSED", "message_template_name": template, "message_template_language": "en"}
        entry = {"id": account, "time": int(time.time()), "changes": [
            {"field": "message_template_status_update", "value": told}
        ]}  # fmt: skip
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        assert (await house.post(body, tenant="duka")).status == 200
    await until(lambda: "portfolio" in (house.folder / "seen.txt").read_text(), "the portfolio's news")

    async def both_kept() -> bool:
        return len(await dead(house)) == 2

    await until(both_kept, "the other tenant's news, kept")
    assert "duka theirs again" not in (house.folder / "seen.txt").read_text()
