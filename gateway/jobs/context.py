"""What a running job is handed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from msgspec import Struct

from gateway.facts import Tenant
from gateway.message import moment
from gateway.pages.expiry import expires_in

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.jobs.http import JobHttp
    from gateway.jobs.job import Job
    from gateway.provider import StoredFile
    from gateway.store.port import Db


P = ParamSpec("P")


class JobDesk(Protocol):
    """What stands behind a `JobContext`."""

    key: str
    attempt: int
    tenant: Tenant
    settings: Any

    @property
    def db(self) -> Db: ...

    @property
    def http(self) -> JobHttp: ...

    def now(self) -> int: ...

    async def chat(self, conversation: str) -> Chat: ...

    async def progress(self, done: float, words: str) -> None: ...

    async def keep(self, data: bytes, filename: str, public: bool) -> StoredFile: ...

    def emit(self, event: Struct, key: str, conversation: str) -> None: ...

    def enqueue(self, job: Job[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str: ...

    def collect(self, name: str, question: Any) -> list[Any]: ...

    def count(self, metric: str, value: float, labels: Mapping[str, str]) -> None: ...

    def link(self, route: str, value: Any, seconds: float) -> str: ...


class JobContext:
    """One run of a job. What it says, emits and enqueues commits when it has returned, together with the
    fact that it is done; what it writes to `db` commits at once, or block by block with ``db.begin()``."""

    def __init__(self, desk: JobDesk) -> None:
        self._desk = desk
        #: The same at each run of this job: hand it to whoever must not do the work twice.
        self.key: str = desk.key
        #: 1 at the first run.
        self.attempt: int = desk.attempt
        self.tenant: Tenant = desk.tenant
        #: The plugin's settings, as `chat.settings`.
        self.settings: Any = desk.settings

    @property
    def db(self) -> Db:
        """The tenant's database."""
        return self._desk.db

    @property
    def http(self) -> JobHttp:
        """Requests to other servers: to public addresses, within a time, without cookies or proxies."""
        return self._desk.http

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock, aware, UTC."""
        return moment(self._desk.now())

    async def chat(self, conversation: str = "") -> Chat:
        """A chat in *conversation* (an id), or in the one in which the job was asked for. Raises
        `SendRefused` when there is none. What is sent outside the 24-hour window raises `WindowClosed`."""
        return await self._desk.chat(conversation)

    async def progress(self, done: float, words: str = "") -> None:
        """Say how far the work is, from 0 to 1, for whoever looks. Written once a second at most."""
        await self._desk.progress(done, words)

    async def keep(self, data: bytes, *, filename: str = "", public: bool = False) -> StoredFile:
        """Keep *data* as a file, at once: its `id` is what ``Image(stored=…)`` takes. A *public* one has a
        `link` that stays and that nobody can guess, and goes when it is deleted; others go by age. The same
        bytes under the same name are the same file. Not within ``db.begin()``, which may hold the
        database's only writer. Raises `GatewayError` for no bytes, for too many, and when the store of files
        is away."""
        return await self._desk.keep(data, filename, public)

    def emit(self, event: Struct, *, key: str = "", conversation: str = "") -> None:
        """As `chat.emit`, about *conversation*, or the one in which the job was asked for."""
        self._desk.emit(event, key, conversation)

    def enqueue(self, job: Job[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> str:
        """As `chat.enqueue`."""
        return self._desk.enqueue(job, args, kwargs)

    def link(self, route: str, value: Any = None, *, expires: str | timedelta = "7d") -> str:
        """As `chat.link`."""
        return self._desk.link(route, value, expires_in(expires))

    def collect(self, name: str, question: Any = None) -> Sequence[Any]:
        """As `chat.collect`."""
        return self._desk.collect(name, question)

    def count(self, metric: str, value: float = 1.0, /, **labels: str) -> None:
        """As `chat.count`."""
        self._desk.count(metric, value, labels)
