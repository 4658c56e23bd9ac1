"""Catalogues are read when a plugin is loaded, and refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from gateway.errors import PluginError
from gateway.hooks.host import Host
from gateway.language.catalogue import read
from gateway.language.words import Words
from tests.language.catalogues import RUSSIAN, entry, write


def said(folder: Path, *languages: str) -> Words:
    """The words of the catalogues in *folder*."""
    return Words(languages[0], texts=read(folder, "shop").texts(languages))


def test_a_text_is_said_in_the_language_or_the_nearest(tmp_path: Path) -> None:
    """A country's own words come first, then its language's, then the tenant's, then the code's."""
    write(tmp_path, "es", entry("Cart", "Carrito") + entry("Potato", "Patata"))
    write(tmp_path, "es_MX", entry("Potato", "Papa"))
    write(tmp_path, "sw", entry("Cart", "Kikapu") + entry("Only here", "Hapa tu"))
    assert said(tmp_path, "es-MX").t("Potato") == "Papa"
    assert said(tmp_path, "es-MX").t("Cart") == "Carrito"
    assert said(tmp_path, "es").t("Potato") == "Patata"
    assert said(tmp_path, "es", "sw").t("Only here") == "Hapa tu"
    assert said(tmp_path, "fr", "sw").t("Cart") == "Kikapu"
    assert said(tmp_path, "fr", "sw").t("Nowhere") == "Nowhere"


def test_english_is_what_the_code_says(tmp_path: Path) -> None:
    """Who speaks English is not answered in the tenant's language where the code has English words."""
    write(tmp_path, "es", entry("Cart", "Carrito"))
    assert said(tmp_path, "en", "es").t("Cart") == "Cart"
    write(tmp_path, "en", entry("Cart", "Basket"))
    assert said(tmp_path, "en-GB", "es").t("Cart") == "Basket"


def test_plurals_are_the_languages_own(tmp_path: Path) -> None:
    """Each language has its forms, and its rule which number takes which."""
    body = 'msgid "{n} egg"\nmsgid_plural "{n} eggs"\n'
    write(tmp_path, "ru", body + 'msgstr[0] "{n} яйцо"\nmsgstr[1] "{n} яйца"\nmsgstr[2] "{n} яиц"\n', RUSSIAN)
    write(tmp_path, "es", body + 'msgstr[0] "{n} huevo"\nmsgstr[1] "{n} huevos"\n')
    counted = [said(tmp_path, "ru").n("{n} egg", "{n} eggs", n) for n in (1, 2, 5, 11, 21, 22)]
    assert counted == ["1 яйцо", "2 яйца", "5 яиц", "11 яиц", "21 яйцо", "22 яйца"]
    assert [said(tmp_path, "es").n("{n} egg", "{n} eggs", n) for n in (0, 1, 12_345)] == [
        "0 huevos", "1 huevo", "12.345 huevos"
    ]  # fmt: skip
    assert [Words().n("{n} egg", "{n} eggs", n) for n in (0, 1, 2)] == ["0 eggs", "1 egg", "2 eggs"]


def test_what_waits_for_a_translator_is_not_said(tmp_path: Path) -> None:
    """A fuzzy or empty translation is none."""
    write(tmp_path, "es", entry("Cart", "") + '#, fuzzy\nmsgid "Pay"\nmsgstr "Paz"\n')
    words = said(tmp_path, "es")
    assert (words.t("Cart"), words.t("Pay"), words.t("")) == ("Cart", "Pay", "")


def test_a_compiled_catalogue_is_read_too(tmp_path: Path) -> None:
    """A .mo alone will do."""
    file = write(tmp_path, "es", entry("Cart", "Carrito"))
    with file.open("rb") as source, file.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source))
    file.unlink()
    assert said(tmp_path, "es").t("Cart") == "Carrito"


@pytest.mark.parametrize(
    ("language", "body", "line", "words"),
    [
        ("es", 'msgid "Hi {name}"\nmsgstr "Hola {nombre}"\n', 7, "those of the text are: {name}"),
        ("es", 'msgid "Hi"\nmsgstr "Hola {x}"\n', 7, "those of the text are: none"),
        ("es", 'msgid "Hi"\nmsgstr "Hola"\nblah blah\n', 9, "mend this entry"),
        (
            "es",
            'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "c"\nmsgstr[2] "c"\n',
            7,
            "more translations than num_plurals",
        ),
    ],
)
def test_a_bad_catalogue_is_refused(tmp_path: Path, language: str, body: str, line: int, words: str) -> None:
    """The refusal names plugin, file and line, and says what to write."""
    file = write(tmp_path, language, body)
    with pytest.raises(PluginError) as refused:
        read(tmp_path, "shop")
    assert str(refused.value).startswith(f"plugin 'shop': {file}:{line}: ")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "forms", ["nplurals=INTEGER; plural=EXPRESSION;", "nplurals=2; plural=(n ** 9 __x);"]
)
def test_a_bad_rule_for_plurals_is_refused(tmp_path: Path, forms: str) -> None:
    """A header that pybabel has not filled in is told as such."""
    write(tmp_path, "es", entry("a", "b"), forms)
    with pytest.raises(PluginError, match=r"plugin 'shop': .*messages\.po:1: .*pybabel"):
        read(tmp_path, "shop")


def test_a_folder_that_is_no_language_is_refused(tmp_path: Path) -> None:
    """So is a file that is not text."""
    write(tmp_path, "español!", entry("a", "b"))
    with pytest.raises(PluginError, match="named like no language"):
        read(tmp_path, "shop")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """UTF-8 is asked for."""
    file = write(tmp_path, "es", entry("a", "b"))
    file.write_bytes(file.read_bytes() + 'msgid "c"\nmsgstr "ñ"\n'.encode("latin-1"))
    with pytest.raises(PluginError, match="UTF-8"):
        read(tmp_path, "shop")


def test_the_plugin_is_not_loaded_with_it(tmp_path: Path) -> None:
    """A plugin whose catalogue is refused is not there, and the host says why."""
    shop = tmp_path / "shop.py"
    shop.write_text("from gateway import hook\n@hook.on_message\nasync def hear(message): ...\n")
    write(tmp_path / "shop_locales", "es", 'msgid "Hi {name}"\nmsgstr "Hola {nombre}"\n')
    host = Host.load([shop], entry_points=False)
    assert "messages.po:7" in host.failed["shop"]
    write(tmp_path / "shop_locales", "es", entry("Hi {name}", "Hola {name}"))
    host = Host.load([shop], entry_points=False)
    assert list(host.plugins["shop"].offers.catalogues.by_language) == ["es"]
