"""The two ways in which Twilio pages a list: with `uri`s beside the rows, and with a `meta`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Struct

from providers.twilio.simulator.errors import TwilioError

MOST, USUAL = 1000, 50


class Window(Struct, frozen=True):
    """The rows of one page."""

    page: int
    size: int
    rows: list[dict[str, Any]]
    more: bool


def window(rows: list[dict[str, Any]], request: web.Request) -> Window:
    """The page that `Page` and `PageSize` ask for."""
    size = min(_number(request, "PageSize", USUAL), MOST) or USUAL
    page = _number(request, "Page", 0)
    start = page * size
    return Window(page, size, rows[start : start + size], start + size < len(rows))


def with_uris(key: str, rows: list[dict[str, Any]], request: web.Request) -> dict[str, Any]:
    """A page as the 2010 API gives it: paths, without the host."""
    page = window(rows, request)
    start = page.page * page.size
    return {
        key: page.rows,
        "page": page.page,
        "page_size": page.size,
        "start": start,
        "end": max(start, start + len(page.rows) - 1),
        "uri": request.path_qs,
        "first_page_uri": _at(request, 0, page.size),
        "previous_page_uri": _at(request, page.page - 1, page.size) if page.page else None,
        "next_page_uri": _at(request, page.page + 1, page.size) if page.more else None,
    }


def with_meta(key: str, rows: list[dict[str, Any]], request: web.Request, base: str) -> dict[str, Any]:
    """A page as newer APIs give it: whole URLs in `meta`."""
    page = window(rows, request)
    return {
        key: page.rows,
        "meta": {
            "key": key,
            "page": page.page,
            "page_size": page.size,
            "url": f"{base}{request.path_qs}",
            "first_page_url": base + _at(request, 0, page.size),
            "previous_page_url": base + _at(request, page.page - 1, page.size) if page.page else None,
            "next_page_url": base + _at(request, page.page + 1, page.size) if page.more else None,
        },
    }


def _at(request: web.Request, page: int, size: int) -> str:
    query = {name: value for name, value in request.query.items() if name not in ("Page", "PageToken")}
    query |= {"PageSize": str(size), "Page": str(page)}
    if page:
        query["PageToken"] = f"PA{page}"
    return f"{request.path}?{urlencode(query)}"


def _number(request: web.Request, name: str, usual: int) -> int:
    value = request.query.get(name, str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 7):
        raise TwilioError(20001, f"{name} is not a number")
    return int(value)
