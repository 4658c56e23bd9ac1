"""What the shop says fits where it stands in every language, and teaches words that are understood.

That nothing is missing is held for all plugins by tests/language/test_translations.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from plugins.commerce.common.texts import BUTTON, DESCRIPTION, HEADER, ROW, length
from plugins.commerce.hooks import commands
from tests.language.test_translations import in_code
from tests.plugins.commerce.spoken import LANGUAGES, catalogue

SHOP = Path(__file__).parents[3] / "plugins" / "commerce"
#: What makes something to tap, and the characters of its texts, behind the id.
MADE = {
    "Button": (BUTTON,), "button": (BUTTON,), "_button": (BUTTON,),
    "Row": (ROW, DESCRIPTION), "row": (ROW, DESCRIPTION), "_row": (ROW, DESCRIPTION),
}  # fmt: skip
ROOM = {"BUTTON": BUTTON, "ROW": ROW, "DESCRIPTION": DESCRIPTION, "HEADER": HEADER}
#: What a name of a text is at its shortest.
_NAME = re.compile(r"\{\w+\}")
_LOUD = re.compile(r"\b[^\W\d_]{3,}\b")
#: In capitals, and no command: what stands for something, and a reserved word of the gateway by language.
PLAIN = {"PIN", "SKU", "OFF", "NO"}
RESERVED = {"en": {"SKIP"}, "es": {"SALTAR"}, "sw": {"RUKA"}}


def _titles() -> Iterator[tuple[str, int]]:
    """What is marked for translation where something to tap is made, and the room that it has there."""
    for file in sorted(SHOP.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", "")
            if name in MADE:
                for argument, room in zip(call.args[1:], MADE[name], strict=False):
                    yield from ((text, room) for text in _marked(argument))
            elif name == "clip" and len(call.args) == 2:
                room = ROOM.get(getattr(call.args[1], "id", ""), 0)
                yield from ((text, room) for text in _marked(call.args[0]) if room)


def _marked(argument: ast.expr) -> Iterator[str]:
    """The texts of ``t(…)`` and ``n(…)`` in *argument*, which are said there as a whole."""
    for call in ast.walk(argument):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("t", "n"):
            text = call.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)


TITLES = sorted(set(_titles()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_tapped_fits_its_button_and_its_row(language: str) -> None:
    """20, 24 and 72 characters; what is filled in is at least one."""
    long = {
        (form, room)
        for text, room in TITLES
        for form in catalogue(language).get(text, ())
        if length(_NAME.sub("9", form)) > room
    }

    assert long == set()
    assert len(TITLES) > 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_it_teaches_are_understood(language: str) -> None:
    """In capitals: commands of this language, also in what other commands say."""
    understood = {word.upper() for each in commands() for word in _words(each.words, language)}
    parts = {part for word in understood for part in word.split()} | RESERVED[language] | PLAIN
    taught = {
        (word, form)
        for ids in in_code("commerce")
        for form in catalogue(language).get(ids[0], ())
        if not form.isupper()  # what a command takes: NUMBER
        for word in _LOUD.findall(form.replace("MNG-EA", "").replace("K7Q3M9T", ""))
        if word.isupper()
    }

    assert {(word, form) for word, form in taught if word not in parts} == set()
    assert len(taught) > 10


def _words(words: object, language: str) -> list[str]:
    assert isinstance(words, Mapping)
    return list(words[language])


@pytest.mark.parametrize("language", ["es", "sw"])
def test_several_are_said_as_several(language: str) -> None:
    """Each form of a plural is there, and one that names the number names it in both."""
    several = {ids: catalogue(language).get(ids[0], ()) for ids in in_code("commerce") if len(ids) > 1}

    assert {ids: forms for ids, forms in several.items() if len(forms) != 2 or "{n}" not in forms[1]} == {}
    assert several
