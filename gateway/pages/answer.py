"""What a page's handler returns, and the headers that every page has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from gateway.errors import PluginError

if TYPE_CHECKING:
    from aiohttp import web

_ADDRESS = re.compile(r"(https?://[^\s\x00-\x1f\\]+|/(?![/\\])[^\s\x00-\x1f\\]*|\?[^\s\x00-\x1f\\]*)")


class Page(Struct, frozen=True):
    """A page: HTML that is safe to show, as `request.render` makes it, and its status. With *to* it leads on
    to another address, as `request.redirect` does."""

    html: str = ""
    status: int = 200
    to: str = ""
    nonce: str = ""


def redirect(to: str) -> Page:
    """A page that leads on to *to*: an http(s) address, or a path here. Raises `PluginError`."""
    if not _ADDRESS.fullmatch(to):
        raise PluginError(f"redirect({to[:80]!r}) leads nowhere: write an https:// address, or a path here")
    return Page(status=303, to=to)


def page_of(made: object, what: str) -> Page:
    """What a handler returned, as a `Page`. Raises `PluginError`."""
    if isinstance(made, Page):
        return made
    if isinstance(made, Markup):
        return Page(str(made))
    if isinstance(made, str):  # words, whoever wrote them: never HTML
        return Page(f"<!doctype html><meta charset=utf-8><p>{Markup.escape(made)}</p>")
    raise PluginError(
        f"{what} returned a {type(made).__name__}: return request.render(…), request.redirect(…) or a text"
    )


def response(page: Page, forms_to: Sequence[str] = (), images: Sequence[str] = ()) -> web.Response:
    """*page* as it is sent. Nothing in it runs, nothing is fetched from elsewhere (but *images*), nobody
    frames, keeps or indexes it, and its address, which is a secret, is told to nobody."""
    rules = {
        "default-src": ("'none'",),
        "style-src": ("'self'", *((f"'nonce-{page.nonce}'",) if page.nonce else ())),
        "font-src": ("'self'",),
        "img-src": ("'self'", "data:", *images),
        "form-action": ("'self'", *forms_to),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {' '.join(each)}" for name, each in rules.items()),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if page.to:
        headers["Location"] = page.to
    from aiohttp import web  # an author who imports gateway for a command needs no server

    return web.Response(status=page.status, text=page.html, content_type="text/html", headers=headers)
