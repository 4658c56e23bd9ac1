"""What a page's handler returns, and the headers that every page has."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from gateway.errors import PluginError

if TYPE_CHECKING:
    from aiohttp import web

_ADDRESS = re.compile(r"(https?://[^\s\x00-\x1f\\]+|/(?![/\\])[^\s\x00-\x1f\\]*|\?[^\s\x00-\x1f\\]*)")


Content = bytes | str | AsyncIterable[bytes | str]


class PageFile(Struct, frozen=True):
    """A file that is sent instead of a page: its bytes, or what makes them."""

    content: Content
    media_type: str
    filename: str


class Page(Struct, frozen=True):
    """A page: HTML that is safe to show, as `request.render` makes it, and its status. With *to* it leads on
    to another address, as `request.redirect` does; with *file* it is a download, as `request.file` makes
    it."""

    html: str = ""
    status: int = 200
    to: str = ""
    nonce: str = ""
    file: PageFile | None = None


def redirect(to: str) -> Page:
    """A page that leads on to *to*: an http(s) address, or a path here. Raises `PluginError`."""
    if not _ADDRESS.fullmatch(to):
        raise PluginError(f"redirect({to[:80]!r}) leads nowhere: write an https:// address, or a path here")
    return Page(status=303, to=to)


def page_of(made: object, what: str) -> Page:
    """What a handler returned, as a `Page` that can be sent. Raises `PluginError`."""
    if isinstance(made, Page):
        page = made
    elif isinstance(made, Markup):
        page = Page(str(made))
    elif isinstance(made, str):  # words, whoever wrote them: never HTML
        page = Page(f"<!doctype html><meta charset=utf-8><p>{Markup.escape(made)}</p>")
    else:
        remedy = "return request.render(…), request.redirect(…) or a text"
        raise PluginError(f"{what} returned a {type(made).__name__}: {remedy}")
    if problem := _unsendable(page):
        raise PluginError(f"{what} returned a page that cannot be sent: {problem}")
    return page


def _unsendable(page: Page) -> str:
    """What is wrong with *page*, which a plugin may have made itself; "" for nothing. Asked before anything
    of the handler's work is kept."""
    html, status, to, file = (getattr(page, name) for name in ("html", "status", "to", "file"))
    if not isinstance(status, int) or not 200 <= status <= 599:
        return f"its status is {status!r}; write a number from 200 to 599"
    if not isinstance(to, str) or (to and not _ADDRESS.fullmatch(to)):
        return "it leads nowhere; make it with request.redirect(…)"
    if file is not None and not isinstance(file, PageFile):
        return "its file is none; make it with request.file(…)"
    try:
        html.encode()
    except AttributeError:
        return f"its html is a {type(html).__name__}; write a text"
    except UnicodeEncodeError:
        return "its html holds half a character, which is no UTF-8; replace it"
    return ""


#: Headers of whatever a link opens: nobody frames, keeps or indexes it, and its address, which is a secret,
#: is told to nobody.
KEPT_BY_NOBODY = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def response(page: Page, forms_to: Sequence[str] = (), images: Sequence[str] = ()) -> web.Response:
    """*page* as it is sent. Nothing in it runs, and nothing is fetched from elsewhere (but *images*)."""
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
        **KEPT_BY_NOBODY,
    }
    if page.to:
        headers["Location"] = page.to
    from aiohttp import web  # an author who imports gateway for a command needs no server

    return web.Response(status=page.status, text=page.html, content_type="text/html", headers=headers)
