"""Messages on a terminal."""

from __future__ import annotations

import io

import pytest

from gateway.demo.screen import Screen, picture, wrap
from tests.demo.doubles import Option, Seen


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_a_list_shows_its_button_and_rows() -> None:
    """Header, body, footer, the list's button, and each row with its detail."""
    rows = (Option("1", "Mango", "KES 50"), Option("2", "Kiwi"))
    message = Seen("Pick one", rows, button="Open", header="Today", footer="Fresh")
    assert picture(message, 40) == [
        "* Today *",
        "Pick one",
        "_Fresh_",
        "≡ Open",
        "• Mango — KES 50",
        "• Kiwi",
    ]


def test_a_message_without_words_shows_its_kind() -> None:
    """There is always a line."""
    assert picture(Seen("", kind="sticker"), 40) == ["(sticker)"]
    assert picture(Seen("", kind="image", media="9001"), 40) == ["(image: 9001)"]


def test_long_lines_are_wrapped_and_breaks_are_kept() -> None:
    """No line is wider than asked; an empty line stays."""
    lines = wrap("one two three four\n\nfive", 10)
    assert lines == ["one two", "three four", "", "five"]


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe gets plain text, and so does who asks for it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    out, pipe, plain = Terminal(), io.StringIO(), Terminal()
    Screen(out).line("hi", "green")
    Screen(pipe).line("hi", "green")
    monkeypatch.setenv("NO_COLOR", "1")
    Screen(plain).line("hi", "green")
    assert out.getvalue() == "\x1b[32mhi\x1b[0m\n"
    assert pipe.getvalue() == plain.getvalue() == "hi\n"


def test_an_ascii_stream_loses_signs_and_not_the_program() -> None:
    """What the stream cannot write becomes a question mark."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Screen(out).line("✓✓ read")
    out.seek(0)
    assert out.read() == "?? read\n"


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A message cannot move the cursor or change the window's title."""
    out = io.StringIO()
    Screen(out).line("a\x1b]0;owned\x07b\x9bc\td")
    assert out.getvalue() == "a]0;ownedbc\td\n"
