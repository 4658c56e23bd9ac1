"""How goods come to customers, as the shop's settings say: zones, places to collect, and which zone an
address lies in. Pure functions."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from gateway import Words
from plugins.commerce.checkout.draft import Way, Where
from plugins.commerce.common.money import minor
from plugins.commerce.common.texts import own
from plugins.commerce.settings import Settings, Zone

#: A shop that names neither zones nor places delivers everywhere, for nothing.
EVERYWHERE = "zone.all"
#: Nothing in the cart has to be brought: vouchers, downloads.
NONE = "none"


def ways_of(settings: Settings, words: Words, fallback: str) -> Sequence[Way]:
    """All zones, then all places to collect, in the language of *words*, else in *fallback*."""
    found = [_zone(settings, each, words, fallback) for each in settings.zones]
    for place in settings.pickup:
        about = ", ".join(filter(None, (own(text, words.language, fallback) for text in (
            place.address, place.hours))))  # fmt: skip
        title = own(place.name, words.language, fallback) or words.t("Collect it")
        found.append(Way(f"pickup.{place.id}", title, pickup=True, about=about))
    return found or [Way(EVERYWHERE, words.t("Delivery"))]


def way_of(settings: Settings, words: Words, fallback: str, id: str) -> Way | None:
    """The way with this id as it is now; None when the shop has it no more."""
    if id == NONE:
        return Way(NONE, words.t("Nothing to deliver"))
    return next((way for way in ways_of(settings, words, fallback) if way.id == id), None)


def zones(ways: Sequence[Way]) -> Sequence[Way]:
    """Those that bring goods."""
    return [way for way in ways if not way.pickup]


def zone_of(ways: Sequence[Way], where: Where) -> Way | None:
    """The zone that *where* lies in: the only one that there is, or the one whose words stand in the
    address. None when that is not sure: somebody has to be asked."""
    there = zones(ways)
    if len(there) == 1 and not there[0].areas:
        return there[0]
    text = f" {folded(' '.join((where.text, where.area, where.city, where.postcode)))} "
    hits: list[tuple[str, Way]] = []
    for way in there:
        words = [folded(area) for area in way.areas]
        best = max((word for word in words if word and f" {word} " in text), key=len, default="")
        if best:
            hits.append((best, way))
    # "Nairobi West" in one zone and "Nairobi" in another: the longer words are meant.
    meant = [way for word, way in hits if not any(word != other and word in other for other, _ in hits)]
    return meant[0] if len(meant) == 1 else None


def elsewhere(ways: Sequence[Way]) -> bool:
    """Whether there is a zone for whatever lies in no other."""
    return any(not way.areas for way in zones(ways))


def folded(text: str) -> str:
    """*text* as words are compared: small, without accents and signs."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    letters = (sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign))
    return " ".join("".join(letters).split())


def _zone(settings: Settings, zone: Zone, words: Words, fallback: str) -> Way:
    return Way(
        f"zone.{zone.id}",
        own(zone.name, words.language, fallback) or words.t("Delivery"),
        fee=minor(zone.fee, settings.currency) if zone.fee else 0,
        free_over=minor(zone.free_over, settings.currency) if zone.free_over else 0,
        about=own(zone.days, words.language, fallback),
        areas=[area for area in zone.areas if folded(area)],
    )
