"""Why a message went, waits or was dropped: over the API, at the terminal, in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings.policy import Policy, QuietHours
from gateway.testing import Contact, World

pytestmark = [
    pytest.mark.plugins("paths.py"),
    pytest.mark.database("both"),
    pytest.mark.tenant(time_zone="Africa/Nairobi"),
]


async def _why(world: World, message: str) -> dict[str, Any]:
    answer = await world.request("GET", f"/api/v1/messages/{message}/why", key=True)
    assert answer.status == 200, answer.text
    told: dict[str, Any] = answer.json()
    by_command = await operate(world.gateway.settings, "why", {"message": message, "tenant": ""})
    assert by_command == {"tenant": world.tenant, **told}
    return told


async def _ids(world: World) -> list[str]:
    rows = await world.db().all(
        "select id from message where tenant = :tenant and direction = 'out' order by id"
    )
    return [row["id"] for row in rows]


async def test_a_reply_says_what_it_answers(world: World, ana: Contact) -> None:
    """And is not judged; what answers nobody is, and goes to the phone."""
    await ana.says("said")
    reply, other = await _ids(world)
    heard = await world.db().value("select id from message where tenant = :tenant and direction = 'in'")

    first = await _why(world, reply)
    assert (first["purpose"], first["answers"]) == ("", heard)
    assert (
        "The plugin 'paths' said it. It is a reply to the contact's message" in first["timeline"][0]["text"]
    )
    assert [each["what"] for each in first["timeline"] if each["what"] == "decided"] == []
    second = await _why(world, other)
    assert (second["purpose"], second["answers"]) == ("service", None)
    [decided] = [each for each in second["timeline"] if each["what"] == "decided"]
    assert (decided["verdict"], decided["reason"]) == ("send", "")
    assert decided["text"].startswith("It was let out; service consent in")
    texts = [each["text"] for each in second["timeline"]]
    assert "The provider told: 'delivered'." in texts
    assert texts[-1] == "It is as far as 'delivered'."


async def test_what_was_dropped_says_why(world: World, ana: Contact) -> None:
    """With the consent that it hung on, and what became of it."""
    await ana.says("template")
    _, template = await _ids(world)

    told = await _why(world, template)

    assert [each["what"] for each in told["timeline"]] == ["asked", "decided", "part"]
    assert told["timeline"][1]["reason"] == "no_opt_in"
    assert told["timeline"][1]["detail"]["marketing"] == "unknown"
    assert told["timeline"][2]["text"] == "It failed: the contact has not asked for marketing."


@pytest.mark.now("2026-03-02T20:30+03:00")
@pytest.mark.tenant(policy=Policy(quiet=QuietHours("21:00", "07:00")))
async def test_what_waits_says_until_when(world: World, ana: Contact) -> None:
    """And by whose clock it is night."""
    await ana.says("later")
    _, later = await _ids(world)
    await world.waits("2h")

    told = await _why(world, later)

    held = told["timeline"][1]
    assert (held["verdict"], held["reason"]) == ("hold", "quiet_hours")
    assert (
        "quiet hours 21:00-07:00 by the clock of Africa/Nairobi; known from its phone number" in held["text"]
    )
    assert told["timeline"][-1]["what"] == "waits"
    assert told["timeline"][-1]["at"].startswith("2026-03-03T04:00:00")
    await world.waits("9h")
    assert [message.text for message in world.sent][-1] == "P later"


async def test_nobody_has_it(world: World) -> None:
    """404, and an empty answer for the command."""
    assert (await world.request("GET", "/api/v1/messages/nothing/why", key=True)).status == 404
    assert await operate(world.gateway.settings, "why", {"message": "nothing", "tenant": ""}) == {}
