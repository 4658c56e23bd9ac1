"""Routes as aiohttp sees them: the door, the strict decoding, the handler, the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec
from aiohttp import web

from gateway.api.access.door import REQUEST, Door
from gateway.api.body import BODY_TIMEOUT, LIMIT
from gateway.api.etag import etag_of
from gateway.api.problems import Problem, missing, problem
from gateway.api.reading import read_body
from gateway.api.route import Answer, Ask, Route
from gateway.api.strict import decode_body, decode_query
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media.keep import KeepUnavailable
from gateway.model.ids import new_id
from gateway.observe import get_logger, report

log = get_logger("gateway.api")

#: A unit that crossed another is run again this often.
TRIES = 5

_TYPES = frozenset({"application/json", "application/x-www-form-urlencoded", "application/octet-stream"})

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application, door: Door, routes: Iterable[Route]) -> None:
    """Serve *routes*, all through *door*. Where two could mean one address, that without braces is taken."""
    for route in sorted(routes, key=lambda each: [part.startswith("{") for part in each.path.split("/")]):
        app.router.add_route(route.method, route.address, handle(door, route))


def handle(door: Door, route: Route) -> Handle:
    """What answers requests to *route*, all of which go through *door*."""

    async def answer(request: web.Request) -> web.StreamResponse:
        request[REQUEST] = new_id()
        made = await _told(door, route, request)
        if not made.prepared:
            made.headers["Request-Id"] = request[REQUEST]
        return made

    return answer


async def _told(door: Door, route: Route, request: web.Request) -> web.StreamResponse:
    """The answer; whatever is raised on the way is one too."""
    try:
        return await _answered(door, route, request)
    except Problem as told:
        return told.answer()
    except TimeoutError:
        return problem(408, "timeout", f"the body did not arrive within {BODY_TIMEOUT:g} s")
    except (StoreUnavailable, SerializationFailure):
        return _unavailable("the database is away")
    except KeepUnavailable as error:
        return _unavailable(str(error))
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as error:
        log.exception("api.failed", route=route.name, request=request[REQUEST])
        report(error, stage="api")
        return problem(500, "internal", "the gateway failed here; its log has the Request-Id of this answer")


async def _answered(door: Door, route: Route, request: web.Request) -> web.StreamResponse:
    caller, actor, scope = await door.enter(request, route)
    for value in request.match_info.values():
        if not possible(value):
            raise missing(route.noun) if route.noun else Problem(404, "no_such_address", "nothing is there")
    query = decode_query(request.query, route.query)
    raw, body = b"", None
    if route.body is not None:
        raw = await _body(request)
        body = decode_body(raw, route.body, route.words)
    elif not route.raw and request.can_read_body:
        raise Problem(400, "unexpected_body", "this request takes no body")
    ask = Ask(caller, actor, scope, dict(request.match_info), body, query, request, raw)
    streamed = route.method == "GET" and ask.streamed
    if streamed:  # it is carried out for days
        await door.left(caller, actor, scope, route, request)
    tries = 0
    while True:
        try:
            made = await route.handler(ask)
            break
        except SerializationFailure:
            tries += 1
            if tries == TRIES or route.raw:
                raise
            await asyncio.sleep(0.01 * tries)
    if not streamed:
        await door.left(caller, actor, scope, route, request)
    return response(route, made)


async def _body(request: web.Request) -> bytes:
    if "Content-Type" in request.headers and not _json(request.content_type):
        raise Problem(415, "not_json", "send JSON, with Content-Type: application/json")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "encoded_body", "send the body as it is, without a Content-Encoding")
    body = await read_body(request, LIMIT, BODY_TIMEOUT)
    if body is None:
        raise Problem(413, "too_large", f"a body has at most {LIMIT} bytes")
    return body


def response(route: Route, made: object) -> web.StreamResponse:
    """What a handler returned, as an answer."""
    if isinstance(made, web.StreamResponse):
        return made
    answer = made if isinstance(made, Answer) else Answer(made, route.status)
    headers = {"Cache-Control": "no-store", **answer.headers}
    if route.etag and answer.body is not None:
        headers.setdefault("ETag", etag_of(answer.body))
    if answer.body is None:
        return web.Response(status=204 if answer.status == 200 else answer.status, headers=headers)
    body = answer.body if isinstance(answer.body, bytes) else msgspec.json.encode(answer.body)
    return web.Response(status=answer.status, body=body, content_type=route.media, headers=headers)


def possible(identifier: str) -> bool:
    """Whether anything of ours could have this id; no database is asked for others."""
    return 0 < len(identifier) <= 128 and identifier.isascii() and identifier.isprintable()


def _json(written: str) -> bool:
    """Whether a body of this type may be JSON. What curl says when nobody told it a type is let pass, and
    what says nothing."""
    return written in _TYPES or written.endswith("+json")


def _unavailable(why: str) -> web.Response:
    return problem(503, "unavailable", f"{why}; try again", headers={"Retry-After": "5"})
