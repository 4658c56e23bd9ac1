"""Options as numbered text: "1. Mango — KES 50"."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.fit.digits import number, words
from gateway.fit.marks import bold
from gateway.fit.split import split
from gateway.model.checks import WHATSAPP
from gateway.model.menu import Option

#: Between an option's words and its line of detail.
DASH = " — "


def shown(option: Option) -> str:
    """The words of *option* on one line."""
    title = " ".join(option.title.split())
    return title + (DASH + " ".join(option.description.split()) if option.description.strip() else "")


def said(option: Option) -> tuple[str, ...]:
    """What may be written for *option*: its title, or all of its line."""
    return (option.title, shown(option)) if option.description.strip() else (option.title,)


def _figures(option: Option) -> set[int | None]:
    """The numbers that the words of *option* read as."""
    told = {value for each in said(option) for value in (number(each), number(words(each)))}
    return told - {None}


def _held(options: Sequence[Option]) -> dict[int, set[int]]:
    """The numbers in titles, and the places of those titles: {2: {1}, 5: {2}} for "2 kg" and "5 kg"."""
    found: dict[int, set[int]] = {}
    for place, option in enumerate(options, 1):
        for word in words(option.title).split():
            if word.isascii() and word.isdigit() and len(word) <= 3:
                found.setdefault(int(word), set()).add(place)
    return found


def numbers_apply(options: Sequence[Option]) -> bool:
    """Whether *options* can be told by their place: not when the words of one read as the number of
    another ("5", "4", "3"), when a number tells another one from the rest ("2 kg", "5 kg"), or when they are
    not known (a template's, which has other buttons too). More than a list has room for are seen with their
    numbers, so there only a whole title counts."""
    if not all(option.title.strip() for option in options):
        return False
    places = set(range(1, len(options) + 1))
    held = _held(options) if len(options) <= WHATSAPP.rows else {}
    if any(len(at) == 1 and told in places - at for told, at in held.items()):
        return False
    return not any(_figures(option) & (places - {place}) for place, option in enumerate(options, 1))


def _line(mark: str, words: str, limit: int) -> list[str]:
    """One option; where it is longer than a message, its number stays with its first words."""
    if len(mark) + len(words) <= limit or limit <= len(mark) + 8:
        return [mark + words]
    first, *rest = split(words, limit - len(mark))
    return [mark + first, *rest]


def lines(sections: Sequence[tuple[str, Sequence[Option]]], numbers: Sequence[int], limit: int) -> list[str]:
    """The blocks of *sections* (title, options) for `texts.pack`. *numbers* are those of all the options in
    their order; empty when they have none. A section's title stays with its first option."""
    blocks: list[str] = []
    at = 0
    for title, options in sections:
        head = bold(title) + "\n" if title.strip() else ""
        for index, option in enumerate(options):
            mark = f"{numbers[at]}. " if numbers else "• "
            at += 1
            first, *rest = _line(mark, shown(option), limit)
            top = head if index == 0 and len(head) + len(first) <= limit else ""
            if head and index == 0 and not top:
                blocks.append(head.rstrip())
            # A new paragraph where options begin; then each directly below the one before.
            blocks.append((top if index == 0 else "\n") + first)
            blocks += [f"\n{each}" for each in rest]
    return blocks
