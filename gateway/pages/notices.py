"""What a visitor is told who gets no page, in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from gateway.language.words import Words
from gateway.pages.answer import Page, response
from gateway.pages.templates import Templates

_Say = Callable[[Words], tuple[str, str]]

#: By status: what it is, and what to do.
_SAID: Mapping[int, _Say] = {
    403: lambda words: (
        words.core("This form cannot be sent from there."),
        words.core("Please open the link from your chat again."),
    ),
    404: lambda words: (
        words.core("This link leads nowhere."),
        words.core("It may have been cut off. Please open it from your chat again, or ask for a new one."),
    ),
    410: lambda words: (
        words.core("This link has expired."),
        words.core("Please ask for a new one in your chat."),
    ),
    413: lambda words: (
        words.core("That is too much."),
        words.core("Please write less, and send the form again."),
    ),
    429: lambda words: (
        words.core("That was a little fast."),
        words.core("Please wait a moment, and open the page again."),
    ),
    500: lambda words: (
        words.core("Something went wrong."),
        words.core("It is not your fault, and nothing was changed. Please try again in a few minutes."),
    ),
    503: lambda words: (
        words.core("We are busy just now."),
        words.core("Please wait a moment, and open the page again."),
    ),
}


def notice(words: Words, status: int, **headers: str) -> web.Response:
    """The page for *status*; one without words of its own says that something went wrong."""
    title, text = _SAID.get(status, _SAID[403 if status < 500 else 500])(words)
    ours = Templates("gateway", None, str)
    page = ours.render("gateway/message.html", words, {"title": title, "text": text}, status=status)
    made = response(Page(page.html, status, nonce=page.nonce))
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made
