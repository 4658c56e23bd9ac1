"""`/api/v1/events`: what happened, in order, from any number on; as pages, as a stream, or waited for."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from gateway.api.access.keys import Keys
from gateway.api.following.stream import Allowed, Seen, Streams
from gateway.api.problems import Problem
from gateway.api.route import Ask, Route
from gateway.feed.read import Gone, read_after
from gateway.feed.record import KINDS
from gateway.feed.shown import EventShown, show
from gateway.store.port import Tx
from gateway.tenants.directory import Directory

#: No log gets that far, and every database and JavaScript can hold it.
FARTHEST = 2**53 - 1
#: Events of one reading of a stream.
STREAMED = 100


class EventQuery(Struct, frozen=True):
    """The events behind *after*, *limit* at most, of *types* (names with commas between them; all when it is
    empty). When there are none, *wait* seconds for the first."""

    after: Annotated[int, Meta(ge=0, le=FARTHEST)] = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    types: Annotated[str, Meta(max_length=512)] = ""
    wait: Annotated[int, Meta(ge=0, le=30)] = 0


class EventPage(Struct, frozen=True):
    """*last* is the number up to which was looked: the next *after*, also when a filter left nothing. *more*
    when there are events behind it already."""

    items: list[EventShown]
    last: int
    more: bool


class Events:
    """The route."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/events", handler=self.list, scope="events:read", query=EventQuery,
                summary="Follow what happens", answer=EventPage, problems=(410,),
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, EventQuery]) -> Any:
        """The tenant's events in their order: 1, 2, 3, … without holes. Who goes on with `last` as `after`
        misses nothing and gets nothing twice. With `Accept: text/event-stream` it is a stream of server-sent
        events that goes on behind the header `Last-Event-ID`, or behind `after`."""
        query, streamed = ask.query, ask.streamed
        kinds = _kinds(query.types)

        async def read(after: int) -> Seen:
            limit = min(query.limit, STREAMED) if streamed else query.limit

            async def work(tx: Tx) -> Seen:
                found = await read_after(tx, ask.tenant, after, limit, kinds)
                return Seen(await show(tx, ask.tenant, found.events), found.last, found.head)

            return await ask.scope.read(work)

        try:
            if streamed:
                return await self._streams.serve(ask, _resumed(ask), read)
            seen = await read(query.after)
            if query.wait and not seen.items:
                seen = await self._streams.wait(ask, seen.last, query.wait, read)
        except Gone as error:
            raise Problem(410, "events_gone", str(error), more={"oldest": error.oldest}) from error
        return EventPage(list(seen.items), seen.last, seen.last < seen.head)


def allowed(keys: Keys, directory: Directory) -> Allowed:
    """Whether a request's key is still good for following the log, and its tenant still served."""

    async def check(ask: Ask[Any, Any]) -> bool:
        key = ask.request.headers.get("Authorization", "").partition(" ")[2].strip()
        caller = await keys.caller(key)
        return caller is not None and caller.may("events:read") and ask.tenant in directory

    return check


def _resumed(ask: Ask[None, EventQuery]) -> int:
    """Behind which number a stream begins: that of its client's last event, or the one asked for."""
    told = ask.request.headers.get("Last-Event-ID")
    if told is None:
        return ask.query.after
    if not (told.isascii() and told.isdigit()) or int(told[:20]) > FARTHEST:
        raise Problem(400, "bad_last_event_id", "Last-Event-ID is the number of an event")
    return int(told)


def _kinds(told: str) -> frozenset[str]:
    """The filter of a reading. Raises `Problem` for a type that there is not."""
    names = [name.strip() for name in told.split(",") if name.strip()]
    for name in names:
        if name not in KINDS:
            raise Problem(
                400, "bad_types", f"there is no event type {name[:80]!r}; there are: {', '.join(KINDS)}",
                pointer="/types",
            )  # fmt: skip
    return frozenset(names)
