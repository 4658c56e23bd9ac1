"""The part of a chat that works in flows only: questions, steps, and what a conversation waits for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from msgspec import Struct

from gateway.desk import Conversing, Desk
from gateway.errors import FlowMisused
from gateway.flows import fields
from gateway.flows.question import Options, Question, options_of, reading
from gateway.model.outbound import Outbound
from gateway.settings.durations import length

if TYPE_CHECKING:
    from gateway.flows.fields import Field
    from gateway.flows.flow import Flow
    from gateway.jobs.job import Job

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Struct)
Wait = str | timedelta | None


class Asking:
    """A chat's conversation as a function: its operations are remembered by their names, and replayed."""

    __slots__ = ("_desk",)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def ask(
        self, name: str, question: str | Outbound, *, otherwise: str = "", retries: int | None = None,
        timeout: Wait = None, back: bool = True,
    ) -> str: ...  # fmt: skip
    @overload
    async def ask(
        self, name: str, question: str | Outbound, *, parse: Field[T] | Callable[[str], T],
        otherwise: str = "", retries: int | None = None, timeout: Wait = None, back: bool = True,
    ) -> T: ...  # fmt: skip
    async def ask(
        self, name: str, question: str | Outbound, *, parse: Any = fields.text, otherwise: str = "",
        retries: int | None = None, timeout: Wait = None, back: bool = True,
    ) -> Any:  # fmt: skip
        """Ask, and wait for an answer that *parse* can read: a field (see `fields`), or a function of the
        text that raises `Invalid("…")` with words for the contact. *name* is what the answer is remembered
        by: the question's words may change, its name may not. What cannot be read is asked again, *retries*
        times, with *otherwise* or the field's own words. "back" goes to the question before, unless *back* is
        off.

        Raises `FlowTimeout` after *timeout*, `FlowCancelled` and `TooManyTries`; who catches none of them has
        the flow end politely."""
        rules = Question(
            field=reading(parse), otherwise=otherwise, retries=retries, timeout=_seconds(timeout), back=back
        )
        return await self._flow("ask").ask(name, question, rules)

    async def choose(
        self, name: str, question: str | Outbound, options: Options, *, button: str = "", otherwise: str = "",
        retries: int | None = None, timeout: Wait = None, back: bool = True,
    ) -> str:  # fmt: skip
        """Let the contact choose one of *options* ({id: words}, or buttons, or rows); its id. Shown as
        buttons or as a list, which *button* opens; a tap, a number or the option's own words choose. As
        `ask`."""
        found = options_of(options)
        rules = Question(
            field=fields.choice(found), otherwise=otherwise, retries=retries, timeout=_seconds(timeout),
            back=back, options=found, button=button,
        )  # fmt: skip
        return await self._flow("choose").ask(name, question, rules)

    async def confirm(
        self, name: str, question: str | Outbound, *, yes: str = "", no: str = "", otherwise: str = "",
        retries: int | None = None, timeout: Wait = None, back: bool = True,
    ) -> bool:  # fmt: skip
        """A question with two buttons, *yes* and *no*, which is answered by "ok" or 👍 too. As `choose`."""
        words = {"yes": yes or self._desk.words.core("Yes"), "no": no or self._desk.words.core("No")}
        found = options_of(words)
        rules = Question(
            field=fields.Agreement(found), otherwise=otherwise, retries=retries, timeout=_seconds(timeout),
            back=back, options=found,
        )  # fmt: skip
        return await self._flow("confirm").ask(name, question, rules) == "yes"

    async def step(
        self, name: str, work: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``work(*args)`` once, in this turn's transaction, and remember its result under *name*. The
        only place in a flow where `chat.db` is open: what *work* writes commits with the turn. The result has
        to be of types that JSON knows, or a Struct which *work* names as its return type."""
        return await self._flow("step").step(name, lambda: work(*args, **kwargs), work)

    async def job(self, name: str, job: Job[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Have *job* run outside, and wait for its result. It runs at least once, with a key of its own.
        Raises `JobFailed` when it was given up. In a hook, write `enqueue`."""
        return await self._flow("job").job(name, job, args, kwargs)

    @overload
    async def wait_for(
        self, event: str, key: str = "", *, name: str = "", timeout: Wait = None
    ) -> dict[str, Any]: ...
    @overload
    async def wait_for(
        self, event: str, key: str = "", *, shape: type[E], name: str = "", timeout: Wait = None
    ) -> E: ...
    async def wait_for(
        self, event: str, key: str = "", *, shape: Any = None, name: str = "", timeout: Wait = None
    ) -> Any:
        """Wait until somebody emits *event* with *key*: another plugin, a job, a webhook. One that came
        before counts too. What it carries, as a mapping or as the Struct *shape*. What the contact writes
        meanwhile goes to the plugins. Raises `FlowTimeout`. *name* is needed when a flow waits twice for one
        event."""
        wait = _seconds(timeout)
        return await self._flow("wait_for").wait_for(event, key, name, shape, -1.0 if wait is None else wait)

    async def part(self, flow: Flow[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What awaiting a flow inside a flow does: run it as a part of this one."""
        return await self._flow(flow.name).part(flow, args, kwargs)

    def _flow(self, verb: str) -> Conversing:
        if self._desk.flow is None:
            raise FlowMisused(
                f"{verb}() belongs in a flow: write it in a function marked @flow, and begin that with "
                "'return await chat.start(…)'"
            )
        return self._desk.flow


def _seconds(wait: Wait) -> float | None:
    return None if wait is None else length(wait)
