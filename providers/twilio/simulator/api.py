"""Twilio's API for the simulated account, put together from its parts."""

from __future__ import annotations

from aiohttp import web

from gateway.simulator.timeline import Timeline
from providers.twilio.simulator.contents.api import ContentApi
from providers.twilio.simulator.contents.book import Book
from providers.twilio.simulator.credentials import Credentials
from providers.twilio.simulator.door import Door
from providers.twilio.simulator.emitter import Emitter
from providers.twilio.simulator.fates import Fates
from providers.twilio.simulator.indicators import Accounts, Indicators
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.ledger import Ledger
from providers.twilio.simulator.lines import Lines
from providers.twilio.simulator.media import MediaStore
from providers.twilio.simulator.messages import Messages
from providers.twilio.simulator.senders import Senders
from providers.twilio.simulator.world import World


class Api:
    """Answers requests for the account; what becomes of a message is its `Fates`. One address stands for
    api., content. and messaging.twilio.com: their paths do not meet."""

    def __init__(
        self, knobs: Knobs, clock: Timeline, credentials: Credentials, lines: Lines, world: World,
        fates: Fates, emitter: Emitter,
    ) -> None:  # fmt: skip
        door = self._door = Door(knobs, credentials)
        self.ledger = Ledger(door, clock.now)
        self.ledger.canceled = fates.canceled
        self.media = MediaStore(door, clock.now)
        self.senders = Senders(door, lines)
        self.indicators = Indicators(door, self.ledger, knobs)
        self.accounts = Accounts(door, clock.now())
        self.book = Book(knobs, clock.now, emitter)
        self.book.sleep = clock.sleep
        self.contents = ContentApi(door, self.book)
        self.messages = Messages(door, lines, world, fates, knobs, clock, self.book, self.ledger)
        self.messages.strange = lambda name: emitter.complain(
            f"parameter {name} is not known and was passed over"
        )

    def routes(self) -> list[web.RouteDef]:
        """What to mount, after everything else: it answers at every path."""
        return self._door.routes()

    def served_at(self, base: str, cdn: str) -> None:
        """Say where the API and the host of media are reached."""
        self.media.base = self.senders.base = self.contents.base = base
        self.media.cdn = cdn
