"""The API of codes: GET, POST and PATCH below /p/commerce/codes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gateway import ApiRequest, Problem, api
from plugins.commerce.codes import draft
from plugins.commerce.codes.code import code_named, fold_code
from plugins.commerce.codes.draft import Change, Draft, Wrong
from plugins.commerce.codes.shown import PAGE, Codes, Shown, page, shown


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page: the codes behind *after*."""

    after: str = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE)] = PAGE


async def codes(request: ApiRequest) -> Codes:
    """The shop's codes, by name."""
    asked: Asked = request.query
    return await page(request.db, request.settings.currency, fold_code(asked.after), asked.limit)


async def code(request: ApiRequest) -> Shown:
    """One code."""
    found = await code_named(request.db, fold_code(request.path["code"]))
    if found is None:
        raise Problem(404, "no_such_code", "the shop has no such code")
    return shown(found, request.settings.currency)


async def new_code(request: ApiRequest) -> Shown:
    """Make a code. Without a name one is made that nobody guesses."""
    wanted: Draft = request.body
    try:
        made = await draft.create(
            request.db,
            wanted,
            currency=request.settings.currency,
            zone=request.tenant.time_zone,
            now=request.now,
        )
    except Wrong as wrong:
        raise Problem(422, "bad_code", str(wrong)) from None
    found = await code_named(request.db, made)
    assert found is not None
    return shown(found, request.settings.currency)


async def change_code(request: ApiRequest) -> Shown:
    """Change limits and times of a code, or stop it."""
    wanted: Change = request.body
    named = fold_code(request.path["code"])
    settings, zone = request.settings, request.tenant.time_zone
    try:
        await draft.change(request.db, named, wanted, currency=settings.currency, zone=zone)
    except Wrong as wrong:
        raise Problem(422, "bad_code", str(wrong)) from None
    return await code(request)


ROUTES = (
    api("GET", "/codes", codes, query=Asked, answer=Codes),
    api("GET", "/codes/{code}", code, answer=Shown),
    api("POST", "/codes", new_code, body=Draft, answer=Shown, status=201),
    api("PATCH", "/codes/{code}", change_code, body=Change, answer=Shown),
)
