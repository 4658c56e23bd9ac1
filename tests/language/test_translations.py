"""What is said to contacts by us is said in every language that we ship; nothing is left over."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from gateway.language.extract import said
from gateway.language.fill import names
from gateway.language.fold import fold
from gateway.language.reserved import RESERVED
from plugins import basics

ROOT = Path(__file__).parent.parent.parent
LANGUAGES_PAGE = ROOT / "docs" / "languages.md"
LANGUAGES = ("es", "sw")
#: Each folder of code, its catalogues, and the calls whose texts they have.
PARTS = {
    "gateway": (ROOT / "gateway", ("core",)),
    **{
        home.name: (home, ("t", "n", "Invalid", "Command", "flow"))
        for home in sorted((ROOT / "plugins").iterdir())
        if (home / "locales").is_dir()
    },
}
Ids = tuple[str, ...]


def in_code(part: str) -> set[Ids]:
    """The texts that are written in the code and in the pages of *part*."""
    folder, calls = PARTS[part]
    found: set[Ids] = set()
    for file in folder.rglob("*.py"):
        for _, _, text, _ in said(file.read_text(), calls):
            found.add((text,) if isinstance(text, str) else text)
    for file in folder.glob("templates/**/*.html"):
        with file.open("rb") as page:
            for _, call, given, _ in babel_extract(page, ("t", "n"), (), {}):
                texts = [given] if isinstance(given, str) else [each for each in given if each is not None]
                found.add(tuple(texts[: 2 if call == "n" else 1]))
    return found


def translated(part: str, language: str) -> dict[Ids, Ids]:
    """The catalogue of *part*."""
    file = PARTS[part][0] / "locales" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as data:
        catalog = read_po(data, language, abort_invalid=True)
    return {_several(each.id): _several(each.string) for each in catalog if each.id and not each.fuzzy}


def _several(text: Any) -> Ids:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_text_is_translated(part: str, language: str) -> None:
    """None is missing, none is stale, and each has the names of the text."""
    catalogue, code = translated(part, language), in_code(part)
    assert (code - catalogue.keys(), catalogue.keys() - code) == (set(), set())
    for ids, strings in catalogue.items():
        assert all(strings), ids
        assert {name for string in strings for name in names(string)} == {
            n for id in ids for n in names(id)
        }, ids
        assert ids[0].endswith((".", "?", ":")) == strings[0].endswith((".", "?", ":")), ids


def test_basics_answers_to_the_reserved_words() -> None:
    """HELP and MENU are the same words for the plugin and for conversations that they put aside."""
    for command in basics.commands():
        if command.name in ("help", "menu"):
            assert isinstance(command.words, dict)
            for language, words in command.words.items():
                expected = RESERVED[language][command.name]  # type: ignore[index]
                assert list(map(fold, words)) == list(map(fold, expected))


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_help_teaches_words_that_are_understood(language: str) -> None:
    """BACK and CANCEL are named as they are read."""
    text = "Then BACK takes you to the question before, and CANCEL ends it."
    if language != "en":
        [text] = translated("basics", language)[(text,)]
    loud = {fold(word) for word in text.split() if word.isupper()}
    assert loud == {fold(RESERVED[language]["back"][0]), fold(RESERVED[language]["cancel"][0])}


def test_pybabel_finds_what_a_plugin_says(tmp_path: Path) -> None:
    """Texts, plurals, refusals, help and titles come into the template, and from there into a catalogue."""
    (tmp_path / "shop.py").write_text(
        "chat.t('One'); words.n('{n} egg', '{n} eggs', 2); Invalid('Two'); t(variable)\n"
        "Command('a', ['a'], 'Three', run, takes='FOUR')\n@flow(title='Five')\nasync def order(chat): ...\n"
    )
    page = "{{ t('Six') }} {{ n('{n} day', '{n} days', 3) }}"
    (tmp_path / "page.html").write_text(page)
    methods = re.search(r"```ini\n(.*?)```", LANGUAGES_PAGE.read_text(), re.DOTALL)
    assert methods is not None
    (tmp_path / "babel.cfg").write_text(methods[1])
    pybabel = [str(Path(sys.executable).with_name("pybabel"))]
    for command in (
        "-q extract -F babel.cfg -k t -k n:1,2 -o messages.pot .",
        "-q init -i messages.pot -d shop_locales -l sw",
        "-q update -i messages.pot -d shop_locales",
    ):
        subprocess.run([*pybabel, *command.split()], cwd=tmp_path, check=True, env={"PYTHONPATH": str(ROOT)})
    with (tmp_path / "shop_locales/sw/LC_MESSAGES/messages.po").open("rb") as data:
        ids = [each.id for each in read_po(data, "sw") if each.id]
    eggs, days = ("{n} egg", "{n} eggs"), ("{n} day", "{n} days")
    assert set(ids) == {"One", eggs, "Two", "Three", "FOUR", "Five", "Six", days}
