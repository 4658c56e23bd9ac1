"""What the rest of the shop knows of the catalogue."""

from __future__ import annotations

from msgspec import Struct


class Category(Struct, frozen=True):
    """A category in the language in which it was asked for. *path* is its English path, "Fresh > Fruit"."""

    id: str
    parent: str
    path: str
    name: str
    emoji: str = ""


class Item(Struct, frozen=True):
    """Something that can be put into a cart: a variant with its product, in the language in which it was
    asked for, as it is now. *title* tells the variant from its siblings ("Red, M"), "" when it has none;
    *siblings* is how many variants the product has that are for sale. Money is minor units of *currency*.
    *left* is what can still be sold, None where nobody counts."""

    variant: str
    product: str
    category: str
    sku: str
    retailer_id: str
    name: str
    title: str
    description: str
    unit: str
    price: int
    compare_at: int
    currency: str
    left: int | None
    backorder: bool
    low_at: int
    image: str
    image_link: str
    tax_class: str
    needs_delivery: bool
    min_qty: int
    max_qty: int
    step: int
    siblings: int
    #: Whether it is for sale at all: product and variant are active, and the category is not hidden.
    active: bool

    @property
    def full_name(self) -> str:
        """ "T-shirt (Red, M)"."""
        return f"{self.name} ({self.title})" if self.title else self.name

    @property
    def least(self) -> int:
        """The fewest that are sold at once: what is sold in sixes, from ten on, is sold from twelve on."""
        step = max(1, self.step)
        return max(step, -(-self.min_qty // step) * step)

    def can_sell(self, qty: int) -> bool:
        """Whether *qty* of it could be sold now."""
        return self.active and (self.left is None or self.backorder or self.left >= qty)
