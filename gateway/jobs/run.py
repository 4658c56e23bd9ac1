"""One run of a job, and what came of it."""

from __future__ import annotations

from types import CoroutineType
from typing import Any

import msgspec

from gateway.errors import HandleRevoked, Retry, SerializationFailure, StoreUnavailable, WindowClosed
from gateway.hooks.calls import called
from gateway.hooks.failure import HookFailed, without
from gateway.hooks.isolate import run_hook
from gateway.hooks.plugin import Plugin, where
from gateway.jobs.context import JobContext
from gateway.jobs.desk import RunDesk
from gateway.jobs.job import Job
from gateway.jobs.record import MOST_RUNS, OpenJob, Outcome

_encode = msgspec.json.Encoder().encode

#: Seconds until a job is run again that found the database away, or crossed with another's work.
AWAY = 2.0


async def run(plugin: Plugin, job: OpenJob, desk: RunDesk) -> Outcome:
    """Run *job* once; how that ended. Passes on a cancellation from outside."""
    known = plugin.offers.jobs.get(job.name)
    if known is None:
        return _dead("error", f"plugin '{plugin.name}' has no job {job.name} (any more)")
    try:
        args, kwargs = called(known.function, job.args)
        coroutine = known.function(JobContext(desk), *args, **kwargs)
    except (TypeError, ValueError) as error:  # the function was changed while the job waited
        words = f"plugin '{plugin.name}' job {job.name} cannot be called with what it was asked for with"
        return _dead("error", f"{words}: {error} ({where(known.function)})")
    try:
        found = await _isolated(plugin, known, coroutine)
        return Outcome("done", _result(plugin, known, found), desk.turn.effects, desk.told)
    except Retry as error:
        if job.attempt >= MOST_RUNS:
            return _dead(
                "error", f"plugin '{plugin.name}' job {job.name} asked {MOST_RUNS} times for another run"
            )
        return Outcome("again", after=error.wanted, words=f"it asked to be run again ({job.attempt})")
    except (StoreUnavailable, SerializationFailure) as error:
        return Outcome("again", after=AWAY, words=f"{type(error).__name__}")
    except HookFailed as failure:
        return _failed(failure, desk)
    finally:
        desk.end()


async def _isolated(plugin: Plugin, job: Job[..., Any], coroutine: Any) -> Any:
    """What *job* returns, within its own time."""
    if not isinstance(coroutine, CoroutineType):
        raise HookFailed(
            plugin.name, f"job {job.name}", "error",
            f"plugin '{plugin.name}' job {job.name} is no 'async def' function ({where(job.function)})",
        )  # fmt: skip
    return await run_hook(plugin, f"job {job.name}", coroutine, deadline=job.timeout)


def _result(plugin: Plugin, job: Job[..., Any], found: Any) -> bytes:
    try:
        return _encode(found)
    except (TypeError, ValueError) as error:
        words = f"plugin '{plugin.name}' job {job.name} returned what cannot be kept as JSON"
        raise HookFailed(
            plugin.name, f"job {job.name}", "error", f"{words}: {error} ({where(job.function)})"
        ) from None


def _failed(failure: HookFailed, desk: RunDesk) -> Outcome:
    detail = without(failure.detail or failure.message, desk.settings)
    if isinstance(failure.cause, WindowClosed):  # the next run would find it closed too
        return Outcome("dead", reason="window_closed", words=failure.message, detail=detail)
    if isinstance(failure.cause, HandleRevoked):
        detail = f"{detail}; keep what waits for others out of 'async with job.db.begin()'"
    return Outcome("failed", reason=failure.kind, words=failure.message, detail=detail, error=failure.cause)


def _dead(reason: str, words: str) -> Outcome:
    return Outcome("dead", reason=reason, words=words, detail=words)
