"""pywa, a client of others, pointed at the simulator: what it sends, and how it reads webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from msgspec import Struct
from pywa import WhatsApp
from pywa.errors import WhatsAppError
from pywa.types import RawUpdate

from providers.meta_cloud.simulator import MetaSimulator


class Detour(httpx.HTTPTransport):
    """Sends what is meant for Meta's hosts to the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = httpx.URL(base)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The same request, to another host."""
        request.url = request.url.copy_with(
            scheme=self._base.scheme, host=self._base.host, port=self._base.port
        )
        return super().handle_request(request)


class Row(Struct, frozen=True):
    """One line of the table: *difference* is "" when both sides agree."""

    call: str
    result: str
    difference: str = ""


def client(sim: MetaSimulator) -> WhatsApp:
    """A pywa client for the simulator's first number."""
    settings = sim.channel_settings()
    return WhatsApp(
        phone_id=settings["phone_number_id"],
        token=settings["access_token"],
        waba_id=settings["waba_id"],
        app_id=1234567890,
        session=httpx.Client(transport=Detour(sim.api_base), timeout=10),
        filter_updates=False,
        skip_duplicate_updates=False,
    )


async def attempt(name: str, act: Callable[[], Any]) -> Row:
    """Make one call of pywa in a thread: "ok" with the type of its result, or what was refused."""
    try:
        result = await asyncio.to_thread(act)
    except WhatsAppError as error:
        return Row(name, "refused", f"{error.code}: {error.details or error.message}")
    except Exception as error:
        return Row(name, "raised", f"{type(error).__name__}: {error}")
    return Row(name, f"ok {type(result).__name__}")


def read(wa: WhatsApp, name: str, body: bytes) -> Row:
    """Have pywa read a webhook: the type that it makes of it, or what it stumbles over."""
    raw = RawUpdate(body, hmac_header=None, update_hash="")
    try:
        handler = wa._get_handler_type(raw)
        if handler is None:
            return Row(name, "unknown", f"no type for {raw.field}")
        update = wa._handlers_to_updates[handler].from_update(client=wa, update=raw)
    except Exception as error:
        return Row(name, "raised", f"{type(error).__name__}: {error}")
    return Row(name, f"ok {type(update).__name__}")


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| call | result | difference |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {row.call} | {row.result} | {row.difference} |" for row in rows])
