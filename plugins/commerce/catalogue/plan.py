"""What rows change of what is there: reckoned before anything is written. Nothing here touches a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from plugins.commerce.catalogue.checked import Checked, prices
from plugins.commerce.catalogue.known import NEW_PRODUCT, NEW_VARIANT, TEXTS, Known, Product, Variant
from plugins.commerce.catalogue.row import Done, Fault
from plugins.commerce.common.ids import new_id
from plugins.commerce.stock.bulk import Change, Count

#: Variants of one product: what a customer still chooses from.
MOST_VARIANTS = 100


class Refused(Exception):
    """The row cannot be kept."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(field, detail)


class Plan(Struct):
    """Products and variants to add and to change, by id; counts to change; categories to make, by path."""

    done: list[Done]
    new_products: dict[str, Product]
    products: dict[str, Product]
    new_variants: dict[str, Variant]
    variants: dict[str, Variant]
    counts: dict[str, Change]
    paths: dict[str, str]


def plan(rows: Sequence[Checked], known: Known, currency: str, now: datetime) -> Plan:
    """What becomes of *rows*, in their order."""
    planner = _Planner(known, currency, now)
    for row in rows:
        planner.plan.done.append(planner.take(row))
    return planner.plan


class _Planner:
    def __init__(self, known: Known, currency: str, now: datetime) -> None:
        self.known, self.currency, self.now = known, currency, now
        self.plan = Plan([], {}, {}, {}, {}, {}, {})
        self._seen: set[str] = set()

    def take(self, row: Checked) -> Done:
        """Plan for *row*; a row that is refused leaves nothing behind."""
        if row.faults:
            return Done(row.sku, "refused", faults=row.faults)
        try:
            if row.sku in self._seen:
                raise Refused("sku", f'"{row.sku}" stands in this list twice: leave one of them out')
            self._seen.add(row.sku)
            return self._take(row)
        except Refused as refused:
            return Done(row.sku, "refused", faults=(refused.fault,))

    def _take(self, row: Checked) -> Done:
        old = self._variant(row)
        before = self._product(row, old)
        product = self._changed_product(row, before, old)
        variant = self._changed_variant(row, old, product, fresh=before is None)
        count = _counted(row, old)
        new_product = before is None or product != before
        new_variant = old is None or variant != old
        self._keep(product, variant, new_product=new_product, new_variant=new_variant)
        if old is not None and count is not None:
            self.plan.counts[variant.id] = count
        changed = new_product or new_variant or count is not None
        if old is None:
            return Done(row.sku, "created", product.id, variant.id)
        return Done(row.sku, "updated" if changed else "unchanged", product.id, variant.id)

    def _variant(self, row: Checked) -> Variant | None:
        there = self.known.skus.get(row.sku)
        if not row.variant_id:
            return there
        meant = self.known.variants.get(row.variant_id)
        if meant is None:
            raise Refused("variant", "no variant of yours has this id")
        if there is not None and there.id != meant.id:
            raise Refused("sku", f'another variant has the SKU "{row.sku}": take another one')
        return meant

    def _product(self, row: Checked, old: Variant | None) -> Product | None:
        if old is not None:
            product = self.known.products[old.product]
            if row.code and row.code != product.code:
                raise Refused(
                    "product", f'"{row.sku}" belongs to the product "{product.code}": leave it there'
                )
            return product
        there = self.known.codes.get(row.code or row.sku)
        if there is not None and not row.code and there.variants:
            raise Refused(
                "sku", f'a product has the code "{row.sku}": name it as the product to add a variant to it'
            )
        if there is not None and there.variants >= MOST_VARIANTS:
            raise Refused("product", f"the product has {MOST_VARIANTS} variants, and that is the most")
        return there

    def _changed_product(self, row: Checked, before: Product | None, old: Variant | None) -> Product:
        columns = _merged(before.columns if before else NEW_PRODUCT, row.product)
        if not columns["name"]:
            raise Refused("name", "the name is missing: a new product needs one of at most 200 characters")
        if row.path is not None:
            columns["category"] = self._category(row.path)
        elif row.category_id is not None:
            if row.category_id and row.category_id not in self.known.categories:
                raise Refused("category_id", "no category of yours has this id")
            columns["category"] = row.category_id
        columns |= _pictured(columns, row.image_url)
        if before is None:
            return Product(new_id(self.now), row.code or row.sku, columns, 1)
        code, variants = before.code, before.variants + (old is None)
        if old is not None and code == old.sku != row.sku and row.sku not in self.known.codes:
            code = row.sku
        return Product(before.id, code, columns, variants)

    def _changed_variant(
        self, row: Checked, old: Variant | None, product: Product, *, fresh: bool
    ) -> Variant:
        columns = _merged(old.columns if old else NEW_VARIANT, row.variant)
        retailer = columns.pop("retailer_id", None) or (old.retailer_id if old else row.sku)
        if columns["price"] is None:
            raise Refused("price", "the price is missing: write one such as 1500.00")
        if "price" in row.variant and "compare_at" not in row.variant:
            columns["compare_at"] = columns["compare_at"] if columns["compare_at"] > columns["price"] else 0
        if fault := prices(columns, self.currency):
            raise Refused(fault.field, fault.detail)
        alone = fresh and row.code in ("", row.sku)
        if not columns["title"] and old is None and not alone:
            columns["title"] = ", ".join(columns["options"].values()) or row.sku
        variant = Variant(
            old.id if old else new_id(self.now), product.id, row.sku, retailer, columns,
            old.count if old else _first_count(row),
        )  # fmt: skip
        if self.known.retailers.get(retailer, variant.id) != variant.id:
            raise Refused("retailer_id", f'another variant has the id "{retailer}" in Meta\'s catalogue')
        return variant

    def _category(self, path: str) -> str:
        """The id of the category at *path*, which is made when it is not there."""
        names = path.split(" > ") if path else []
        for n in range(1, len(names) + 1):
            above = " > ".join(names[:n])
            if above not in self.known.paths:
                self.known.paths[above] = self.plan.paths[above] = new_id(self.now)
        return self.known.paths[path] if path else ""

    def _keep(self, product: Product, variant: Variant, *, new_product: bool, new_variant: bool) -> None:
        known, plan = self.known, self.plan
        if new_product:
            fresh = product.id in plan.new_products or product.id not in known.products
            (plan.new_products if fresh else plan.products)[product.id] = product
        if new_variant:
            fresh = variant.id not in known.variants
            (plan.new_variants if fresh else plan.variants)[variant.id] = variant
        known.products[product.id] = known.codes[product.code] = product
        known.variants[variant.id] = known.skus[variant.sku] = variant
        known.retailers[variant.retailer_id] = variant.id


def _merged(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """*old* with what is *given*: texts by language are added, and "" takes one away."""
    new = {**old, **given}
    for each in TEXTS:
        if each in given and each != "options":
            both = {**old[each], **given[each]}
            new[each] = {code: said for code, said in both.items() if said}
    return new


def _pictured(columns: Mapping[str, Any], url: str | None) -> dict[str, Any]:
    """What changes when the picture is to be that at *url* ("" for none): the old one is shown meanwhile."""
    if url is None or (url == columns["image_source"] and columns["image_state"] in ("", "wanted", "kept")):
        return {}
    if not url:
        return dict.fromkeys(("image", "image_link", "image_source", "image_state", "image_error"), "")
    return {"image_source": url, "image_state": "wanted", "image_error": ""}


def _first_count(row: Checked) -> Count:
    """The count of a new variant: nobody counts what came without a number."""
    given = Change("", **row.stock)
    found = Count().after(given)
    assert found is not None  # nothing is promised yet
    return found


def _counted(row: Checked, old: Variant | None) -> Change | None:
    """What changes of the count of a variant that is there; None for nothing."""
    if old is None or not row.stock:
        return None
    change = Change(old.id, **row.stock)
    after = old.count.after(change)
    if after is None:
        raise Refused(
            "stock", f"{old.count.reserved} of it are promised to orders, and fewer cannot be there"
        )
    return change if after != old.count else None
