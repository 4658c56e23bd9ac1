"""What a running job is handed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec

from msgspec import Struct

from gateway.facts import Tenant

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.jobs.job import Job
    from gateway.store.port import Db


P = ParamSpec("P")


class JobContext:
    """One run of a job. What it says, emits and enqueues commits when it has returned, together with the
    fact that it is done; what it writes to `db` commits at once, or block by block with ``db.begin()``."""

    #: The same at each run of this job: hand it to whoever must not do the work twice.
    key: str
    #: 1 at the first run.
    attempt: int
    tenant: Tenant
    settings: Any

    @property
    def db(self) -> Db:
        """The tenant's database."""
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock, aware, UTC."""
        raise NotImplementedError

    async def chat(self, conversation: str = "") -> Chat:
        """A chat in *conversation* (an id), or in the one in which the job was asked for."""
        raise NotImplementedError

    async def progress(self, done: float, words: str = "") -> None:
        """Say how far the work is, from 0 to 1, for whoever looks."""
        raise NotImplementedError

    def emit(self, event: Struct, *, key: str = "", conversation: str = "") -> None:
        """As `chat.emit`."""
        raise NotImplementedError

    def enqueue(self, job: Job[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> str:
        """As `chat.enqueue`."""
        raise NotImplementedError

    def collect(self, name: str, question: Any = None) -> Sequence[Any]:
        """As `chat.collect`."""
        raise NotImplementedError
