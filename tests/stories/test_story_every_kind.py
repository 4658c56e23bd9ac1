"""Every kind of message, sent through the API as the documentation shows it, arrives at WhatsApp."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.support.house import ANA, House, until

PAGE = (Path(__file__).parents[2] / "docs" / "messages.md").read_text()
SHOWN: list[dict[str, Any]] = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


async def test_every_kind_goes_through_the_api(any_house: House) -> None:
    """Each is taken with 202 and reaches the phone, in order; a pin fails, for it needs a group."""
    house = any_house
    house.plugin(
        "silent", "from gateway import hook\n\n@hook.on_message\nasync def on(message, chat):\n    pass\n"
    )
    sim = house.line("duka", "silent")
    await house.start()
    await sim.says(ANA, "hello")
    await until(lambda: house.metric("gateway_events_total", kind="message"), "the window is open")
    assert len(SHOWN) == 25
    for message in SHOWN:
        body = {"channel": "duka-main", "to": ANA, "message": message}
        code, answer = await house.api("POST", json=body)
        assert code == 202, (message["type"], answer)
        assert answer["parts"] == 1
        assert answer["losses"] == []
    await sim.wait_for(ANA, len(SHOWN) - 1, timeout=15)

    async def settled() -> list[tuple[str, str]]:
        items = [(item["content"]["type"], item["status"]) for item in await house.sent(limit="100")]
        return [] if {status for _, status in items} & {"queued", "sending", "accepted"} else items

    items = await until(settled, "all are settled", within=60)
    assert [kind for kind, _ in items] == [message["type"] for message in SHOWN]
    assert [kind for kind, status in items if status == "failed"] == ["pin"]


async def test_what_no_form_can_carry_is_refused_by_the_api(house: House) -> None:
    """With 422, the path of the field and the limit; nothing is stored and nothing is sent."""
    sim = house.line()
    await house.start()
    await sim.says(ANA, "hello")
    await sim.wait_for(ANA, 1)
    message = {"type": "buttons", "text": "New", "buttons": [{"id": "i" * 257, "title": "Mug"}]}
    code, answer = await house.api("POST", json={"channel": "duka-main", "to": ANA, "message": message})

    assert code == 422
    assert "buttons[0].id has 257 characters, WhatsApp takes 256" in json.dumps(answer)
    assert len(await house.sent()) == 1
