"""What the API takes for products and categories."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from plugins.commerce.catalogue.row import Row, Status

_Text = Annotated[str, Meta(max_length=20_000)]
_Id = Annotated[str, Meta(max_length=100)]


class VariantForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A variant of a product: null leaves what is there as it is. One that is there is named by *id* (then
    *sku* may be another one) or by *sku*. Prices are decimal text: "1500.00"."""

    id: _Id = ""
    sku: _Text = ""
    title: _Text | None = None
    titles: dict[str, _Text] | None = None
    options: dict[str, _Text] | None = None
    barcode: _Text | None = None
    retailer_id: _Text | None = None
    price: _Text | None = None
    compare_at: _Text | None = None
    currency: _Text | None = None
    weight: int | None = None
    min_qty: int | None = None
    max_qty: int | None = None
    step: int | None = None
    status: Status | None = None
    sort: int | None = None
    stock: int | None = None
    tracked: bool | None = None
    backorder: bool | None = None
    low_at: int | None = None


class ProductFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a product: null leaves what is there as it is. *category* is a category's id, "" for
    none; texts by language are added to those that are there, "" takes one away; *image_url* is fetched
    afterwards, "" takes the picture away."""

    name: _Text | None = None
    names: dict[str, _Text] | None = None
    description: _Text | None = None
    descriptions: dict[str, _Text] | None = None
    category: _Id | None = None
    status: Status | None = None
    featured: bool | None = None
    unit: _Text | None = None
    tags: _Text | None = None
    tax_class: _Text | None = None
    needs_delivery: bool | None = None
    sort: int | None = None
    image_url: _Text | None = None


class NewProduct(ProductFields, frozen=True, kw_only=True):
    """A product with its variants. *code* names it in files; the SKU of its first variant, when left out."""

    variants: Annotated[list[VariantForm], Meta(min_length=1, max_length=100)]
    code: _Text = ""


class ProductChange(ProductFields, frozen=True, kw_only=True):
    """What changes of a product. With *version* only when nobody else changed it since it was read."""

    variants: Annotated[list[VariantForm], Meta(max_length=100)] = []
    version: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class Batch(Struct, frozen=True, forbid_unknown_fields=True):
    """Variants, each with what it says of its product; see the documentation of files."""

    rows: Annotated[list[Row], Meta(min_length=1, max_length=500)]


class CategoryForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a category: null leaves what is there as it is. *parent* is the id of the category in
    which it lies, "" for the top."""

    name: _Text | None = None
    names: dict[str, _Text] | None = None
    emoji: _Text | None = None
    parent: _Id | None = None
    sort: int | None = None
    hidden: bool | None = None


class Listing(Struct, frozen=True):
    """Which products: of a category (its id, without those below), of a status, or found by *q*: a SKU or a
    code, or words, as customers search."""

    category: _Id = ""
    q: Annotated[str, Meta(max_length=200)] = ""
    status: Literal["", "active", "hidden", "archived"] = ""
    cursor: _Id = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Paging(Struct, frozen=True):
    """A page of a list: *cursor* is that of the page before."""

    cursor: _Id = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


def rows_of(fields: ProductFields, variants: list[VariantForm], code: str) -> list[Row]:
    """*fields* and *variants* as rows of the product *code*: the first says what the product is."""
    product: dict[str, Any] = {
        name: getattr(fields, name)
        for name in ProductFields.__struct_fields__
        if name != "category" and getattr(fields, name) is not None
    }
    product["category_id"] = fields.category
    return [
        Row(product=code, **_row(each), **(product if number == 0 else {}))
        for number, each in enumerate(variants)
    ]


def _row(variant: VariantForm) -> dict[str, Any]:
    values = {name: getattr(variant, name) for name in VariantForm.__struct_fields__}
    return {_FIELDS.get(name, name): value for name, value in values.items()}


#: How a row has the fields of a variant.
_FIELDS = {"id": "variant", "status": "variant_status", "sort": "variant_sort"}


def pointer(field: str, number: int, product: bool) -> str:
    """Where *field* of a row, the variant *number*, stands in the form; *product* for fields of a product."""
    if field in ("product", "category_id"):
        return "/code" if field == "product" else "/category"
    if product and field in ProductFields.__struct_fields__:
        return f"/{field}"
    back = {theirs: ours for ours, theirs in _FIELDS.items()}
    return f"/variants/{number}/{back.get(field, field)}"
