"""What `goods.toml` holds: categories, products with their variants, codes."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from plugins.commerce.catalogue.row import Row

FILE = Path(__file__).with_name("goods.toml")
#: The languages that stand beside English.
LANGUAGES = ("es", "sw")
CURRENCY = "KES"


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A category by its English path, and its last name in other languages."""

    path: str
    es: str
    sw: str
    emoji: str = ""

    @property
    def names(self) -> dict[str, str]:
        """By language."""
        return {"es": self.es, "sw": self.sw}


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A variant. Its *options* are English; *price* is shillings."""

    sku: str
    price: str
    stock: int
    options: dict[str, str] = {}
    compare_at: str = ""


class Good(Struct, frozen=True, forbid_unknown_fields=True):
    """A product; *picture* is what `draw.picture` takes."""

    picture: str
    category: str
    name: dict[str, str]
    about: dict[str, str]
    variants: tuple[Kind, ...]
    unit: str = ""
    tags: str = ""
    featured: bool = False

    @property
    def code(self) -> str:
        """How the shop knows it: by its only SKU, or by a word that its variants share."""
        return self.variants[0].sku if len(self.variants) == 1 else self.picture


class Discount(Struct, frozen=True, forbid_unknown_fields=True):
    """A code for *percent* off an order of *least* shillings."""

    code: str
    percent: int
    least: str
    title: str


class Sample(Struct, frozen=True, forbid_unknown_fields=True):
    """All of it. *words* are what options say, in other languages."""

    category: tuple[Group, ...]
    product: tuple[Good, ...]
    code: tuple[Discount, ...]
    words: dict[str, dict[str, str]] = {}

    def rows(self) -> list[Row]:
        """The products as the catalogue takes them."""
        return [
            self._row(good, kind, place) for place, good in enumerate(self.product) for kind in good.variants
        ]

    def _row(self, good: Good, kind: Kind, place: int) -> Row:
        title = ", ".join(kind.options.values())
        titles = {
            language: ", ".join(
                self.words.get(word, {}).get(language, word) for word in kind.options.values()
            )
            for language in LANGUAGES
        }
        return Row(
            sku=kind.sku, product=good.code, name=good.name["en"], names=_others(good.name),
            description=good.about["en"], descriptions=_others(good.about), category=good.category,
            featured=good.featured, unit=good.unit, tags=good.tags, sort=place, title=title,
            titles={} if not title else titles, options=kind.options, price=kind.price,
            compare_at=kind.compare_at, currency=CURRENCY, stock=kind.stock,
            variant_sort=good.variants.index(kind),
        )  # fmt: skip


def _others(texts: dict[str, str]) -> dict[str, str]:
    return {language: texts[language] for language in LANGUAGES}


def sample() -> Sample:
    """What is sold."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Sample)
