"""The control surface: everything that the methods do, from another process."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import urllib.request
from typing import Any

import aiohttp
import pytest

from providers.twilio.simulator import TwilioSimulator
from providers.twilio.simulator.acting import ACTS
from tests.providers.twilio.simulator.conftest import ANA, Business


class Remote:
    """Somebody in another process."""

    def __init__(self, base: str) -> None:
        self._base = f"{base}/simulator/"

    async def __call__(self, act: str, **wish: Any) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as http, http.post(self._base + act, json=wish) as answer:
            return answer.status, await answer.json()

    async def get(self, what: str) -> tuple[int, dict[str, Any]]:
        """One of the views."""
        async with aiohttp.ClientSession() as http, http.get(self._base + what) as answer:
            return answer.status, await answer.json()


async def test_acts_are_methods(sim: TwilioSimulator, business: Business) -> None:
    """Contacts, numbers, failures and time: by name, with the arguments of the method."""
    remote = Remote(sim.api_base)
    code, answer = await remote("contact", phone=ANA, name="Ana", hidden=True)
    assert (code, answer["id"]) == (200, sim.contact(ANA).user_id)
    assert (await remote("add_number", number="+15550104478"))[1] == {"id": "+15550104478"}
    code, answer = await remote("says", contact=ANA, text="hi", number="+15550104478", forwarded=6)
    assert (code, answer["id"]) == (200, business.params[0]["MessageSid"])
    assert (await remote("fail_next", code=63016, contact=ANA))[0] == 200
    assert (await remote("sends", contact=ANA, kind="location", latitude=1))[0] == 200
    before = sim.clock.now()
    assert (await remote("pass_time", hours=2))[0] == 200
    assert sim.clock.now() - before >= 7200 * 1_000_000
    assert (await remote("knobs", windows=True, seed=3, unreachable=[ANA], webhook_url="http://x"))[0] == 200
    assert (sim.windows, sim.unreachable, sim.webhook_url) == (True, {ANA}, "http://x")
    assert (await remote("revoke_token"))[0] == 200


async def test_what_can_be_seen(sim: TwilioSimulator, business: Business) -> None:
    """Inboxes, what was accepted, and troubles."""
    remote = Remote(sim.api_base)
    sid = await business.sent(Body="hi")
    _, inbox = await remote.get(f"inbox?contact={ANA.replace('+', '%2B')}")
    assert [(seen["message_id"], seen["text"]) for seen in inbox["messages"]] == [(sid, "hi")]
    _, accepted = await remote.get("accepted")
    assert accepted["messages"] == [
        {"id": sid, "callback": f"{business.base}/status?c=17", "body": sim.accepted[0].body}
    ]
    await sim.settle()
    business.answers = [500]
    code, answer = await remote("says", contact=ANA, text="lost")
    assert (code, "did not take" in answer["error"]) == (502, True)
    _, told = await remote.get("troubles")
    assert any("500" in trouble for trouble in told["troubles"])
    assert (await remote.get("inbox"))[0] == 400


@pytest.mark.parametrize(
    ("act", "wish", "why"),
    [
        ("explodes", {}, "no such act: explodes; there are add_number"),
        ("says", {"contact": ANA}, "missing 1 required positional argument: 'text'"),
        ("says", {"contact": ANA, "text": "hi", "number": "+77"}, "no number +77; there are +15550104477"),
        ("taps", {"contact": ANA, "id": "x"}, "no message with anything to tap"),
        ("fills", {"contact": ANA, "data": {}}, "no message of the kind whatsapp/flows"),
        ("contact", {"phone": ANA, "shoe_size": 42}, "shoe_size"),
        ("says", {"contact": 5, "text": "hi"}, "5 is neither a phone number nor a user id"),
        ("sends", {"contact": ANA, "kind": "reaction"}, "does not tell the business of a reaction"),
        ("pass_time", {"hours": -1}, "time only moves forward"),
        ("knobs", {"rates": "x"}, "knob rates is False and cannot be 'x'"),
        ("knobs", {"colour": 1}, "no such knob: colour"),
    ],
)
async def test_wishes_that_cannot_be_met_say_why(
    sim: TwilioSimulator, business: Business, act: str, wish: Any, why: str
) -> None:
    """A wrong name, argument or moment is answered with 400 and a sentence."""
    status, answer = await Remote(sim.api_base)(act, **wish)
    assert status == 400
    assert why in answer["error"]


async def test_a_body_that_is_no_object_is_refused(sim: TwilioSimulator) -> None:
    """Neither text nor an array is a wish."""
    async with aiohttp.ClientSession() as http:
        for body in (b"{", b"[]"):
            for act in ("says", "knobs"):
                async with http.post(f"{sim.api_base}/simulator/{act}", data=body) as answer:
                    assert answer.status == 400


async def test_the_hint_is_a_command_that_works(sim: TwilioSimulator, business: Business) -> None:
    """Its arguments are what the control surface takes, quotes and all."""
    curl, flag, wish, url = shlex.split(sim.hint(ANA, "it's me"))
    assert (curl, flag, url) == ("curl", "-d", f"{sim.api_base}/simulator/says")
    async with aiohttp.ClientSession() as http, http.post(url, data=wish) as answer:
        assert answer.status == 200
    assert business.params[0]["Body"] == "it's me"


def test_every_act_is_a_method() -> None:
    """With a docstring."""
    for act in ACTS:
        assert getattr(TwilioSimulator, act).__doc__, act


def test_it_runs_in_a_process_of_its_own() -> None:
    """It prints where it is and what a channel needs, obeys its control surface, and ends on SIGTERM."""
    command = [sys.executable, "-m", "providers.twilio.simulator", "--number", "+15550100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            started = json.loads(process.stdout.readline())
            assert started["settings"]["from"] == "whatsapp:+15550100000"
            with urllib.request.urlopen(f"{started['api_base']}/simulator/accepted", timeout=5) as answer:
                assert json.load(answer) == {"messages": []}
        finally:
            process.terminate()
        assert process.wait(5) == 0
