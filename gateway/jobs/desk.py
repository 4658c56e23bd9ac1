"""The desk of a job: what it says and sets going is collected for the commit that ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway.chat import Chat
from gateway.errors import FlowMisused, HandleRevoked, SendRefused
from gateway.facts import Parked
from gateway.flows.flow import Flow
from gateway.jobs.db import JobDb
from gateway.jobs.http import JobHttp
from gateway.jobs.job import Job
from gateway.jobs.record import OpenJob, Told
from gateway.model.inside import Woke
from gateway.pipeline.around import Around
from gateway.pipeline.asked import registered
from gateway.pipeline.bounds import MOST_OF_JOB, room
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.turn import Turn
from gateway.provider import StoredFile
from gateway.store.port import Db

_encode = msgspec.json.Encoder().encode

#: Seconds between two writes of a job's progress.
OFTEN = 1.0

Cancel = Callable[[str], Awaitable[bool]]
Note = Callable[[str], Awaitable[bool]]


class JobTurn(Turn):
    """A turn that is none: its database has a transaction for each statement, and no flow begins in it."""

    most = MOST_OF_JOB
    #: Set on the root: the database of the job, and how it takes a message back.
    job_db: Db
    take_back: Cancel

    @property
    def db(self) -> Db:
        root = self._root
        assert isinstance(root, JobTurn)
        return root.job_db

    async def cancel(self, message_id: str) -> bool:
        """Take a message back at once; one of this very job is not said at all."""
        root = self._root
        assert isinstance(root, JobTurn)
        return self._unsay(message_id) or await root.take_back(message_id)

    async def start(self, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Refused: the contact may be in the middle of something."""
        raise FlowMisused(
            f"plugin '{self.plugin}': a job cannot begin the flow {flow.name}, for the contact may be "
            "writing at this moment: emit an event, and begin it where you listen to that"
        )

    async def drop(self, parked: Parked) -> bool:
        """Refused likewise."""
        raise FlowMisused(
            f"plugin '{self.plugin}': a job cannot end the flow {parked.name}, for the contact may be "
            "writing at this moment: emit an event, and end it where you listen to that"
        )


class RunDesk:
    """Behind a `JobContext`. *note* writes the progress and says whether the job is still ours."""

    def __init__(self, job: OpenJob, around: Around, http: JobHttp, *, take_back: Cancel, note: Note) -> None:
        self.job, self.around = job, around
        self.key, self.attempt = job.run_key, job.attempt
        now = around.clock.now()
        woke = Woke(job.plugin, "", "resume", "", now)
        opened = OpenEvent(job.tenant, job.id, None, woke, now, job.conversation)
        self.turn = JobTurn(opened, job.plugin, around)
        self._db = self.turn.job_db = JobDb(around.store, job.tenant)
        self.turn.take_back = take_back
        self.tenant, self.settings = self.turn.tenant, self.turn.settings
        self._http, self._note = http, note
        self._noted = -OFTEN
        self._over = False
        self.told: list[Told] = []

    @property
    def db(self) -> Db:
        return self._db

    @property
    def http(self) -> JobHttp:
        self._check()
        return self._http

    def now(self) -> int:
        return self.around.clock.now()

    def end(self) -> None:
        """The job has returned: what it left behind may do nothing more."""
        self._over = True
        self.turn.end()
        self._db.end()

    async def chat(self, conversation: str) -> Chat:
        self._check()
        there = conversation or self.job.conversation
        if not there:
            raise SendRefused(
                f"plugin '{self.job.plugin}' job {self.job.name} was asked for in no conversation: pass "
                "the id of one, job.chat(conversation)"
            )
        return Chat(await self.turn.reach(there))

    async def progress(self, done: float, words: str) -> None:
        self._check()
        at = self.around.clock.monotonic()
        if at - self._noted < OFTEN and done < 1.0:
            return
        self._noted = at
        told = {"done": round(min(max(float(done), 0.0), 1.0), 4), "words": words[:200]}
        if not await self._note(_encode(told).decode()):
            raise HandleRevoked("this job was cancelled, or another process has taken it over")

    async def keep(self, data: bytes, filename: str, public: bool) -> StoredFile:
        self._check()
        if self._db.busy:
            raise FlowMisused(
                f"plugin '{self.job.plugin}': keep() within 'async with job.db.begin()' would wait for the "
                "writer that the block holds: keep the file before it"
            )
        return await self.around.offers.write(self.job.tenant, data, filename, public)

    def emit(self, event: Struct, key: str, conversation: str) -> None:
        self._check()
        name = registered(self.around.host.running(self.job.plugin), event)
        room(self.told, MOST_OF_JOB, self.job.plugin, "events")
        self.told.append(Told(name, _encode(event), key, conversation or self.job.conversation))

    def enqueue(self, job: Job[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        return self.turn.enqueue(job, args, kwargs)

    def collect(self, name: str, question: Any) -> list[Any]:
        return self.turn.collect(name, question)

    def link(self, route: str, value: Any, seconds: float) -> str:
        return self.turn.link(route, value, seconds)

    def count(self, metric: str, value: float, labels: Mapping[str, str]) -> None:
        self.turn.count(metric, value, labels)

    def _check(self) -> None:
        if self._over:
            raise HandleRevoked("this job has ended: await what it does within the job")
