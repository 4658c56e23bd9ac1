"""A plugin that never stops saying, emitting, ordering: it is stopped, and told why."""

from __future__ import annotations

import pytest

from gateway.clock import SECOND
from gateway.flows.signs import FOR_EVER, Sleeping
from tests.flows.talk import Talk
from tests.support.house import House

ENDLESS = """
class Ping(Struct, frozen=True, tag="ping"):
    pass

@hook.register_events
def events():
    return [Ping]

@hook.on("ping")
async def pong(event, chat):
    chat.emit(Ping(), key="k")

@job
async def work(job: JobContext) -> None:
    pass

@flow
async def say(chat: Chat) -> None:
    while True:
        await chat.say("x")

@flow
async def emit(chat: Chat) -> None:
    while True:
        chat.emit(Ping())

@flow
async def order(chat: Chat) -> None:
    while True:
        chat.enqueue(work)

STARTS = {"say": say, "emit": emit, "order": order}

@hook.on_any_message
async def ping(message: Message, chat: Chat) -> None:
    if message.text == "ping":
        chat.emit(Ping())
    while message.text == "hook":
        await chat.say("x")
"""


@pytest.mark.parametrize(
    ("word", "what"), [("say", "messages"), ("hook", "messages"), ("emit", "events"), ("order", "jobs")]
)
async def test_a_turn_that_never_ends_is_ended(house: House, word: str, what: str) -> None:
    """Before memory is full; nobody else has to wait, and nothing of it is kept."""
    talk = await Talk(house, ENDLESS).start()
    assert await talk.says(word, 0) == []
    (detail,) = await talk.dead()
    assert f"plugin 'talks' has 1,000 {what} in one turn and goes on" in detail
    assert await talk.says("hello") == ["plugin: hello"]


async def test_events_that_call_each_other_end(any_house: House) -> None:
    """A listener that emits what it listens to is stopped, with a dead letter that says so."""
    talk = await Talk(any_house, ENDLESS).start()
    assert await talk.says("ping") == ["plugin: ping"]
    (detail,) = await talk.dead()
    assert "plugin 'talks' emits 'ping' behind 32 events that called each other" in detail
    assert await any_house.rows("select count(*) from signal") == [(32,)]


NUL = """
@job(retries=0)
async def bad(job: JobContext) -> None:
    raise ValueError("job \\x00")

@flow
async def works(chat: Chat) -> None:
    try:
        await chat.job("bad", bad)
    except JobFailed as failed:
        await chat.say(str("raised ValueError" in str(failed)))

@flow
async def raises(chat: Chat) -> None:
    raise ValueError("turn \\x00")

STARTS = {"works": works, "raises": raises}
"""


async def test_what_an_exception_says_can_be_kept(any_house: House) -> None:
    """Also what PostgreSQL keeps in no text: the turn is set aside at once, and the next messages go on."""
    talk = await Talk(any_house, NUL).start()
    assert await talk.says("raises", 0) == []
    assert await talk.says("works") == ["True"]
    turn, work = await talk.dead()
    assert "turn \\x00" in turn
    assert "job \\x00" in work


def test_the_longest_time_is_a_year() -> None:
    """So that no time is one that the databases cannot hold."""
    for seconds in (0.0, 366 * 86_400.0, 1e18):
        assert Sleeping("ask:a", seconds).until(1) == 1 + FOR_EVER
    assert Sleeping("ask:a", 60.0).until(1) == 1 + 60 * SECOND
