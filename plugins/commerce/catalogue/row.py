"""What is written into the catalogue: one variant a row, with what it says of its product."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Status = Literal["active", "hidden", "archived"]


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variant, known by its *sku*, and its product. None leaves what is there as it is; a new product needs
    a *name*, a new variant a *price*. Texts by language are added to those that are there, "" takes one away.

    *product* is the code that the variants of one product share; left out, the variant is a product of its
    own. *category* is a path, "Fresh > Fruit", and is made when it is not there ("" for none);
    *category_id* is the id of one that is. Prices are decimal text in *currency*, which has to be the shop's.
    *stock* is what is on hand: from then on it is counted. *variant* is the id of a variant whose SKU is to
    change. *image_url* is fetched afterwards.
    """

    sku: str
    variant: str = ""
    product: str = ""
    name: str | None = None
    names: dict[str, str] | None = None
    description: str | None = None
    descriptions: dict[str, str] | None = None
    category: str | None = None
    category_id: str | None = None
    status: Status | None = None
    featured: bool | None = None
    unit: str | None = None
    tags: str | None = None
    tax_class: str | None = None
    needs_delivery: bool | None = None
    sort: int | None = None
    image_url: str | None = None
    title: str | None = None
    titles: dict[str, str] | None = None
    options: dict[str, str] | None = None
    barcode: str | None = None
    retailer_id: str | None = None
    price: str | None = None
    compare_at: str | None = None
    currency: str | None = None
    weight: int | None = None
    min_qty: int | None = None
    max_qty: int | None = None
    step: int | None = None
    variant_status: Status | None = None
    variant_sort: int | None = None
    stock: int | None = None
    tracked: bool | None = None
    backorder: bool | None = None
    low_at: int | None = None


class Fault(Struct, frozen=True):
    """What is wrong with a row: the *field* of `Row`, and a sentence."""

    field: str
    detail: str


class Done(Struct, frozen=True):
    """What became of a row. *result* is "refused" when nothing of it was kept; then *faults* say why."""

    sku: str
    result: Literal["created", "updated", "unchanged", "refused"]
    product: str = ""
    variant: str = ""
    faults: tuple[Fault, ...] = ()
