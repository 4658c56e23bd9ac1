"""How processes tell each other that the database has something new: NOTIFY, on a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import asyncpg

from gateway.channel import SHARDS
from gateway.cluster.pulse import beat
from gateway.observe import Metrics, get_logger

log = get_logger("gateway.poke")

CHANNEL = "gateway_shards"
_LOOK = "look"
PACE = 0.05  # seconds between two of our notifications
_PATIENCE = 5.0  # seconds for the server to answer
_ASK = 10.0  # seconds after which a silent connection is asked whether it still is one
_BACK_OFF = (0.2, 5.0)
# The last is what asyncpg says of a connection that the server is just ending.
_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# A poke may be lost, so its commit need not wait for the disk.
_SETTINGS = {"application_name": "gateway-poke", "synchronous_commit": "off"}


class Poke:
    """Listens and tells. *url* is a direct connection's; without one nothing is told and nothing heard.

    *heard* is called with the shards that a process named, *looked* when one says that the processes or their
    shards are others now.
    """

    def __init__(
        self, url: str, heard: Callable[[frozenset[int]], None], looked: Callable[[], None], metrics: Metrics,
        *, term: Callable[[], int] = lambda: 0, beats: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """*term* is that of this process, whose lock is held on the connection; *beats* is called when it was
        taken, and when it is gone."""
        self._term, self._beats = term, beats
        #: The terms whose locks are ours.
        self._beating: set[int] = set()
        self._url, self._heard, self._looked, self._metrics = url, heard, looked, metrics
        self._waiting: set[str] = set()
        self._stirred = asyncio.Event()
        self._away = False

    def tell(self, shards: Iterable[int]) -> None:
        """Say that there is something new for *shards*: at once, then at most every `PACE` seconds."""
        if self._url:
            self._waiting.update(map(str, shards))
            if self._waiting:
                self._stirred.set()

    def look(self) -> None:
        """Say that the others should look who is there and what is free."""
        if self._url:
            self._waiting.add(_LOOK)
            self._stirred.set()

    def holds(self, term: int) -> bool:
        """Whether the lock of *term* is held."""
        return term in self._beating

    async def run(self) -> None:
        """Listen and tell; when the connection is lost, come back. For ever."""
        wait = _BACK_OFF[0]
        while self._url:
            loop = asyncio.get_running_loop()
            began = loop.time()
            try:
                await self._connected()
            except (*_LOST, TimeoutError) as error:
                self._lost(error)
            finally:
                self._metrics.poke_listening.set(0)
                if self._beating:
                    self._beating.clear()
                    self._beats()
            wait = _BACK_OFF[0] if loop.time() - began > _BACK_OFF[1] else wait
            await asyncio.sleep(wait)
            wait = min(wait * 2, _BACK_OFF[1])

    def _lost(self, error: Exception) -> None:
        """Said once, until it is back."""
        if not self._away:
            self._away = True
            log.warning(
                "poke.lost", problem=str(error) or type(error).__name__,
                hint="until it is back other processes are heard by polling; is [store] direct_url right?",
            )  # fmt: skip

    async def _connected(self) -> None:
        connection = await asyncpg.connect(
            self._url, timeout=_PATIENCE, command_timeout=_PATIENCE, server_settings=_SETTINGS
        )
        try:
            connection.add_termination_listener(lambda _: self._stirred.set())
            await connection.add_listener(CHANNEL, self._received)
            self._metrics.poke_listening.set(1)
            if self._away:
                self._away = False
                log.info("poke.back")
            self._heard(frozenset(range(SHARDS)))  # what was told while nobody listened
            while not connection.is_closed():
                await self._beat(connection)
                await self._say(connection)
            raise ConnectionError("the server has closed the connection")
        finally:
            connection.terminate()

    async def _beat(self, connection: asyncpg.Connection) -> None:
        """Hold the lock of the term that is ours now: another one after we have joined anew."""
        term = self._term()
        if term and term not in self._beating and await beat(connection, term):
            self._beating.add(term)
            self._beats()

    async def _say(self, connection: asyncpg.Connection) -> None:
        """Tell what waits; when nothing does for long, ask whether the connection still is one."""
        try:
            async with asyncio.timeout(_ASK):
                await self._stirred.wait()
        except TimeoutError:
            await connection.fetchval("select 1")
            return
        self._stirred.clear()
        words, self._waiting = sorted(self._waiting), set()
        if words:
            await connection.execute("select pg_notify($1, $2)", CHANNEL, ",".join(words))
            await asyncio.sleep(PACE)

    def _received(self, connection: object, pid: int, channel: str, payload: object) -> None:
        """Our own notifications come back too: they are for shards that are not ours."""
        words = str(payload).split(",")
        if found := frozenset(int(word) for word in words if word.isdecimal()):
            self._heard(found)
        if _LOOK in words:
            self._looked()
