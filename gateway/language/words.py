"""A plugin's words in one language: texts, plurals, numbers, money and dates."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gateway.language.catalogue import Texts
from gateway.language.codes import base, normal
from gateway.language.currency import places_of
from gateway.language.fill import fill
from gateway.language.fold import fold

if TYPE_CHECKING:
    from babel import Locale

_NOTHING = Texts()
#: Between a currency that is letters and its amount there is a space: "KES 50.00", but "$50.00".
_LETTERS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


class Words:
    """The words of one plugin for one contact. *language* is the code that is spoken; *languages* are those
    that the tenant offers. What is written for a person has plain spaces only, never narrow or fixed ones."""

    def __init__(
        self, language: str = "en", time_zone: str = "UTC", *, country: str = "", home: str = "",
        languages: Sequence[str] = (), texts: Texts = _NOTHING, core: Texts = _NOTHING,
    ) -> None:  # fmt: skip
        """*texts* are the plugin's, *core* the gateway's own; *country* and *home* the tenant's country and
        language."""
        self.language, self.time_zone = language, time_zone
        self.languages = languages or (language,)
        self._country, self._home, self._texts, self._core = country, home, texts, core

    def t(self, text: str, /, **values: object) -> str:
        """*text* in this language, its ``{names}`` filled in."""
        return fill(self._texts.plain.get(text, text), values)

    def core(self, text: str, /, **values: object) -> str:
        """A text of the gateway's own ("Yes", "Cancelled.") in this language."""
        return fill(self._core.plain.get(text, text), values)

    def n(self, one: str, many: str, number: int, /, **values: object) -> str:
        """*one* or *many*, as this language counts; ``{n}`` is the number."""
        known = self._texts.plural.get(one)
        if known is None:
            text = one if number == 1 else many
        else:
            text = known.forms[min(known.choose(int(number)), len(known.forms) - 1)]
        return fill(text, {"n": self.number(number), **values})

    def money(self, minor: int, currency: str) -> str:
        """*minor* units (cents; of JPY whole yen, of KWD thousandths) as this language writes them."""
        places = places_of(currency)
        pattern = copy.copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (places, places)
        value = Decimal(minor).scaleb(-places)
        written = pattern.apply(value, self.locale, currency=currency, currency_digits=False)
        return _LETTERS.sub(" ", _plain(written))

    def number(self, value: int | float | Decimal) -> str:
        """A number as this language writes it."""
        from babel.numbers import format_decimal

        return _plain(format_decimal(value, locale=self.locale))

    def date(self, value: date | datetime, form: str = "medium") -> str:
        """A day; *form* is short, medium, long or full, or a pattern of Unicode's ("EEE d MMM"). A datetime
        is shown as the tenant's zone has it; one without a zone is taken as written there."""
        from babel.dates import format_date

        day = self.local(value).date() if isinstance(value, datetime) else value
        return _plain(format_date(day, form, self.locale))

    def time(self, value: time | datetime, form: str = "short") -> str:
        """A time of day, in the tenant's zone; *form* as for `date`."""
        from babel.dates import format_time

        shown = self.local(value) if isinstance(value, datetime) else value
        return _plain(format_time(shown, form, tzinfo=self.zone, locale=self.locale))

    def local(self, value: datetime) -> datetime:
        """*value* in the tenant's zone."""
        return value.replace(tzinfo=self.zone) if value.tzinfo is None else value.astimezone(self.zone)

    def join(self, values: Iterable[object]) -> str:
        """ "mangos, kiwis and limes"."""
        from babel.lists import format_list

        return _plain(format_list([str(value) for value in values], locale=self.locale))

    def name_of(self, language: str) -> str:
        """What speakers of *language* call it: "Español"."""
        found = _locale(language)
        name = (found.get_display_name(found) if found is not None else "") or language
        return name[:1].upper() + name[1:]

    def code_of(self, name: str, languages: Sequence[str] = ()) -> str:
        """The code of the language that a contact calls *name*, of *languages* (those that the tenant offers,
        when none are given): "sw" of "kiswahili", of "Swahili" and of "SW", "es" of "espanol" and of
        "es-MX"; "" when it is none of them. It is called by its own name, or as English or this language
        call it."""
        said = fold(name)
        known = {each: fold(each) for each in languages or self.languages}
        exact = [code for code, folded in known.items() if folded == said]
        called = [code for code in known if said in self._names(code)]
        near = [code for code in known if base(code) == base(normal(said))]
        return next(iter((*exact, *called, *near)), "") if said else ""

    def _names(self, code: str) -> set[str]:
        """What *code* is called, as it is compared."""
        found = _locale(code)
        names = [found.get_display_name(each) for each in (found, self.locale, "en")] if found else []
        return {fold(name) for name in names if name}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The tenant's time zone."""
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):
            return ZoneInfo("UTC")

    @cached_property
    def locale(self) -> Locale:
        """How numbers and days are written: as the language's country does, else the tenant's."""
        spoken = [self.language] if "-" in self.language else [f"{self.language}-{self._country}"]
        for code in (*spoken, base(self.language), self._home, "en"):
            if (found := _locale(code)) is not None:
                return found
        raise AssertionError("Babel knows English")


def prepare(languages: Iterable[str]) -> None:
    """Read now what the first words in *languages* need, so that no contact's turn has to wait for it; where
    there are none, nothing is."""
    known = {language for language in languages if _locale(language) is not None}
    for language in known | {"en"} if known else ():
        words = Words(language)
        (
            words.date(date(2026, 1, 1), "full"),
            words.money(100, "USD"),
            words.join("ab"),
            words.name_of(language),
        )


def _locale(code: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(normal(code), sep="-")
    except (ValueError, UnknownLocaleError, TypeError):
        return None


def _plain(text: str) -> str:
    """Spaces as people type them."""
    return text.replace("\u202f", " ").replace("\xa0", " ")
