"""The phone's server: a page, its state, its stream of news, and what it may ask for."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from importlib.resources import files as package_files
from typing import Any

import msgspec
from aiohttp import web

from gateway.demo import drawings
from gateway.demo.phone import wire
from gateway.demo.phone.acts import Acts, Wish, can_react
from gateway.demo.phone.chats import Chat, Chats
from gateway.demo.phone.files import Files
from gateway.demo.phone.guard import HEADERS, Guard
from gateway.demo.phone.losses import Losses, Lost
from gateway.demo.phone.news import News
from gateway.demo.phone.people import introduce, two
from gateway.demo.phone.samples import samples
from gateway.serving import Served, end, port_of, serve
from gateway.simulator import Simulator

#: The page's own files and their types.
PAGE = {
    "phone.html": "text/html",
    **dict.fromkeys(("phone.css", "bubbles.css", "wire.css"), "text/css"),
    **dict.fromkeys(
        ("main.js", "dom.js", "api.js", "bubble.js", "parts.js", "sheet.js", "wire.js", "words.js"),
        "text/javascript",
    ),
}
#: Bytes of a request's body, and exchanges of a provider that a new page gets.
LARGEST, LINES = 64 * 1024, 200


class PhoneServer:
    """Serves the phone of *simulators* on 127.0.0.1, at an address that cannot be guessed.

    *business* is the name at the top of the chat, *losses* asks the gateway's API.
    """

    def __init__(
        self, simulators: dict[str, Simulator], gateway_url: str, losses: Losses, business: str
    ) -> None:
        self._token = secrets.token_urlsafe(18)
        self._guard = Guard(self._token)
        self._business, self._losses = business, losses
        self._owners = two()
        self._news = News()
        self._files = Files(gateway_url, simulators)
        self._samples = samples()
        self._chats = Chats(simulators, list(self._owners), self._news, self._files, self._arrived)
        self._acts = Acts(self._chats, self._samples)
        self._lost: dict[tuple[str, str], Lost] = {}
        self._looking: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._served: Served | None = None

    @property
    def url(self) -> str:
        """What to open."""
        return f"http://127.0.0.1:{self._guard.port}/{self._token}/"

    async def start(self, port: int = 0) -> None:
        """Serve on *port*, 0 for a free one."""
        for owner in self._owners.values():
            introduce(owner, self._chats.simulators.values())
        app = web.Application(client_max_size=LARGEST, middlewares=[self._guard.check])
        app.add_routes(self._routes())
        self._served = await serve(app, port)
        self._guard.port = port_of(self._served[0])
        for name in self._chats.simulators:
            self._spawn(self._chats.follow(name))

    async def stop(self) -> None:
        """End the streams, then the server."""
        self._news.close()
        await self._acts.stop()
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        if self._served is not None:
            await end(*self._served)

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{token}/", self._page),
            web.get("/{token}/page/{name}", self._page),
            web.get("/{token}/icon.jpg", self._icon),
            web.get("/{token}/state", self._state),
            web.get("/{token}/news", self._stream),
            web.get("/{token}/wire/{provider}/{number:[0-9]{1,9}}", self._exchange),
            web.get("/{token}/files/{number:[0-9]{1,9}}", self._files.serve),
            web.post("/{token}/act", self._act),
            web.post("/{token}/owner", self._owner),
        ]

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._following.add(task)
        task.add_done_callback(self._following.discard)
        return task

    def _arrived(self, chat: Chat) -> None:
        """The business has written: ask what was lost of its last message, whose first part may be some
        bubbles back."""
        run = list(itertools.takewhile(lambda bubble: not bubble.mine, reversed(chat.bubbles)))
        before = self._looking.pop((chat.provider, chat.phone), None)
        if before is not None:
            before.cancel()
        looking = self._spawn(self._look_up(chat, [bubble.id for bubble in run]))
        self._looking[chat.provider, chat.phone] = looking

    async def _look_up(self, chat: Chat, message_ids: list[str]) -> None:
        lost = await self._losses.of(chat.provider, chat.phone, message_ids)
        if lost is not None:
            self._lost[chat.provider, chat.phone] = lost
            self._news.tell("lost", provider=chat.provider, phone=chat.phone, lost=lost)

    # What the page asks for.

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "phone.html")
        if name not in PAGE:
            raise web.HTTPNotFound
        content = (package_files("gateway.demo.phone") / "page" / name).read_bytes()
        return web.Response(body=content, content_type=PAGE[name], charset="utf-8")

    async def _icon(self, request: web.Request) -> web.Response:
        content = await asyncio.to_thread(drawings.picture, 64, 64)
        return web.Response(body=content, content_type="image/jpeg")

    async def _state(self, request: web.Request) -> web.Response:
        """All that a new page needs, and the number of the last event in it."""
        simulators = self._chats.simulators
        lines = [
            wire.line(name, exchange, simulator)
            for name, simulator in simulators.items()
            for exchange in list(simulator.traffic.exchanges)[-LINES:]
        ]
        return _json(
            {
                "last": self._news.last,
                "business": self._business,
                "providers": [{"name": n, "reacts": can_react(s)} for n, s in simulators.items()],
                "owners": list(self._owners.values()),
                "attachments": list(self._samples),
                "chats": [
                    {"provider": chat.provider, "phone": chat.phone, "bubbles": chat.bubbles}
                    for chat in self._chats
                ],
                "lost": [{"provider": n, "phone": p, "lost": lost} for (n, p), lost in self._lost.items()],
                "wire": sorted(lines, key=lambda line: float(line["at"])),
            }
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """The news, from where the page is on. A page that does not read makes `write` wait."""
        known = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        number = int(known) if known.isascii() and known.isdigit() else self._news.last
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
        await response.prepare(request)
        try:
            async for line in self._news.after(number):
                await response.write(line)
        except (ConnectionError, asyncio.CancelledError):
            pass
        return response

    async def _exchange(self, request: web.Request) -> web.Response:
        simulator = self._chats.simulators.get(request.match_info["provider"])
        found = wire.find(simulator, int(request.match_info["number"])) if simulator else None
        if simulator is None or found is None:
            raise web.HTTPNotFound
        return _json(wire.whole(request.match_info["provider"], found, simulator))

    async def _act(self, request: web.Request) -> web.Response:
        wish = await _decoded(request, Wish)
        problem = await self._acts.do(wish)
        return _json({"problem": problem}, 409 if problem else 202)

    async def _owner(self, request: web.Request) -> web.Response:
        """Hide a number, or show it."""
        wish = await _decoded(request, Hiding)
        owner = self._owners.get(wish.phone)
        if owner is None:
            return _json({"problem": "there is no such phone"}, 409)
        owner.hidden = wish.hidden
        introduce(owner, self._chats.simulators.values())
        self._news.tell("owner", owner=owner)
        return _json({"problem": ""}, 202)


class Hiding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the owner of *phone* keeps the number from the business."""

    phone: str
    hidden: bool


async def _decoded(request: web.Request, kind: Callable[..., Any]) -> Any:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(reason=str(error).splitlines()[0][:200]) from None


def _json(what: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(what), status=status, content_type="application/json")
