"""The API of products and categories: `/p/commerce/products`, `/p/commerce/categories`."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import ApiRequest, PluginRoute, Problem, api
from plugins.commerce.catalogue import category, listing
from plugins.commerce.catalogue.forms import (
    Batch,
    CategoryForm,
    Listing,
    NewProduct,
    Paging,
    ProductChange,
    VariantForm,
    pointer,
    rows_of,
)
from plugins.commerce.catalogue.known import CATEGORIES
from plugins.commerce.catalogue.pictures import fetch_picture
from plugins.commerce.catalogue.reindex import reindex_below, reindex_these
from plugins.commerce.catalogue.row import Done, Row
from plugins.commerce.catalogue.shapes import Categories, Products, ProductShown, Results, results
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.catalogue.write import put_products
from plugins.commerce.common.ids import micros
from plugins.commerce.owner.alerts import watch


async def products(request: ApiRequest) -> Products:
    """Products, of a category, of a status, or found by words or a SKU."""
    currency, language = request.settings.currency, request.tenant.language
    return await listing.products(request.db, request.query, currency=currency, language=language)


async def product(request: ApiRequest) -> ProductShown:
    """One product with its variants, prices and stock."""
    found = await listing.by_ids(request.db, [harmless(request.path["id"])])
    if not found:
        raise Problem(404, "no_such_product", "no product of yours has this id")
    return found[0]


async def create_product(request: ApiRequest) -> ProductShown:
    """A new product with its variants."""
    body: NewProduct = request.body
    code = body.code or (body.variants[0].sku if len(body.variants) > 1 else "")
    done = await _put(request, rows_of(body, body.variants, code), one=True)
    if old := next((each for each in done if each.result != "created"), None):
        detail = f'there is a variant with the SKU "{old.sku}": PATCH /p/commerce/products/{old.product}'
        raise Problem(409, "sku_taken", detail, pointer="/variants")
    [shown] = await listing.by_ids(request.db, [done[0].product])
    if len(shown.variants) != len(done):
        detail = f'there is a product with the code "{shown.code}": PATCH /p/commerce/products/{shown.id}'
        raise Problem(409, "code_taken", detail, pointer="/code")
    return shown


async def change_product(request: ApiRequest) -> ProductShown:
    """Change a product, and variants of it; variants that are not there are added. What is to be sold no more
    gets the status "archived": orders keep what they say."""
    body: ProductChange = request.body
    before = await product(request)
    if body.version is not None:
        same = await request.db.run(listing.SQL["guard"], id=before.id, version=body.version)
        if not same:
            detail = f"somebody changed it meanwhile, it has version {before.version}: read it again"
            raise Problem(409, "changed_meanwhile", detail, pointer="/version")
    known = {each.id: each.sku for each in before.variants}
    if not known and not body.variants:
        raise Problem(409, "no_variants", "the product has no variant yet: add one", pointer="/variants")
    variants = [VariantForm(id=before.variants[0].id)] if not body.variants else body.variants
    for number, each in enumerate(variants):
        if each.id and each.id not in known:
            detail = "this product has no variant with this id: leave it out to add one"
            raise Problem(422, "no_such_variant", detail, pointer=f"/variants/{number}/id")
    whole = [_with_sku(each, known.get(each.id, "")) for each in variants]
    await _put(request, rows_of(body, whole, before.code), one=True)
    return await product(request)


async def write_products(request: ApiRequest) -> Results:
    """Create and change many variants with their products, each row by itself."""
    done = await _put(request, request.body.rows, one=False)
    return results(done)


async def categories(request: ApiRequest) -> Categories:
    """Every category, hidden ones too."""
    asked: Paging = request.query
    rows = await request.db.all(CATEGORIES["all"], after=harmless(asked.cursor), most=asked.limit + 1)
    shown = [category.stored_of(row) for row in rows[: asked.limit]]
    return Categories(shown, shown[-1].id if len(rows) > asked.limit else None)


async def create_category(request: ApiRequest) -> category.Stored:
    """A new category."""
    try:
        return await category.create(request.db, _given(request.body), request.now)
    except category.CategoryRefused as refused:
        raise Problem(422, "refused", str(refused), pointer=f"/{refused.field}") from None


async def change_category(request: ApiRequest) -> category.Stored:
    """Rename, move, sort or hide a category."""
    try:
        made = await category.change(request.db, request.path["id"], _given(request.body), request.now)
    except category.CategoryRefused as refused:
        raise Problem(422, "refused", str(refused), pointer=f"/{refused.field}") from None
    if made is None:
        raise Problem(404, "no_such_category", "no category of yours has this id")
    request.enqueue(reindex_below.keyed(f"category-{made.id}"), made.id)
    return made


async def _put(request: ApiRequest, rows: Sequence[Row], *, one: bool) -> Sequence[Done]:
    """Write *rows*: all or nothing when they are *one* product; a product is found at once, many a little
    later."""
    done = await put_products(
        request.db, rows, currency=request.settings.currency, now=request.now, actor=f"key {request.key}",
        reason="correction", searchable=one,
    )  # fmt: skip
    if one:
        for number, each in enumerate(done):
            for fault in each.faults:
                where = pointer(fault.field, number, product=number == 0)
                raise Problem(422, "refused", fault.detail, pointer=where)
    else:
        request.enqueue(reindex_these, sorted({each.product for each in done if each.product}))
    for id in {each.product for each, row in zip(done, rows, strict=True) if each.product and row.image_url}:
        request.enqueue(fetch_picture.keyed(f"picture-{id}"), id)
    counted = [
        each.variant for each, row in zip(done, rows, strict=True) if each.variant and row.stock is not None
    ]
    await watch(request.db, request.settings, counted, micros(request.now))
    return done


def _with_sku(variant: VariantForm, sku: str) -> VariantForm:
    values = {name: getattr(variant, name) for name in VariantForm.__struct_fields__}
    return VariantForm(**{**values, "sku": variant.sku or sku})


def _given(form: CategoryForm) -> dict[str, object]:
    values = {name: getattr(form, name) for name in CategoryForm.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}


ROUTES: tuple[PluginRoute, ...] = (
    api("GET", "/products", products, query=Listing, answer=Products),
    api("POST", "/products", create_product, body=NewProduct, answer=ProductShown),
    api("POST", "/products/batch", write_products, body=Batch, answer=Results),
    api("GET", "/products/{id}", product, answer=ProductShown),
    api("PATCH", "/products/{id}", change_product, body=ProductChange, answer=ProductShown),
    api("GET", "/categories", categories, query=Paging, answer=Categories),
    api("POST", "/categories", create_category, body=CategoryForm, answer=category.Stored),
    api("PATCH", "/categories/{id}", change_category, body=CategoryForm, answer=category.Stored),
)
