"""Carrier pigeons with one fault each."""

from __future__ import annotations

import itertools
from typing import Any

from msgspec.structs import replace

from examples.carrier_pigeon.parse import HEADER, ring
from examples.carrier_pigeon.provider import CarrierPigeon
from examples.carrier_pigeon.settings import PigeonSettings
from gateway.model.event import MessageReceived, StatusReceived
from gateway.model.inbound import Text
from gateway.model.outbound import Outbound
from gateway.provider import Parsed, ProviderError, Rendered, SendSteps, WebhookRequest


class Credulous(CarrierPigeon):
    """Believes everybody."""

    def verify(self, request: WebhookRequest, settings: PigeonSettings) -> bool:
        """Whoever it was."""
        return True


class FirstHeader(CarrierPigeon):
    """Looks at the first ring and not at the others."""

    def verify(self, request: WebhookRequest, settings: PigeonSettings) -> bool:
        """By the first header."""
        given = request.headers.get(HEADER, ())
        return bool(given) and given[0] in [ring(secret, request.body) for secret in settings.ring]


class OneSecret(CarrierPigeon):
    """Knows the newest secret only."""

    def verify(self, request: WebhookRequest, settings: PigeonSettings) -> bool:
        """By the first secret."""
        return super().verify(request, replace(settings, ring=settings.ring[:1]))


class Forgetful(CarrierPigeon):
    """Gives each message a new id whenever it reads it."""

    def __init__(self) -> None:
        self._ids = itertools.count()

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """With other ids than before."""
        parsed = super().parse(body)
        return Parsed(tuple(map(self._renamed, parsed.events)), parsed.failures)

    def _renamed(self, event: Any) -> Any:
        if not isinstance(event, MessageReceived):
            return event
        return replace(event, message_id=f"{event.message_id}-{next(self._ids)}")


class Guessing(CarrierPigeon):
    """Takes what it does not know for a text."""

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """All are texts."""
        parsed = super().parse(body)
        texts = [
            replace(each, content=Text("?")) if isinstance(each, MessageReceived) else each
            for each in parsed.events
        ]
        return Parsed(tuple(texts), parsed.failures)


class Careless(CarrierPigeon):
    """Drops what it cannot read."""

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """Without failures."""
        return Parsed(super().parse(body).events)


class Deaf(CarrierPigeon):
    """Hears of no landing."""

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """Without statuses."""
        parsed = super().parse(body)
        heard = tuple(each for each in parsed.events if not isinstance(each, StatusReceived))
        return Parsed(heard, parsed.failures)


class Anonymous(CarrierPigeon):
    """Sends without our id."""

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: PigeonSettings) -> SendSteps:
        """Without the correlation."""
        return super().send(part, to, "", settings)


class Hasty(CarrierPigeon):
    """Takes every refusal for the last word."""

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: PigeonSettings) -> SendSteps:
        """All refusals are final."""
        try:
            return (yield from super().send(part, to, correlation, settings))
        except ProviderError as error:
            raise ProviderError("invalid", title=error.title) from None


class Terse(CarrierPigeon):
    """Says the first words only."""

    def render(self, message: Outbound) -> Rendered:
        """Fifty characters."""
        [part] = super().render(message).parts
        return Rendered(({"text": part["text"][:50]},))
