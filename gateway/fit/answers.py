"""Which option a contact means, who taps, or writes its number or its words (design.md, "Replies mean the
same everywhere"). Nothing is guessed: what fits two options, or none, is no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex
from msgspec import Struct

from gateway.fit.digits import number, plain, words
from gateway.fit.numbered import numbers_apply, said
from gateway.model.menu import Menu, OpenMenu, Option

Answer = tuple[OpenMenu, Option]

#: Signs and spaces that may stand around an answer: a text that is much longer than all options is none.
_AROUND = 60
#: A number before an option's words, as it is shown in a text.
_NUMBERED = regex.compile(r"\s*([0-9]{1,3})[\s.):\-]+(.*)", regex.DOTALL)


def _exact(text: str) -> str:
    """*text* without case and width, with single spaces: all its signs count."""
    return " ".join(plain(text).split())


def _matching(options: Sequence[Option], wanted: str, key: Callable[[str], str]) -> list[Option]:
    """The options that have *wanted* among their words, as *key* reads them; one per id."""
    if not wanted:
        return []
    found = {option.id: option for option in options if any(key(each) == wanted for each in said(option))}
    return list(found.values())


class _Written(Struct, frozen=True):
    """What a contact wrote, read once for all menus: whole, as words alone, and as a number with words."""

    exact: str
    words: str
    place: int
    rest: str


def _written(text: str) -> _Written:
    numbered = _NUMBERED.fullmatch(plain(text))
    rest = words(numbered[2]) if numbered else ""
    return _Written(_exact(text), words(text), int(numbered[1]) if numbered else 0, rest)


def _by_words(menu: Menu, written: _Written) -> list[Option]:
    """The options whose words were written; several when it cannot be told."""
    found = _matching(menu.options, written.exact, _exact) or _matching(menu.options, written.words, words)
    if not found and 1 <= written.place <= len(menu.options):
        return _matching([menu.options[written.place - 1]], written.rest, words)
    return found


def _by_number(menu: Menu, text: str) -> Option | None:
    """The option whose number *text* is."""
    place = number(text)
    if place is None or not 1 <= place <= len(menu.options):
        return None
    return menu.options[place - 1] if numbers_apply(menu.options) else None


def answer(text: str, menus: Sequence[OpenMenu]) -> Answer | None:
    """What *text* answers of *menus*, newest first. Words may belong to an older menu, numbers to the newest
    only, and to none when the newest is a question."""
    longest = max(
        (len(each) for one in menus for option in one.menu.options for each in said(option)), default=0
    )
    if len(text) > 4 * longest + _AROUND:
        return None
    written = _written(text)
    for index, open_menu in enumerate(menus):
        found = _by_words(open_menu.menu, written)
        if len(found) == 1:
            return open_menu, found[0]
        if found:  # the words of two options: asking an older menu would be a guess
            return None
        if index == 0 and (option := _by_number(open_menu.menu, text)) is not None:
            return open_menu, option
    return None


def tapped(reply_id: str, menus: Sequence[OpenMenu]) -> Answer | None:
    """The option with the id *reply_id*, of the newest of *menus* (newest first) that has it: what the author
    sent, where the channel showed it in another form."""
    for open_menu in menus:
        for option in open_menu.menu.options:
            if option.id == reply_id:
                return open_menu, option
    return None
