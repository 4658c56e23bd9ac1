"""`gateway chat` reads lines, taps options, and shows what comes back."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest

from gateway.demo import terminal
from gateway.demo.loglines import LogLines, sentence
from gateway.demo.terminal import Terminal, match
from tests.demo.doubles import Option, Puppet, Seen

MENU = Seen("Sure?", (Option("yes", "Yes"), Option("no", "No, thanks")))


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is known at once."""
    monkeypatch.setattr(terminal, "FIRST", 0.02)
    monkeypatch.setattr(terminal, "QUIET", 0.01)


def shop(act: str, what: str) -> Sequence[Seen]:
    """Asks, and thanks for a tap."""
    return [MENU] if act == "says" else [Seen(f"Got {what}")]


async def chatted(typed: str, screen, answer=shop) -> Puppet:
    """What was done when *typed* was piped in."""
    puppet = Puppet(answer)
    await Terminal(puppet, "+254700000001", screen, io.StringIO(typed)).run()
    return puppet


@pytest.mark.parametrize(
    ("typed", "acts"),
    [
        ("hi\n2\n", [("says", "hi"), ("taps", "no")]),
        ("hi\nyes\n", [("says", "hi"), ("taps", "yes")]),
        ("hi\nNO, THANKS\n", [("says", "hi"), ("taps", "no")]),
        ("hi\n3\n", [("says", "hi"), ("says", "3")]),
        ("2\n", [("says", "2")]),
        ("hi\n\n  \n/help\n/quit\nnever\n", [("says", "hi")]),
        ("/location\n/image a door\nlast", [("sends", "location"), ("sends", "image"), ("says", "last")]),
        ("", []),
    ],
)
async def test_lines_become_acts(typed: str, acts: list[tuple[str, str]], screen) -> None:
    """Words are said, numbers and options' words tap, commands are not sent."""
    assert (await chatted(typed, screen)).acts == acts


async def test_options_are_numbered(screen, written) -> None:
    """What can be tapped is shown with the number to type, and the tap by its words."""
    await chatted("hi\n1\n", screen)
    assert "you ▸ hi" in written()
    assert "  1. Yes\n  2. No, thanks\n" in written()
    assert "(taps Yes)" in written()
    assert "Got yes" in written()


async def test_a_gateway_that_is_away_is_told(screen, written) -> None:
    """A message that is not taken says why, and the chat goes on."""

    def away(act: str, what: str) -> Sequence[Seen]:
        raise TimeoutError("nobody took the webhook")

    puppet = await chatted("hi\nagain\n", screen, away)
    assert len(puppet.acts) == 2
    assert written().count("! not sent: nobody took the webhook") == 2


def test_numbers_belong_to_the_newest_menu() -> None:
    """An older menu's numbers and words are talk; so is the answer to a question that came behind a menu."""
    newer = Seen("Size?", (Option("big", "Big"),))
    assert match("1", [MENU, newer]) == newer.options[0]
    assert match("1", [MENU, newer, Seen("For how many?")]) is None
    assert match("1", []) is None
    assert match("2", [MENU, newer]) is None
    assert match("yes", [MENU, newer]) is None


def test_the_log_is_shown_as_sentences(screen, written) -> None:
    """An error of a plugin stands in the conversation, without the machinery's fields."""
    entry = {"ts": "2026", "level": "error", "event": "plugin.failed", "plugin": "shop", "err": "KeyError"}
    LogLines(screen).write(json.dumps(entry) + "\n")
    assert written() == "  ! plugin.failed: plugin shop, err KeyError\n"
    assert sentence('{"event": "x", "problem": "it is broken", "id": 1}') == "it is broken"
    assert sentence("no json") == "no json"
    assert sentence('{"event": "x", "trace": "a.py:1"}') == "x\na.py:1"
