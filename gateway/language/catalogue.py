"""Message catalogues as gettext keeps them: ``<folder>/<language>/LC_MESSAGES/messages.po`` (or .mo)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gateway.errors import PluginError
from gateway.language.codes import normal, wider
from gateway.language.fill import names
from gateway.stamps import Stamp, stamp

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog


class Plural(Struct, frozen=True):
    """The forms of a text in one language, and which of them a number takes."""

    forms: tuple[str, ...]
    choose: Callable[[int], int]


class Texts(Struct, frozen=True):
    """Translations by what the code says; of plurals by the singular."""

    plain: Mapping[str, str] = {}
    plural: Mapping[str, Plural] = {}


class Catalogues(Struct, frozen=True):
    """The texts of one plugin, by language ("es", "pt-BR")."""

    by_language: Mapping[str, Texts] = {}

    def texts(self, languages: Iterable[str]) -> Texts:
        """What is said to somebody who speaks the first of *languages*, else the next. What the code itself
        says is English, so nothing stands in for English."""
        chain: list[Texts] = []
        for language in languages:
            found = [self.by_language[each] for each in wider(language) if each in self.by_language]
            chain += found
            if not found and language.partition("-")[0] == "en":
                break
        plain: dict[str, str] = {}
        plural: dict[str, Plural] = {}
        for texts in reversed(chain):
            plain.update(texts.plain)
            plural.update(texts.plural)
        return Texts(plain, plural)


def read(folder: Path | None, plugin: str) -> Catalogues:
    """The catalogues in *folder*. Raises `PluginError` with file and line of what is wrong."""
    found: dict[str, Texts] = {}
    for home in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
        file = next((each for each in _files(home) if each.is_file()), None)
        if file is None:
            continue
        language = normal(home.name)
        if not language:
            raise PluginError(
                f"plugin '{plugin}': {home} is named like no language; call it like es or pt_BR"
            )
        found[language] = _read_once(file, language, plugin, stamp(file))
    return Catalogues(found)


@lru_cache(maxsize=256)
def _read_once(file: Path, language: str, plugin: str, written: Stamp) -> Texts:
    """The texts of *file* as it was *written*; a test kit loads plugins many times."""
    return _texts(_open(file, language, plugin), file, plugin)


def _files(home: Path) -> tuple[Path, ...]:
    messages = home / "LC_MESSAGES"
    return messages / "messages.po", messages / "messages.mo"


def _open(file: Path, language: str, plugin: str) -> Catalog:
    from babel import Locale, UnknownLocaleError
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        locale = None
    try:
        with file.open("rb") as data:
            return read_mo(data) if file.suffix == ".mo" else read_po(data, locale, abort_invalid=True)
    except PoFileError as error:
        told = str(error).removesuffix(f" on {error.lineno}")  # which counts from 0
        at = f"{file}:{error.lineno + 1}"
        raise PluginError(f"plugin '{plugin}': {at}: {told}; mend this entry") from error
    except UnicodeDecodeError as error:
        raise PluginError(f"plugin '{plugin}': {file}:1: it is not written in UTF-8; save it so") from error
    except (ValueError, TypeError, OSError, LookupError, IndexError) as error:
        raise PluginError(
            f"plugin '{plugin}': {file}:1: it cannot be read as a catalogue: {error}; look at its header, or "
            "make it anew with pybabel"
        ) from error


class _Said(Struct, frozen=True):
    """One entry of a catalogue: the text, or one and many, and its translation, or the forms of it."""

    ids: tuple[str, ...]
    strings: tuple[str, ...]
    line: int


def _texts(catalog: Catalog, file: Path, plugin: str) -> Texts:
    plain: dict[str, str] = {}
    plural: dict[str, Plural] = {}
    choose = _chooser(catalog, file, plugin)
    for said in _translated(catalog):
        _check(said, f"plugin '{plugin}': {file}:{said.line}")
        if len(said.ids) == 1:
            plain[said.ids[0]] = said.strings[0]
        else:
            plural[said.ids[0]] = Plural(said.strings, choose)
    return Texts(plain, plural)


def _translated(catalog: Catalog) -> Iterator[_Said]:
    """Not the header, and nothing that still waits for a translator."""
    for message in catalog:
        ids, strings = _several(message.id), _several(message.string)
        if all(ids) and all(strings) and not message.fuzzy:
            yield _Said(ids, strings, message.lineno or 1)


def _several(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _chooser(catalog: Catalog, file: Path, plugin: str) -> Callable[[int], int]:
    from gettext import c2py

    try:
        chosen: Callable[[int], int] = c2py(catalog.plural_expr)
        chosen(1)
    except (ValueError, ZeroDivisionError, RecursionError) as error:
        raise PluginError(
            f"plugin '{plugin}': {file}:1: Plural-Forms cannot be read: {error}; 'pybabel init' writes the "
            "one of each language"
        ) from error
    return chosen


def _check(said: _Said, at: str) -> None:
    """Names that nobody fills would reach the contact."""
    text = repr(said.ids[0][:60])
    known = frozenset(["n"] if len(said.ids) > 1 else []).union(*map(names, said.ids))
    for string in said.strings:
        if more := sorted(names(string) - known):
            ours = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
            raise PluginError(
                f"{at}: the translation of {text} has the name {{{more[0]}}}; names are not translated, "
                f"those of the text are: {ours}"
            )
