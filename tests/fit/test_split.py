"""Long texts are cut where a reader would cut them, and never within a sign."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from gateway.fit.split import split, tail
from tests.support.examples import examples

FAMILY, FLAG, WALES = "👨‍👩‍👧‍👦", "🇪🇸", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"
SIGNS = ["a", "b", " ", "\n", ". ", "e\u0301", FAMILY, FLAG, WALES, "👍🏽", "각", "नि", "\r\n", "❤️", "1️⃣"]


def signs(text: str) -> list[str]:
    """What a reader counts as one."""
    return regex.findall(r"\X", text)


def test_the_best_break_is_taken() -> None:
    """A paragraph before a line, a line before a sentence, a sentence before a word."""
    assert split("aaa aaa aaa.\n\nb\nbb bb. bb", 20) == ["aaa aaa aaa.", "b\nbb bb. bb"]
    assert split("aaa aaa aaa.\r\n\r\nb\r\nbb bb. bb", 20) == ["aaa aaa aaa.", "b\r\nbb bb. bb"]
    assert split("aaa aaa aaa.\nbb bb. bb bbb", 20) == ["aaa aaa aaa.", "bb bb. bb bbb"]
    assert split("aaa aaa aaa. bb bb bb bbb", 20) == ["aaa aaa aaa.", "bb bb bb bbb"]
    assert split("aaa aaa aaa bb bb bb bbb", 20) == ["aaa aaa aaa bb bb bb", "bbb"]
    assert split("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_sentence_may_end_with_a_quote() -> None:
    """And in another script."""
    assert split('He said: "Go away." Then he left us', 25) == ['He said: "Go away."', "Then he left us"]
    assert split("یہ کیا ہے؟ " + "ب" * 18, 20)[0] == "یہ کیا ہے؟"


def test_an_early_break_does_not_leave_a_stub() -> None:
    """A paragraph in the first half is passed over for a word further on."""
    assert split("Hi\n\n" + "word " * 6, 20) == ["Hi\n\nword word word", "word word word"]


def test_one_sign_that_is_too_long_is_cut_where_it_must_be() -> None:
    """A letter with a thousand accents does not stop the rest."""
    text = "e" + "\u0301" * 30
    assert split(text, 10) == [text[:10], text[10:20], text[20:30], text[30:]]


@examples(100)
@given(st.lists(st.sampled_from(SIGNS), max_size=120).map("".join), st.integers(16, 60))
def test_no_sign_is_broken_and_no_word_lost(text: str, limit: int) -> None:
    """The parts are short enough, and together have the same signs, white space at the breaks aside."""
    parts = split(text, limit)

    assert all(0 < len(part) <= limit and part.strip() for part in parts)
    joined = [sign for part in parts for sign in signs(part) if sign.strip()]
    assert joined == [sign for sign in signs(text) if sign.strip()]


@examples(100)
@given(st.text(max_size=300), st.integers(1, 40))
def test_any_text_can_be_split(text: str, limit: int) -> None:
    """No part is too long or empty, and all that is not white space is there in order."""
    parts = split(text, limit)

    assert all(0 < len(part) <= limit and part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_many_flags_are_no_more_work_than_letters() -> None:
    """No sign looks back at all those before it: a text of flags alone would hold all up for minutes."""
    parts = split(FLAG * 100_000, 4095)
    assert {len(part) for part in parts[:-1]} == {4094}
    assert "".join(parts) == FLAG * 100_000
    before, last = tail(FLAG * 100_000, 1023)
    assert (len(last), len(before) % 2) == (1022, 0)
