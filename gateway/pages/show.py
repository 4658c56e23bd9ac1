"""Public pages: a link is opened, the plugin's handler runs, and its page is sent."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from gateway.api.access.limits import network
from gateway.clock import SECOND, Clock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.hooks.failure import HookFailed
from gateway.hooks.plugin import Plugin
from gateway.language.words import Words
from gateway.media.keep import KeepUnavailable
from gateway.observe import get_logger, report
from gateway.pages.answer import Page, PageFile, page_of, response
from gateway.pages.file import Gathering
from gateway.pages.form import Fields, fields_of, read_form, sent_from_here
from gateway.pages.links import Links, Opened
from gateway.pages.notices import notice
from gateway.pages.request import PageRequest
from gateway.pages.route import PluginRoute
from gateway.pages.templates import Templates
from gateway.pages.work import RouteTurn, TooMany, Work
from gateway.pipeline.pace import Buckets

log = get_logger("gateway.pages")

#: Pages a second, and at once, for an address: whole towns share one behind their provider's.
ADDRESS_RATE, ADDRESS_BURST = 30.0, 300
#: The same for one link, and for links that we did not make.
LINK_RATE, LINK_BURST = 2.0, 40
WRONG_RATE, WRONG_BURST = 1.0, 30
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Pages:
    """Shows public pages. *images* are origins beside ours from which a page may show pictures; *scratch* is
    where files are written before they are sent."""

    def __init__(
        self, links: Links, work: Work, clock: Clock, scratch: Path, images: Sequence[str] = ()
    ) -> None:
        self._links, self._work, self._clock, self._images = links, work, clock, images
        self._scratch = scratch
        self._addresses = Buckets(ADDRESS_RATE, ADDRESS_BURST, clock.monotonic)
        self._wrong = Buckets(WRONG_RATE, WRONG_BURST, clock.monotonic)
        self._each = Buckets(LINK_RATE, LINK_BURST, clock.monotonic)

    async def show(
        self, request: web.Request, address: str, plugin: Plugin, route: PluginRoute, token: str,
        templates: Templates,
    ) -> web.StreamResponse:  # fmt: skip
        """The page that *token* opens, for a visitor from *address*, or why not."""
        visitor, opened = network(address), self._links.tokens.open(plugin.name, route.path, token)
        # Who tries links that we did not make does not keep out those who share an address with them.
        buckets = self._wrong if opened is None else self._addresses
        if wait := buckets.wait(visitor):
            return notice(self.greeting(request), 429, Retry_After=str(math.ceil(wait)))
        buckets.take(visitor)
        if opened is None:
            return notice(self.greeting(request), 404)
        words = self._words(plugin.name, opened.tenant, opened.language)
        if plugin.name not in self._work.around.plugins(opened.tenant):
            return notice(words, 404)
        if opened.until * SECOND <= self._clock.now():
            return notice(words, 410)
        if wait := self._each.wait(token):
            return notice(words, 429, Retry_After=str(math.ceil(wait)))
        self._each.take(token)
        form = await self._form(request)
        if isinstance(form, int):
            return notice(words, form)
        return await self._shown(request, plugin, route, opened, form, templates, words)

    async def _form(self, request: web.Request) -> Fields | int:
        if request.method != "POST":
            return {}
        if not sent_from_here(request, self._links.origin):
            return 403
        return await read_form(request)

    async def _shown(
        self, request: web.Request, plugin: Plugin, route: PluginRoute, opened: Opened, form: Fields,
        templates: Templates, words: Words,
    ) -> web.StreamResponse:  # fmt: skip
        value = opened.value
        if route.value is not None:
            try:
                value = msgspec.convert(value, route.value, str_keys=True)
            except msgspec.ValidationError as error:
                log.warning("pages.other_value", plugin=plugin.name, route=route.name, problem=str(error))
                return notice(words, 410)  # made by an older version of the plugin
        query = fields_of(request.rel_url.raw_query_string) or {}

        async def handle(turn: RouteTurn) -> Any:
            made = await handler(PageRequest(turn, request.method, templates, value, query, form))
            if isinstance(made, Page) and isinstance(made.file, PageFile):
                await gathering.take(made.file)
            return made

        handler: Callable[[PageRequest], Coroutine[Any, Any, Any]] = route.handler  # type: ignore[assignment]
        async with Gathering(self._scratch) as gathering:
            page = await self._made(plugin, route, opened, request.method, handle, words)
            if not isinstance(page, Page):
                return page
            if page.file is not None:
                return await gathering.send(request, page.file)
            return response(page, route.forms_to, self._images)

    async def _made(
        self, plugin: Plugin, route: PluginRoute, opened: Opened, method: str,
        handle: Callable[[RouteTurn], Coroutine[Any, Any, Any]], words: Words,
    ) -> Page | web.Response:  # fmt: skip
        """The page of *handle*, or what a visitor reads instead."""
        try:
            return await self._work.run(
                plugin, route, opened.tenant, opened.language, method != "POST", handle,
                lambda made: page_of(made, f"plugin '{plugin.name}' {route.name}"),
            )  # fmt: skip
        except HookFailed:
            return notice(words, 500)
        except (TooMany, StoreUnavailable, SerializationFailure, KeepUnavailable):
            return notice(words, 503, Retry_After="5")
        except Exception as error:  # a fault of ours, or settings that cannot be read
            log.exception("pages.failed", plugin=plugin.name, route=route.name, tenant=opened.tenant)
            report(error, stage="pages")
            return notice(words, 500)

    def _words(self, plugin: str, tenant: str, language: str) -> Words:
        around = self._work.around
        return around.speech.words(plugin, around.tenants(tenant), language, "")

    def greeting(self, request: web.Request) -> Words:
        """Words in the first language that the visitor's browser asks for."""
        first = request.headers.get("Accept-Language", "").split(",")[0].partition(";")[0].strip()[:16]
        return self._words("", "", first if _LANGUAGE.fullmatch(first) else "en")
