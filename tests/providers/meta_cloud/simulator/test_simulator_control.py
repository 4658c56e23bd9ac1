"""The control surface: everything that the methods do, from another process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.conftest import Business

ANA = "+34600111222"


class Remote:
    """Somebody in another process."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def __call__(self, act: str, **wish: Any) -> tuple[int, dict[str, Any]]:
        async with self._http.post(act, json=wish) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def remote(sim: MetaSimulator, business: Business) -> AsyncIterator[Remote]:
    """The control surface of the simulator, whose webhooks the business takes."""
    async with aiohttp.ClientSession(f"{sim.api_base}/simulator/") as http:
        yield Remote(http)


async def test_acts_are_methods(remote: Remote, sim: MetaSimulator, business: Business) -> None:
    """Contacts, fields, numbers, failures and time: by name, with the arguments of the method."""
    assert (await remote("contact", phone=ANA, username="ana.ruiz", hidden=True))[0] == 200
    assert (await remote("says", contact=ANA, text="hi", forwarded=6))[0] == 200
    assert (await remote("changes_user_id", contact=ANA))[1]["id"].startswith("wamid.")
    assert (await remote("reports", field="tracking_events", value={"events": []}))[0] == 200
    added = {"phone_number_id": "402", "display_phone_number": "15550100000", "waba_id": "199"}
    assert (await remote("add_number", **added))[0] == 200
    assert (await remote("stops_marketing", contact=ANA, number="402"))[0] == 200
    assert (await remote("fail_next", code=131049, contact=ANA))[0] == 200
    before = sim.clock.now()
    assert (await remote("pass_time", hours=2))[0] == 200
    assert sim.clock.now() - before >= 7200 * 1_000_000
    first, *_, last = business.values
    assert first["messages"][0]["context"] == {"frequently_forwarded": True}
    assert "from" not in first["messages"][0]
    assert last["metadata"]["phone_number_id"] == "402"


@pytest.mark.parametrize(
    ("act", "wish", "why"),
    [
        ("explodes", {}, "no such act: explodes; there are account"),
        ("says", {"contact": ANA}, "missing 1 required positional argument: 'text'"),
        ("says", {"contact": ANA, "text": "hi", "loudly": True}, "loudly"),
        ("says", {"contact": ANA, "text": "hi", "number": "77"}, "no number 77; there are 401122334455667"),
        ("fills", {"contact": ANA, "data": {}}, "no message of the kind flow"),
        ("plays", {"contact": ANA, "message_id": "x"}, "no unplayed voice message x"),
        ("contact", {"phone": ANA, "shoe_size": 42}, "shoe_size"),
        ("says", {"contact": 5, "text": "hi"}, "5 is neither a phone number nor a user id"),
        ("says", {"contact": "", "text": "hi"}, "'' is neither a phone number nor a user id"),
        ("pass_time", {"hours": -1}, "time only moves forward"),
        ("knobs", {"rates": "x"}, "knob rates is False and cannot be 'x'"),
    ],
)
async def test_wishes_that_cannot_be_met_say_why(remote: Remote, act: str, wish: Any, why: str) -> None:
    """A wrong name, argument or moment is answered with 400 and a sentence."""
    status, answer = await remote(act, **wish)
    assert status == 400
    assert why in answer["error"]


async def test_a_body_that_is_no_object_is_refused(sim: MetaSimulator, business: Business) -> None:
    """Neither text nor an array is a wish."""
    async with aiohttp.ClientSession(f"{sim.api_base}/simulator/") as http:
        for body in (b"{", b"[]"):
            for path in ("says", "knobs"):
                async with http.post(path, data=body) as answer:
                    assert answer.status == 400
        async with http.get("inbox") as answer:
            assert answer.status == 400
