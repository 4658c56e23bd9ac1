"""Which option a contact means, who taps, or writes its number or its words (design.md, "Replies mean the
same everywhere"). Nothing is guessed: what fits two options, or none, is no answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from gateway.fit.digits import number, plain, words
from gateway.fit.numbered import numbers_apply, said
from gateway.model.menu import Menu, OpenMenu, Option

Answer = tuple[OpenMenu, Option]

#: A number before an option's words, as it is shown in a text.
_NUMBERED = regex.compile(r"\s*([0-9]{1,3})[\s.):\-]+(.*)", regex.DOTALL)


def _exact(text: str) -> str:
    """*text* without case and width, with single spaces: all its signs count."""
    return " ".join(plain(text).split())


def _matching(options: Sequence[Option], text: str, key: Callable[[str], str]) -> list[Option]:
    """The options that *text* is the words of, as *key* reads them; one per id."""
    wanted = key(text)
    if not wanted:
        return []
    found = {option.id: option for option in options if wanted in {key(each) for each in said(option)}}
    return list(found.values())


def _by_words(menu: Menu, text: str) -> list[Option]:
    """The options whose words *text* is; several when it cannot be told."""
    for key in (_exact, words):
        found = _matching(menu.options, text, key)
        if found:
            return found
    numbered = _NUMBERED.fullmatch(plain(text))
    place = int(numbered[1]) if numbered else 0
    if numbered and 1 <= place <= len(menu.options):
        return _matching([menu.options[place - 1]], numbered[2], words)
    return []


def _by_number(menu: Menu, text: str) -> Option | None:
    """The option whose number *text* is."""
    place = number(text)
    if place is None or not 1 <= place <= len(menu.options):
        return None
    return menu.options[place - 1] if numbers_apply(menu.options) else None


def answer(text: str, menus: Sequence[OpenMenu]) -> Answer | None:
    """What *text* answers of *menus*, newest first. Words may belong to an older menu, numbers to the newest
    only, and to none when the newest is a question."""
    for index, open_menu in enumerate(menus):
        found = _by_words(open_menu.menu, text)
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
