"""The words that mean the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.language.fold import fold
from gateway.language.reserved import RESERVED, meaning, word

EVERY = [
    (language, kind, each)
    for language, table in RESERVED.items()
    for kind, words in table.items()
    for each in words
]
AROUND = st.text(" \t\n.,!?¡¿…*\"'😊👍\u200b", max_size=4)


@given(st.sampled_from(EVERY), AROUND, AROUND, st.booleans(), st.booleans())
def test_case_accents_and_signs_are_forgiven(
    known: tuple[str, str, str], before: str, behind: str, loud: bool, bare: bool
) -> None:
    """However a reserved word is written, with whatever signs around it, it means the same."""
    language, kind, each = known
    text = fold(each) if bare else each
    text = before + (text.upper() if loud else text) + behind
    if each != "?":
        assert meaning(text, [language]) == kind
        assert meaning(text, ["de", f"{language}-XX", "en"]) == kind


@given(st.sampled_from(EVERY), st.text("abc", min_size=1, max_size=6))
def test_only_the_whole_message_counts(known: tuple[str, str, str], more: str) -> None:
    """A reserved word with anything else beside it is an answer like any other."""
    language, _, each = known
    assert meaning(f"{each} {more}{more}x", [language]) == ""
    assert meaning(f"x{more} {each}", [language]) == ""


def test_no_word_means_two_things() -> None:
    """Whichever languages are spoken, a word means one thing."""
    meanings: dict[str, set[str]] = {}
    for _, kind, each in EVERY:
        meanings.setdefault(fold(each), set()).add(kind)
    assert {each: kinds for each, kinds in meanings.items() if len(kinds) > 1} == {}


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    """Whatever is written is read without an error, and means the same when it is read again."""
    assert meaning(text, ["es", "sw", "fr", "pt", "", "-", "xx"]) == meaning(
        fold(text), ["es", "sw", "fr", "pt"]
    )


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("Atrás", ["es-MX"], "back"), ("ATRAS!", ["es"], "back"), ("Atrás", ["sw"], ""),
        ("back", ["es"], "back"),
        ("?", [], "help"), ("??", [], ""), ("ＭＥＮＵ", [], "menu"), ("stop it", [], ""), ("", [], ""),
        ("m’abonner", ["fr"], "start"), ("sair", ["pt_BR"], "stop"), ("acha", ["sw"], "stop"),
        ("ruka", ["sw"], "skip"), ("seguir", ["es"], "resume"), ("stop " * 5000, [], ""),
    ],
)  # fmt: skip
def test_some_words(text: str, languages: list[str], expected: str) -> None:
    """English is understood by everybody, other languages by those who speak them."""
    assert meaning(text, languages) == expected


def test_the_word_to_teach() -> None:
    """What contacts are taught to write is their language's first word, else English."""
    assert (word("back", "es"), word("help", "sw"), word("menu", "fr")) == ("ATRÁS", "MSAADA", "MENU")
