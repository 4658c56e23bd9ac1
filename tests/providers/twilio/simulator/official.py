"""Twilio's own Python library, pointed at the simulator: its client calls the API, its validator judges what
is signed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from providers.twilio.simulator import TwilioSimulator


class Detour(TwilioHttpClient):
    """Sends what is meant for Twilio's hosts to the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Response:
        """The same request, to another host."""
        parts = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(parts), *rest, **more)

    def close(self) -> None:
        """Close the connections."""
        if self.session is not None:
            self.session.close()


def client(sim: TwilioSimulator, key: bool = False) -> Client:
    """A client for the simulator's account: with its auth token, or with its API key."""
    settings = sim.channel_settings()
    user, word = (settings["api_key"], settings["api_secret"]) if key else (
        settings["account_sid"], settings["auth_token"],
    )  # fmt: skip
    return Client(user, word, settings["account_sid"], http_client=Detour(sim.api_base))


async def attempt(act: Callable[[], Any]) -> Any:
    """Make one call of the library in a thread: its result, or the code that it was refused with."""
    try:
        return await asyncio.to_thread(act)
    except TwilioRestException as error:
        return error.code
