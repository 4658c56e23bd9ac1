"""A flow that is written in a way which cannot be replayed is told so, with the line and what to write."""

from __future__ import annotations

import pytest

from tests.flows.talk import Talk
from tests.support.house import House

BODIES = {
    "finally": (
        """
    try:
        await chat.ask("a", "A?")
    finally:
        await chat.say("bye")
""",
        "while it is being put to sleep",
    ),
    "emit_in_finally": (
        """
    try:
        await chat.ask("a", "A?")
    finally:
        chat.enqueue(work)
""",
        "while it is being put to sleep",
    ),
    "sleep_in_finally": (
        """
    try:
        await chat.ask("a", "A?")
    finally:
        await asyncio.sleep(0)
""",
        "while it is being put to sleep",
    ),
    "bare_except": (
        """
    try:
        await chat.ask("a", "A?")
    except:
        pass
""",
        "write 'except Exception' instead of 'except:'",
    ),
    "bare_except_goes_on": (
        """
    try:
        await chat.ask("a", "A?")
    except BaseException:
        pass
    await chat.say("went on")
""",
        "while it is being put to sleep",
    ),
    "gather": (
        """
    await asyncio.gather(chat.say("a"), chat.say("b"))
""",
        "one chat call at a time",
    ),
    "task": (
        """
    await asyncio.create_task(chat.say("a"))
""",
        "one chat call at a time",
    ),
    "sleep": (
        """
    await asyncio.sleep(0.01)
""",
        "chat.job",
    ),
    "sleep_zero": (
        """
    await asyncio.sleep(0)
""",
        "chat.job",
    ),
    "db": (
        """
    await chat.db.value("select 1")
""",
        "chat.db is open in a step only",
    ),
    "db_caught": (
        """
    try:
        await chat.db.value("select 1")
    except Exception:
        pass
    await chat.ask("a", "A?")
""",
        "chat.db is open in a step only",
    ),
    "ask_in_step": (
        """
    async def asks() -> str:
        return await chat.ask("b", "B?")
    await chat.step("a", asks)
""",
        "a step cannot ask",
    ),
    "result": (
        """
    async def odd() -> object:
        return object()
    await chat.step("a", odd)
""",
        "what step:a returns cannot be kept as JSON",
    ),
    "result_type": (
        """
    async def odd() -> int:
        return "seven"
    await chat.step("a", odd)
""",
        "what step:a returns is not what its function says",
    ),
    "no_options": (
        """
    await chat.choose("a", "A?", {})
""",
        "choose('a') has no options",
    ),
    "collect": (
        """
    chat.collect("prices")
""",
        "plugins are asked in a step",
    ),
}
PLUGIN = """
@job
async def work(job: JobContext) -> None: ...

@flow
async def odd(chat: Chat) -> None:{body}

STARTS = {{"go": odd}}
"""


@pytest.mark.parametrize("name", BODIES)
async def test_misuse_is_named(house: House, name: str) -> None:
    """Who, what, where and what to write instead; nothing of it was said, and no flow is left."""
    body, words = BODIES[name]
    talk = await Talk(house, PLUGIN.format(body=body)).start()
    assert await talk.says("go", 0) == []
    (detail,) = await talk.dead()
    assert words in detail
    assert "plugin 'talks', flow 'odd' (" in detail
    assert "talks.py:" in detail
    assert await talk.flows() == []


async def test_a_hook_cannot_ask(house: House) -> None:
    """Only a flow can; the refusal says how to begin one."""
    source = """
STARTS = {}

@hook.on_any_message
async def asks(message: Message, chat: Chat) -> None:
    await chat.ask("a", "A?")
"""
    talk = await Talk(house, source).start()
    await talk.says("go", 0)
    (detail,) = await talk.dead()
    assert "ask() belongs in a flow" in detail


async def test_what_starts_a_flow_is_json(house: House) -> None:
    """An argument that JSON cannot carry is refused by name."""
    source = """
STARTS = {}

@flow
async def odd(chat: Chat, thing: object) -> None: ...

@hook.on_any_message
async def begins(message: Message, chat: Chat) -> None:
    await chat.start(odd, object())
"""
    talk = await Talk(house, source).start()
    await talk.says("go", 0)
    (detail,) = await talk.dead()
    assert "what odd is started with cannot be kept as JSON" in detail
