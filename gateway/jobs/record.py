"""A job that is open, as its row says, and how a run of it ended."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from gateway.clock import rfc3339
from gateway.pipeline.effects import Effects
from gateway.pipeline.records import LAST_START
from gateway.store.port import Row

#: Runs of one job, those that asked to be run again included.
MOST_RUNS = 1000


class OpenJob(Struct, frozen=True):
    """A row of `job`. *claimed_at* is 0 until it is claimed; *recurs* is the rule of one that comes again, at
    *occurs_at* this time."""

    tenant: str
    id: str
    plugin: str
    name: str
    key: str
    args: str
    conversation: str
    flow: str
    op: str
    due_at: int
    attempt: int
    failures: int
    starts: int
    recurs: str
    zone: str
    occurs_at: int
    epoch: int = 0
    claimed_at: int = 0

    @property
    def run_key(self) -> str:
        """The same at each run of what is to be done once: the key of its order, or its occurrence, or its
        id."""
        if self.recurs:
            return f"{self.name}@{rfc3339(self.occurs_at)}"
        return self.key or self.id

    @property
    def cause(self) -> int:
        """When it was due, also when it was put off since: a run that failed is tried again later."""
        return self.occurs_at or self.due_at

    @property
    def poisonous(self) -> bool:
        """Whether its starts, the one at hand not counted, are enough."""
        return self.starts >= LAST_START

    def claimed(self, epoch: int, now: int) -> OpenJob:
        """This job as this process has it from now on; *starts* stays what it was before."""
        return replace(self, attempt=self.attempt + 1, epoch=epoch, claimed_at=now)

    def fence(self) -> dict[str, object]:
        """What its row has to look like for whoever may end this run."""
        names = ("tenant", "id", "epoch", "attempt", "claimed_at")
        return {name: getattr(self, name) for name in names}


_COLUMNS = tuple(name for name in OpenJob.__struct_fields__ if name not in ("epoch", "claimed_at"))


def open_job(row: Row) -> OpenJob:
    """A row of `next`."""
    return OpenJob(**{name: row[name] for name in _COLUMNS})


class Told(Struct, frozen=True):
    """An event that a run emitted; where it belongs to is looked up when it is stored."""

    name: str
    payload: bytes
    key: str
    conversation: str


class Outcome(Struct):
    """How a run ended: well, to be run again *after* seconds (a failure or not), for good, or cut off by the
    end of the process. *words* may be logged, *detail* is for the dead letter only. *error* is what the
    plugin's code raised, for whoever watches."""

    kind: Literal["done", "failed", "again", "dead", "released"]
    result: bytes = b"null"
    effects: Effects = field(default_factory=Effects)
    told: list[Told] = field(default_factory=list)
    after: float = 0.0
    reason: str = ""
    words: str = ""
    detail: str = ""
    error: BaseException | None = None


class DeadJob(Struct, frozen=True):
    """The body of a dead letter of the stage "job": all that is needed to run it again."""

    name: str
    args: str
    key: str
    conversation: str = ""
    flow: str = ""
    op: str = ""


def dead_job(job: OpenJob) -> DeadJob:
    """*job* for its dead letter. The key of an occurrence goes with it: a replay is the same work."""
    key = job.run_key if job.recurs else job.key
    return DeadJob(job.name, job.args, key, job.conversation, job.flow, job.op)


encode = msgspec.json.Encoder().encode
