"""Webhooks of plugins: bounded, verified by the plugin, made durable, and then answered. Nothing else.

Answers: 200 everything authentic; 401 what `verify` does not vouch for; 404 no such route, or not for this
tenant; 408 and 413 what comes too slowly or is too long; 503 + Retry-After while the database is away
or behind, or the plugin's settings cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from msgspec import Struct

from gateway.api.reading import read_body
from gateway.clock import Clock
from gateway.errors import SettingsError, StoreError
from gateway.hooks.failure import raised
from gateway.hooks.plugin import Plugin
from gateway.model.ids import digest, new_id
from gateway.model.inside import Posted
from gateway.observe import Metrics, get_logger
from gateway.pages.route import PluginRoute
from gateway.pages.webhook import WebhookPost
from gateway.pipeline.around import Around
from gateway.pipeline.batch import Batcher
from gateway.pipeline.queries import RECORD
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row
from gateway.store.port import Tx

log = get_logger("gateway.pages")

#: What is shown to `verify` and never kept: X-Gitlab-Token is as good as the secret itself.
_UNKEPT = re.compile(r"auth|cookie|token|secret|passw|credential|api-?key")
#: Requests that wait for the database; more are asked to come back.
BOUND = 1000
#: Characters of a header that is kept.
_LONGEST = 2048


class _Kept(Struct, frozen=True):
    """An authentic request on its way into the database. *key* makes two of them one; b"" for none."""

    opened: OpenEvent
    key: bytes


class WebhookIntake:
    """Takes what is posted. *found* gets what is durable."""

    def __init__(
        self, around: Around, metrics: Metrics, clock: Clock, found: Callable[[OpenEvent], object],
        *, max_body: int, body_timeout: float,
    ) -> None:  # fmt: skip
        self._around, self._metrics, self._clock, self._found = around, metrics, clock, found
        self._max_body, self._body_timeout = max_body, body_timeout
        self._kept: Batcher[_Kept, bool] = Batcher(self._flush, pace=around.store.pace)

    async def take(
        self, request: web.Request, plugin: Plugin, route: PluginRoute, path: Mapping[str, str]
    ) -> web.Response:
        """One request to *route*."""
        tenant = path["tenant"]
        if plugin.name not in self._around.plugins(tenant):
            return web.Response(status=404)
        if len(self._kept) >= BOUND:
            return web.Response(status=503, headers={"Retry-After": "5"})
        try:
            body = await read_body(request, self._max_body, self._body_timeout)
        except TimeoutError:
            return web.Response(status=408)
        if body is None:
            return web.Response(status=413)
        now = self._clock.now()
        headers = {name.lower(): _plain(", ".join(request.headers.getall(name))) for name in request.headers}
        query = _plain(request.rel_url.raw_query_string)
        shown = WebhookPost(tenant, body, headers, path, dict(parse_qsl(query, keep_blank_values=True)), now)
        try:
            settings = self._around.settings(tenant, plugin.name, "")
        except SettingsError as error:  # it may be authentic: the trouble is ours
            log.error("pages.no_settings", plugin=plugin.name, tenant=tenant, problem=str(error))
            return web.Response(status=503, headers={"Retry-After": "5"})
        if not self._authentic(plugin, route, shown, settings):
            self._metrics.auth_failures.labels("webhook").inc()
            return web.Response(status=401)
        kept = {name: value[:_LONGEST] for name, value in headers.items() if not _UNKEPT.search(name)}
        posted = Posted(plugin.name, route.name, body, now, dict(path), query, kept)
        opened = OpenEvent(tenant, new_id(), None, posted, now)
        try:
            fresh = await self._kept.put(_Kept(opened, self._key(plugin, route, shown)))
        except StoreError as error:
            log.error("pages.not_kept", plugin=plugin.name, problem=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": "5"})
        if fresh:
            self._found(opened)
        return web.Response(status=200)

    def _authentic(self, plugin: Plugin, route: PluginRoute, shown: WebhookPost, settings: Any) -> bool:
        """Whether the plugin vouches for it. What raises is no yes, and what is not True is none either."""
        assert route.verify is not None
        try:
            said: object = route.verify(shown, settings)
        except (Exception, SystemExit) as error:  # which would end the event loop
            self._complain(plugin, "verify", error, shown.tenant)
            return False
        if said is not True and said is not False:
            log.error(
                "plugin.failed", plugin=plugin.name, hook="verify", tenant=shown.tenant,
                problem=f"plugin '{plugin.name}': verify of {route} returned a {type(said).__name__}, "
                "which is taken for a no; return True or False",
            )  # fmt: skip
        return said is True

    def _key(self, plugin: Plugin, route: PluginRoute, shown: WebhookPost) -> bytes:
        """Under which its duplicates die. It is authentic, so it is kept whatever becomes of this."""
        if route.key is None:
            return b""
        try:
            said = str(route.key(shown) or "")
        except (Exception, SystemExit) as error:
            self._complain(plugin, "key", error, shown.tenant)
            return b""
        return digest("webhook", plugin.name, route.name, said) if said else b""

    def _complain(self, plugin: Plugin, what: str, error: BaseException, tenant: str) -> None:
        problem = raised(plugin, what, error).message
        log.error("plugin.failed", plugin=plugin.name, hook=what, tenant=tenant, problem=problem)

    async def _flush(self, batch: list[_Kept]) -> Sequence[bool]:
        return await self._around.store.write(lambda tx: _store(tx, batch, self._clock.now()))


async def _store(tx: Tx, batch: Sequence[_Kept], now: int) -> list[bool]:
    """Store what was not seen before; for each, whether it is new."""
    keyed = {(each.opened.tenant, each.key) for each in batch if each.key}
    rows = [{"tenant": tenant, "key": key, "at": now} for tenant, key in sorted(keyed)]
    new = {(row["tenant"], bytes(row["key"])) for row in (await tx.each(RECORD["see"], rows) if rows else ())}
    fresh = []
    for each in batch:
        place = each.opened.tenant, each.key
        fresh.append(not each.key or place in new)
        new.discard(place)  # the first of two in one batch
    await tx.many(
        RECORD["add_event"], [event_row(each.opened) for each, ok in zip(batch, fresh, strict=True) if ok]
    )
    return fresh


def _plain(value: str) -> str:
    """As text that any database takes."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()
