"""What a business may send, as it meets it: over the API, in answers, and in what answers nobody."""

from __future__ import annotations

from typing import Any

from tests.support.house import House, until

ANA = "+254711000001"
PLUGIN = """
from gateway import Text, hook

@hook.on_message
async def say(message, chat):
    if message.text == "promo":
        await chat.send(Text("an offer"), purpose="service")
    else:
        await chat.say(message.text)
"""


def _limited(house: House, **policy: int) -> Any:
    house.plugin("says", PLUGIN)
    sim = house.line("duka", "says")
    house.lines["duka"].tenant_options = {"policy": {"inbound_per_minute": 10_000, **policy}}
    return sim


async def _post(house: House) -> tuple[int, Any, str]:
    body = {"channel": house.lines["duka"].channel, "to": ANA, "message": {"type": "text", "text": "hello"}}
    headers = {"Authorization": f"Bearer {await house.key()}"}
    async with house.session.post(house.url + "/api/v1/messages", json=body, headers=headers) as answer:
        return answer.status, await answer.json(), answer.headers.get("Retry-After", "")


async def test_a_minute_of_posts_is_used_up(any_house_to_be: House) -> None:
    """The fourth of three is refused with the seconds to wait, stored nowhere and counted; an answer of a
    plugin is not refused."""
    house = any_house_to_be
    house.lines.clear()
    sim = _limited(house, messages_per_minute=3)
    await house.start()
    await sim.says(ANA, "hi")
    await sim.wait_for(ANA, 1)
    answers = [await _post(house) for _ in range(4)]

    assert [code for code, _, _ in answers] == [202, 202, 202, 429]
    assert answers[-1][1]["code"] == "quota"
    assert 1 <= int(answers[-1][2]) <= 120
    assert await house.metric("gateway_api_limited_total", scope="quota") == 1
    assert len(await house.sent()) == 4


async def test_a_day_is_used_up_for_what_answers_nobody(any_house_to_be: House) -> None:
    """Posts are refused and a plugin's offer waits for the next day; answers go, and are counted."""
    house = any_house_to_be
    house.lines.clear()
    sim = _limited(house, messages_per_day=2)
    await house.start()
    await sim.says(ANA, "one")
    await sim.wait_for(ANA, 1)
    assert (await _post(house))[0] == 202
    await sim.wait_for(ANA, 2)
    await until(lambda: _used(house, 2), "counted")

    code, answer, wait = await _post(house)
    assert (code, answer["code"]) == (429, "quota")
    assert 1 <= int(wait) <= 24 * 3600
    await sim.says(ANA, "promo")
    await sim.says(ANA, "three")
    texts = [each.text for each in await sim.wait_for(ANA, 3)]
    assert texts == ["one", "hello", "three"]
    await until(lambda: _used(house, 3), "counted")
    _, usage = await house.api("GET", "/api/v1/tenant/usage")
    assert (usage["messages"], usage["messages_per_day"], usage["messages_per_minute"]) == (3, 2, 0)
    assert usage["waits_until"]
    held = [each for each in await house.sent() if each["status"] == "scheduled"]
    assert [each["content"]["text"] for each in held] == ["an offer"]


async def _used(house: House, count: int) -> Any:
    code, answer = await house.api("GET", "/api/v1/tenant/usage")
    assert code == 200, answer
    return answer["messages"] >= count
