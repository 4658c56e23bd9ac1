"""The harness itself: lives follow from a seed, cases cover every order, a lost answer was accepted."""

from __future__ import annotations

import itertools
import random
import tomllib
from pathlib import Path

import aiohttp
import pytest

from tests.faults.fold import cases
from tests.faults.judge import Report
from tests.faults.keys import Key, of_reply, of_wamid
from tests.faults.killer import Plan
from tests.faults.provider import Odds, StandIn
from tests.faults.report import table
from tests.faults.site import Database, Site
from tests.faults.tracer import crash_at
from tests.faults.webhooks import NUMBER, TOKEN


def test_a_key_survives_every_form() -> None:
    """The reply and the provider's id name the same message."""
    key = Key(17, 42)

    assert of_reply(key.reply) == of_wamid(key.wamid) == key
    assert of_reply("re: something else") is None


def test_the_lives_follow_from_the_seed() -> None:
    """A run can be repeated: the same seed kills at the same moments."""
    assert Plan(50, 7).lives() == Plan(50, 7).lives()
    assert Plan(50, 7).lives() != Plan(50, 8).lives()
    assert {ready for ready, _ in Plan(200, 7).lives()} == {True, False}


def test_the_cases_hold_every_order() -> None:
    """All permutations of all five statuses are there, and the end is the highest rank."""
    orders = {case.order for case in cases()}

    assert orders >= set(itertools.permutations(("sent", "failed", "delivered", "read", "played")))
    assert ("sent", "sent", "failed", "failed") in orders
    assert {case.end for case in cases()} == {"played", "read", "failed", "delivered"}


def test_the_configuration_is_toml_that_names_the_stand_in(tmp_path: Path) -> None:
    """What is written can be read again, and points at the provider of the run."""
    site = Site(tmp_path, 18000, Database("sqlite", "sqlite:///gateway.db"), "http://127.0.0.1:1")
    site.write()

    written = tomllib.loads(site.config.read_text())

    assert written["tenants"][0]["channels"][0]["settings"]["api_base"] == "http://127.0.0.1:1"
    assert written["sending"]["in_doubt_hold"] == "3s"


def test_a_report_shows_what_is_broken() -> None:
    """The table marks broken promises and gives examples."""
    text = table("kill -9", Report({"kills": 3}, {"lost": ["c1 m1: gone"], "reordered": []}))

    assert "BROKEN PROMISES" in text
    assert "c1 m1: gone" in text


def test_strace_is_told_where_to_strike() -> None:
    """The tracer's command names the call and its number."""
    command = crash_at("fdatasync", 7)

    assert "inject=fdatasync:signal=SIGKILL:when=7" in command


async def _send(provider: StandIn) -> int:
    body = {
        "messaging_product": "whatsapp",
        "to": "+34600111222",
        "type": "text",
        "text": {"body": "re: c1 m1"},
        "biz_opaque_callback_data": "g1.part.1",
    }
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession() as session:
        url = f"{provider.url}/v25.0/{NUMBER}/messages"
        async with session.post(url, json=body, headers=headers) as answer:
            return answer.status


async def test_a_lost_answer_was_accepted() -> None:
    """The stand-in records the send and then drops the connection, so the sender cannot know."""
    provider = StandIn(random.Random(3), odds=Odds(lose=1, refuse=0), hang=0.01)
    await provider.start()
    try:
        with pytest.raises(aiohttp.ClientError):
            await _send(provider)
    finally:
        await provider.stop()

    assert [one.part for one in provider.accepted] == ["part"]


async def test_a_refused_send_was_not_accepted() -> None:
    """A refusal leaves no record, and an ordinary answer leaves one."""
    provider = StandIn(random.Random(3), odds=Odds(lose=0, refuse=1))
    await provider.start()
    try:
        statuses = [await _send(provider) for _ in range(6)]
    finally:
        await provider.stop()

    assert set(statuses) <= {400, 500, 503}
    assert provider.accepted == []
