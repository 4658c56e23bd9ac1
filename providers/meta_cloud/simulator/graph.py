"""The Graph API of the simulated app, put together from its parts."""

from __future__ import annotations

from aiohttp import web

from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.account import Account
from providers.meta_cloud.simulator.blocks import Blocks
from providers.meta_cloud.simulator.callbacks import Callbacks
from providers.meta_cloud.simulator.calls import Door
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.fates import Fates
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Lines
from providers.meta_cloud.simulator.media import MediaStore
from providers.meta_cloud.simulator.messages import Messages
from providers.meta_cloud.simulator.templates.api import TemplateApi
from providers.meta_cloud.simulator.templates.book import TemplateBook
from providers.meta_cloud.simulator.uploads import Uploads
from providers.meta_cloud.simulator.world import World

#: The id of the app that is simulated; sample media are uploaded to it.
APP_ID = "670000000000067"


class Graph:
    """Answers requests for the business numbers; what becomes of a message is its `Fates`."""

    def __init__(
        self, lines: Lines, world: World, fates: Fates, knobs: Knobs, clock: Timeline, emitter: Emitter,
        door: Door,
    ) -> None:  # fmt: skip
        self._door = door
        self.callbacks = Callbacks(door, emitter, APP_ID)
        blocks = self.blocks = Blocks(door, world, clock)
        self.account = Account(door, lines, knobs, clock, self.callbacks, blocks)
        self.media = MediaStore(door, clock.now)
        uploads = Uploads(door, lines, APP_ID)
        self.templates = TemplateBook(emitter, knobs, clock)
        TemplateApi(door, self.templates, uploads.handles, emitter, clock)
        fates.definition = self.templates.definition
        self.messages = Messages(
            door, world, fates, knobs, clock, self.media, self.templates, self.account
        )  # fmt: skip

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [*self._door.routes(), *self.media.routes()]

    @property
    def access_token(self) -> str:
        """What requests must bear."""
        return self._door.access_token

    @access_token.setter
    def access_token(self, value: str) -> None:
        self._door.access_token = value

    @property
    def accepted(self) -> list[Accepted]:
        """Everything accepted, in order."""
        return self.messages.accepted

    @property
    def marked_read(self) -> list[str]:
        """Ids of the contacts' messages that were marked read, in order."""
        return self.messages.marked_read
