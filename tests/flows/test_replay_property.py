"""Whatever is asked, answered, undone and restarted: the replay says what one straight run would say."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import Chat, flow
from gateway.flows.fields import Invalid
from gateway.testing import World
from tests.flows import script_plugin
from tests.flows.mini import Mini

#: ("ask" | "say" | "step", name) and ("part", those in it).
Op = tuple[str, Any]


def even(text: str) -> int:
    """Reads even numbers."""
    if not text.isdigit() or int(text) % 2:
        raise Invalid("Even, please.")
    return int(text)


async def doubled(number: int) -> int:
    """A step."""
    return number * 2


async def _play(chat: Chat, ops: Sequence[Op], total: int) -> int:
    for kind, what in ops:
        if kind == "ask":
            total += await chat.ask(what, f"{what} {total}?", parse=even, retries=99)
        elif kind == "say":
            await chat.say(f"{what} {total}")
        elif kind == "step":
            total = await chat.step(what, doubled, total)
        else:
            total = await part(chat, what, total)
    return total


@flow
async def part(chat: Chat, ops: list[Any], total: int) -> int:
    """A flow in the flow."""
    return await _play(chat, ops, total)


@flow
async def whole(chat: Chat, ops: list[Any]) -> None:
    """Does what it is told."""
    await chat.say(f"end {await _play(chat, ops, 0)}")


def _flat(ops: Sequence[Op]) -> list[Op]:
    return [each for op in ops for each in (_flat(op[1]) if op[0] == "part" else [op])]


class Model:
    """A straight run: where it stands is how many answers it has."""

    def __init__(self, ops: Sequence[Op]) -> None:
        self._ops = _flat(ops)
        self.answers: list[int] = []
        self.said: list[str] = []
        self.over = False
        self._go(0)

    def _question(self, upto: int) -> tuple[int, int]:
        """The place of the question behind *upto* answers, and the total there."""
        total, left = 0, list(self.answers[:upto])
        for index, (kind, _) in enumerate(self._ops):
            if kind == "step":
                total *= 2
            elif kind == "ask":
                if not left:
                    return index, total
                total += left.pop(0)
        return len(self._ops), total

    def _go(self, start: int) -> None:
        """Say what stands from *start* to the next question, and ask it."""
        place, total = self._question(len(self.answers))
        running = self._total(start)
        for kind, what in self._ops[start:place]:
            if kind == "say":
                self.said.append(f"{what} {running}")
            elif kind == "step":
                running *= 2
        if place == len(self._ops):
            self.said.append(f"end {total}")
            self.over = True
        else:
            self.said.append(f"{self._ops[place][1]} {total}?")

    def _total(self, place: int) -> int:
        total, left = 0, list(self.answers)
        for kind, _ in self._ops[:place]:
            if kind == "step":
                total *= 2
            elif kind == "ask":
                total += left.pop(0)
        return total

    def says(self, text: str) -> None:
        """The contact writes."""
        place, total = self._question(len(self.answers))
        question = f"{self._ops[place][1]} {total}?"
        if text == "back":
            if not self.answers:
                self.said.append(f"You cannot go back from here.\n{question}")
                return
            self.answers.pop()
            place, total = self._question(len(self.answers))
            self.said.append(f"{self._ops[place][1]} {total}?")
        elif text.isdigit() and int(text) % 2 == 0:
            self.answers.append(int(text))
            self._go(place + 1)
        else:
            self.said.append(f"Even, please.\n{question}")


_simple = st.tuples(st.sampled_from(["ask", "ask", "say", "step"]), st.sampled_from("abc"))
_ops = st.lists(
    st.one_of(_simple, st.tuples(st.just("part"), st.lists(_simple, max_size=4))), min_size=1, max_size=8
)
_talk = st.lists(st.sampled_from(["2", "4", "3", "x", "back", "restart"]), max_size=25)


@settings(max_examples=80, deadline=None)
@given(_ops, _talk)
def test_the_replay_is_the_straight_run(ops: list[Op], talk: list[str]) -> None:
    """Random flows, random answers, "back" and restarts between any two messages."""
    asyncio.run(_compare(ops, talk))


async def _compare(ops: list[Op], talk: list[str]) -> None:
    mini, model = Mini(whole), Model(ops)
    await mini.start(ops)
    for text in talk:
        if model.over:
            break
        if text == "restart":
            mini.restart()
            continue
        model.says(text)
        await mini.says(text)
        assert mini.said == model.said
    assert mini.said == model.said
    assert (mini.pending == "") == model.over


@pytest.mark.plugins(script_plugin)
@pytest.mark.database("both")
async def test_restarts_change_nothing(world: World) -> None:
    """The same random talk, through the whole gateway, with and without a process that is killed in between:
    the same transcript."""
    chance = random.Random(20260302)
    quiet, shaken = world.contact("+254711000201", "Quiet"), world.contact("+254711000202", "Shaken")
    for text in ["go", *(chance.choice(["2", "x", "back", "4", "menu", "resume"]) for _ in range(24))]:
        await quiet.says(text)
        if chance.random() < 0.25:
            await world.restart(kill=chance.random() < 0.5)
        await shaken.says(text)
        assert [one.text for one in quiet.new] == [one.text for one in shaken.new]
    assert not world.dead
