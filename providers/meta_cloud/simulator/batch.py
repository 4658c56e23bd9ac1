"""Updates that wait until they go out together."""

from __future__ import annotations

import asyncio

from msgspec import Struct

from providers.meta_cloud.simulator.envelope import Update


class Waiting(Struct):
    """One update; *taken* is done once the business has it, if somebody waits for that."""

    update: Update
    taken: asyncio.Future[None]

    def was_taken(self) -> None:
        """The business answered 200."""
        if not self.taken.done():
            self.taken.set_result(None)

    def refused(self, error: BaseException) -> None:
        """The business never took it."""
        if not self.taken.done():
            self.taken.set_exception(error)
            self.taken.exception()  # nobody has to wait: an unseen failure is no warning


class Batch:
    """What waits, in order of arrival."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, update: Update) -> asyncio.Future[None]:
        """Have *update* wait; the future is done when it was delivered."""
        waiting = Waiting(update, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        return waiting.taken

    def take(self) -> list[Waiting]:
        """Everything that waits; nothing does afterwards."""
        taken, self._waiting = self._waiting, []
        return taken
