"""`@job`: work outside turns, such as a request to another server.

@job(retries=8, timeout="30s")
async def charge(job: JobContext, order: str) -> str:
    ...
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from copy import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from msgspec import Struct

from gateway.errors import PluginError
from gateway.jobs.rules import check
from gateway.settings.durations import length

if TYPE_CHECKING:
    from gateway.jobs.context import JobContext

P = ParamSpec("P")
T = TypeVar("T")


class Job(Generic[P, T]):
    """A function that `@job` made a job of. It is run at least once, never inside a turn: hand its
    ``job.key`` on to whoever must not do it twice. *retries* is how often it is tried again, *timeout* the
    seconds that one run may take."""

    def __init__(
        self, function: Callable[Concatenate[JobContext, P], Awaitable[T]], *, name: str = "",
        retries: int = 5, timeout: float = 60.0,
    ) -> None:  # fmt: skip
        if not inspect.iscoroutinefunction(function):
            raise PluginError(
                f"@job marks an async function: write 'async def {getattr(function, '__name__', 'work')}"
                f"(job: JobContext, …)' ({_line(function)})"
            )
        if retries < 0 or timeout <= 0:
            raise PluginError(f"@job takes retries of 0 or more, and a timeout above 0 ({_line(function)})")
        self.function = function
        self.name = name or function.__name__
        self.retries, self.timeout = retries, timeout
        #: Set by `at` and `keyed`, for one order.
        self.due: datetime | None = None
        self.key = ""
        self.__name__, self.__doc__, self.__module__ = (
            function.__name__,
            function.__doc__,
            function.__module__,
        )
        self.__wrapped__ = function

    async def __call__(self, context: JobContext, *args: P.args, **kwargs: P.kwargs) -> T:
        """The plain function: for tests, and for jobs that share work."""
        return await self.function(context, *args, **kwargs)

    def at(self, when: datetime) -> Job[P, T]:
        """This job, to be run at *when* (aware) for the order at hand."""
        other = copy(self)
        other.due = when
        return other

    def keyed(self, key: str) -> Job[P, T]:
        """This job, ordered once: another order with the same *key* is none while this one is open."""
        other = copy(self)
        other.key = key
        return other

    def __repr__(self) -> str:
        return f"<job {self.name}>"


class Recurring(Struct, frozen=True):
    """A job that comes again by itself, for each tenant that uses the plugin, in the tenant's time zone.
    *rule* is an RFC 5545 rule such as "FREQ=DAILY;BYHOUR=8;BYMINUTE=0"; see `every`, `daily` and `weekly`. Or
    it is a function that is handed the plugin's settings for a tenant and returns the rule, "" for none:
    ``Recurring(report, lambda settings: daily(settings.report_at))``. Raises `PluginError`."""

    job: Job[[], Any]
    rule: str | Callable[[Any], str]

    def __post_init__(self) -> None:
        if isinstance(self.rule, str):
            check(self.rule)
        else:
            _check_function(self.rule, self.job.name)
        try:
            inspect.signature(self.job.function).bind(None)
        except TypeError as error:
            raise PluginError(
                f"the job {self.job.name} cannot come again by itself: it gets no arguments but its context, "
                f"and {error} ({_line(self.job.function)})"
            ) from None


def _check_function(rule: object, name: str) -> None:
    """Raise `PluginError` for what cannot be asked for the rule of the job *name*."""
    example = "Recurring(report, lambda settings: daily(settings.report_at))"
    if not callable(rule) or inspect.iscoroutinefunction(rule):
        raise PluginError(
            f"the rule of the job {name} is a text or a plain function of the settings: {example}"
        )
    try:
        inspect.signature(rule).bind(None)
    except TypeError as error:
        raise PluginError(
            f"the rule of the job {name} gets one argument, the plugin's settings, and {error}: {example}"
        ) from None


class JobOrder(Struct, frozen=True):
    """A job that a turn, a flow, a route or another job asks for. *args* is JSON, as
    `gateway.hooks.calls` keeps a call. *key* makes it one while it is open, "" for none. *due_at* is
    microseconds UTC, 0 for now. *flow* and *op* name the flow that waits for the result."""

    id: str
    tenant: str
    plugin: str
    name: str
    args: str
    key: str = ""
    conversation: str = ""
    due_at: int = 0
    flow: str = ""
    op: str = ""


@overload
def job(function: Callable[Concatenate[JobContext, P], Awaitable[T]], /) -> Job[P, T]: ...
@overload
def job(
    *, name: str = "", retries: int = 5, timeout: str | float | timedelta = 60.0
) -> Callable[[Callable[Concatenate[JobContext, P], Awaitable[T]]], Job[P, T]]: ...
def job(function: Any = None, /, *, timeout: str | float | timedelta = 60.0, **options: Any) -> Any:
    """Make a job of an async function whose first argument is the job's context."""
    wait = length(timeout)
    if function is not None:
        return Job(function, timeout=wait, **options)
    return lambda written: Job(written, timeout=wait, **options)


def _line(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code is not None else "no source"
