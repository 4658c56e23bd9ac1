"""What a flow must not do by itself is found in its text, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.flows.lint import Remark, lint
from gateway.hooks.host import Host

HEAD = """\
import asyncio, random, time, uuid, os
import datetime as dt
import urllib.request
from datetime import date, datetime
from time import sleep
try:
    import requests
except ImportError:
    pass
from gateway import Chat, flow, fields, hook, Message, Handled

SEEN = []
PRICES = {"mango": 50}

def today():
    return date.today()

async def helper(order: int, talk: Chat) -> None:
    await talk.say(str(random.random()))

@hook.on_message
async def first(message: Message, chat: Chat) -> None:
    datetime.now()

@flow
async def buy(chat: Chat) -> None:
    size = await chat.ask("size", "Which size?")
"""


def _remarks(folder: Path, body: str, head: str = HEAD) -> list[Remark]:
    file = folder / "shop.py"
    file.write_text(head + "".join(f"    {line}\n" for line in body.split("\n")))
    return lint(Host.load([file], strict=True))


TRIES = "try:\n    await chat.ask('a', '?')\n"
LOCKED = "async with asyncio.Lock():\n    await chat.ask('a', '?')"
GATHERED = "await asyncio.gather(chat.say('a'), chat.say('b'))"
READS = "await chat.ask('a', '?', parse=lambda text: date.today())"


@pytest.mark.parametrize(
    ("body", "what", "instead"),
    [
        ("datetime.now()", "datetime.now() is another time at each replay", "write chat.now"),
        ("x = dt.datetime.utcnow().year", "dt.datetime.utcnow() is another time", "chat.now"),
        ("await chat.say(f'{time.time()}')", "time.time() is another time", "chat.now"),
        ("date.today()", "date.today() is another time", "chat.now"),
        ("today()", "date.today() is another time", "chat.now"),
        ("random.choice([1])", "random.choice() is something else", "draw it in a step"),
        ("uuid.uuid4()", "uuid.uuid4() is something else", "draw it in a step"),
        ("await helper(1, chat)", "random.random() is something else", "draw it in a step"),
        ("await helper(1, talk=chat)", "random.random() is something else", "draw it in a step"),
        ("sleep(1)", "sleep() stops every conversation", "timeout="),
        ("await asyncio.sleep(1)", "asyncio.sleep() is no wait that outlives a restart", "timeout="),
        (GATHERED, "asyncio.gather() lets the order", "one chat call"),
        ("requests.get('https://x')", "requests.get() reaches the world", "do it in a job"),
        ("urllib.request.urlopen(size)", "urllib.request.urlopen() reaches the world", "do it in a job"),
        ("open('prices.csv')", "open() reaches a file", "do it in a job"),
        ("await chat.db.one('select 1')", "chat.db", "belongs in a step"),
        ("chat.collect('prices')", "chat.collect", "belongs in a step"),
        ("for x in {1, 2}: await chat.say('x')", "a loop over a set", "sorted("),
        ("[x for x in set(size)]", "a loop over a set", "sorted("),
        ("SEEN.append(size)", "a change of SEEN", "is shared by all conversations"),
        ("PRICES['kiwi'] = 1", "a change of PRICES", "is shared by all conversations"),
        ("global SEEN\nSEEN = [1]", "'global SEEN'", "is shared by all conversations"),
        ("try:\n    pass\nfinally:\n    await chat.say('bye')", "chat.say() in 'finally'", "behind the try"),
        (TRIES + "except:\n    pass", "'except:' around a question", "except Exception"),
        (LOCKED, "a question inside 'async with'", "in a step"),
        (READS, "date.today() is another time", "chat.now"),
    ],
)  # fmt: skip
def test_what_a_replay_must_not_do_is_found(tmp_path: Path, body: str, what: str, instead: str) -> None:
    """In the flow, in a function of its module that it calls, in the lambda that reads an answer."""
    (remark,) = _remarks(tmp_path, body)
    assert (remark.plugin, remark.flow) == ("shop", "buy")
    assert remark.what.startswith(what)
    assert instead in remark.instead
    path, _, line = remark.where.rpartition(":")
    assert Path(path).name == "shop.py"
    assert int(line) >= 12
    assert str(remark).startswith(f"plugin 'shop', flow 'buy' ({remark.where}): {what}")


@pytest.mark.parametrize(
    "body",
    [
        "chat.now.date()",
        "await chat.step('draw', lambda: random.random())",
        "async def draw() -> float:\n    return random.random()\nawait chat.step('draw', draw)",
        "await chat.say(PRICES['mango'])",
        "SEEN = [1]\nSEEN.append(2)",
        "time = 3\ntime.time()",
        "for x in sorted({1, 2}): await chat.say('x')",
        "datetime(2026, 1, 1)",
        "try:\n    await chat.ask('a', '?')\nexcept ValueError:\n    pass",
        "try:\n    await chat.ask('a', '?')\nexcept BaseException:\n    raise",
        "try:\n    await chat.ask('a', '?')\nexcept Exception:\n    await chat.say('sorry')",
        "datetime.now()  # replay: ok",
        "chat.t('x').replace('a', 'b')",
    ],
)
def test_what_a_replay_may_do_is_left_alone(tmp_path: Path, body: str) -> None:
    """Work in steps, own variables, what the author excuses, and hooks, which run once."""
    assert _remarks(tmp_path, body) == []


def test_a_line_is_said_once(tmp_path: Path) -> None:
    """Two flows that call one function have one remark; a flow's parts are looked at by themselves."""
    body = (
        "await helper(1, chat)\n\n@flow\nasync def other(chat: Chat) -> None:\n    await helper(2, chat)\n"
        "    await buy(chat)"
    )
    head = HEAD.replace("@flow\nasync def buy", "@flow(timeout='1h')\nasync def buy")
    file = tmp_path / "shop.py"
    lines = [f"    {line}" if index == 0 else line for index, line in enumerate(body.split("\n"))]
    file.write_text(head + "\n".join(lines) + "\n")
    assert [remark.what for remark in lint(Host.load([file], strict=True))] == [
        "random.random() is something else at each replay"
    ]


def test_the_examples_have_no_remarks() -> None:
    """What authors copy from is as they should write."""
    root = Path(__file__).parent.parent.parent / "examples"
    paths = [*root.glob("*.py"), *(file.parent for file in root.glob("*/__init__.py"))]
    host = Host.load(paths)
    assert sum(len(plugin.offers.flows) for plugin in host.plugins.values()) >= 3
    assert [str(remark) for remark in lint(host)] == []
