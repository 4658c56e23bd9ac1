"""Forms that are sent to a page: read within limits, and only from the page itself."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from gateway.api.reading import read_body

#: Bytes of a form, and how many fields.
LIMIT = 64 * 1024
FIELDS = 500
#: Seconds for a form to arrive.
TIMEOUT = 10.0
_FORM = "application/x-www-form-urlencoded"

Fields = dict[str, list[str]]


async def read_form(request: web.Request) -> Fields | int:
    """The fields of the form in *request*, or the status to refuse it with."""
    if request.content_type not in (_FORM, "application/octet-stream"):
        return 415
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return 415
    try:
        body = await read_body(request, LIMIT, TIMEOUT)
    except TimeoutError:
        return 408
    if body is None:
        return 413
    fields = fields_of(body.decode(errors="replace"))
    return 413 if fields is None else fields


def fields_of(written: str) -> Fields | None:
    """What a query or a form holds, without the NULs that not every database keeps; None for too many
    fields."""
    try:
        pairs = parse_qsl(written, keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        return None
    found: Fields = {}
    for name, value in pairs:
        plain = value.replace("\0", "").encode("utf-8", "replace").decode()
        found.setdefault(name, []).append(plain)
    return found


def sent_from_here(request: web.Request, origin: str) -> bool:
    """Whether the form was sent from a page of ours at *origin*, as far as the browser says. A page tells
    nobody its address, so browsers call its origin "null" and say in Sec-Fetch-Site how near it is."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    told = request.headers.get("Origin", "null")
    if told == "null":
        return True
    host = urlsplit(told).netloc.lower()
    return host in (urlsplit(origin).netloc.lower(), (request.headers.get("Host") or "").lower())
