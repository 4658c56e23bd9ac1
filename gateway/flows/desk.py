"""What stands behind the chat of a flow: its calls become operations, which the replay answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from gateway.desk import Desk
from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent
from gateway.flows import fields, misuse, ops
from gateway.flows.flow import Flow
from gateway.flows.names import Names
from gateway.flows.question import Question
from gateway.hooks.calls import returned
from gateway.jobs.job import Job
from gateway.language.words import Words
from gateway.model.outbound import Outbound
from gateway.provider import StoredFile
from gateway.store.port import Db

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.consent.change import Purpose as Agreed
    from gateway.consent.change import State
    from gateway.flows.replay import Replay

T = TypeVar("T")


class FlowDesk:
    """The desk of the flow that *replay* runs. Inside a step it is that of the turn."""

    def __init__(self, replay: Replay, names: Names) -> None:
        self._replay, self._turn, self._names = replay, replay.turn, names
        self.tenant, self.settings = self._turn.tenant, self._turn.settings
        #: The chat whose desk this is; parts of the flow get the same.
        self.chat: Chat

    # Where and when.

    @property
    def contact(self) -> Contact | None:
        return self._turn.contact

    @property
    def conversation(self) -> Conversation | None:
        return self._turn.conversation

    @property
    def reply_target(self) -> str:
        return self._turn.reply_target

    @property
    def words(self) -> Words:
        return self._turn.words

    @property
    def parked(self) -> Sequence[Parked]:
        return self._turn.parked

    def help(self) -> Sequence[CommandHelp]:
        return self._turn.help()

    def now(self) -> int:
        return self._replay.at

    def link(self, route: str, value: Any, seconds: float) -> str:
        return self._turn.link(route, value, seconds)

    @property
    def db(self) -> Db:
        if not self._replay.working:
            raise self._replay.misused(misuse.NO_DB)
        return self._turn.db

    @property
    def flow(self) -> FlowDesk:
        return self

    # What is done once, where it is reached for the first time.

    async def send(self, message: Outbound, at: datetime | None = None, purpose: str = "") -> Sent:
        if self._replay.working:
            return await self._turn.send(message, at, purpose)
        sent: Sent = await self._do(ops.Send(message, at, purpose))
        return sent

    async def plan(self, message: Outbound) -> Sent:
        if self._replay.working:
            return await self._turn.plan(message)
        sent: Sent = await self._do(ops.Plan(message))
        return sent

    async def cancel(self, message_id: str) -> bool:
        if self._replay.working:
            return await self._turn.cancel(message_id)
        done: bool = await self._do(ops.Cancel(message_id))
        return done

    async def media(self, message_id: str) -> StoredFile | None:
        if self._replay.working:
            return await self._turn.media(message_id)
        file: StoredFile | None = await self._do(ops.File(message_id))
        return file

    async def reach(self, conversation: str) -> Desk:
        if not self._replay.working:
            raise self._replay.misused("another conversation is reached from a step: 'await chat.step(…)'")
        return await self._turn.reach(conversation)

    def mark_read(self, message_id: str, *, typing: bool) -> bool:
        return self._turn.mark_read(message_id, typing=typing) if self._once() else False

    async def drop(self, parked: Parked) -> bool:
        if not self._replay.working:
            raise self._replay.misused("another flow is ended in a step: 'await chat.step(…)'")
        return await self._turn.drop(parked)

    def enqueue(self, job: Job[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
        if self._replay.working:
            return self._turn.enqueue(job, args, kwargs)
        self._replay.check()
        doer = self._replay.doer
        if not doer.first("jobs"):
            return str(doer.next("jobs") or "")
        return str(doer.note("jobs", self._turn.enqueue(job, args, kwargs)))

    def emit(self, event: Struct, key: str) -> None:
        if self._once():
            self._turn.emit(event, key)

    def speak(self, language: str) -> None:
        if self._once():
            self._turn.speak(language)

    def agree(self, purpose: Agreed, state: State, proof: str) -> None:
        if self._once():
            self._turn.agree(purpose, state, proof)

    async def consents(self) -> dict[Agreed, State]:
        if not self._replay.working:
            raise self._replay.misused(
                "consent is asked for in a step, so that the answer is kept: 'await chat.step(…)'"
            )
        return await self._turn.consents()

    def count(self, metric: str, value: float, labels: Mapping[str, str]) -> None:
        if self._once():
            self._turn.count(metric, value, labels)

    def collect(self, name: str, question: Any) -> list[Any]:
        if not self._replay.working:
            raise self._replay.misused(
                "plugins are asked in a step, so that their answers are kept: 'await chat.step(…)'"
            )
        return self._turn.collect(name, question)

    # What the log knows by name.

    async def ask(self, name: str, question: str | Outbound, rules: Question[T]) -> T:
        self._asks()
        if isinstance(rules.field, fields.choice) and not rules.field.options:
            raise self._replay.misused(f"choose('{name}') has no options: give it at least one")
        flow = self._names.flow
        retries = flow.retries if rules.retries is None else rules.retries
        timeout = flow.timeout if rules.timeout is None else rules.timeout
        key = self._names.key("ask", name)
        answer: T = await self._do(ops.Ask(key, question, rules, retries, timeout))
        return answer

    async def step(self, name: str, work: Callable[[], T | Awaitable[T]], shape: Any) -> T:
        self._asks()
        result: T = await self._do(ops.Step(self._names.key("step", name), work, returned(shape)))
        return result

    async def job(self, name: str, job: Job[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T:
        self._asks()
        key = self._names.key("job", name)
        result: T = await self._do(ops.RunJob(key, job, args, kwargs, returned(job.function)))
        return result

    async def wait_for(self, event: str, key: str, name: str, shape: Any, timeout: float) -> Any:
        self._asks()
        seconds = self._names.flow.timeout if timeout < 0 else timeout
        named = self._names.key("wait", name or event)
        return await self._do(ops.Wait(named, event, key, Any if shape is None else shape, seconds))

    async def part(self, flow: Flow[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T:
        self._asks()
        with self._names.inside(flow):
            return await flow.function(self.chat, *args, **kwargs)

    async def start(self, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        await self.part(flow, args, kwargs)

    # How.

    def _asks(self) -> None:
        if self._replay.working:
            raise self._replay.misused(misuse.NO_QUESTIONS)
        self._replay.check()

    async def _do(self, op: ops.Op) -> Any:
        self._replay.check()
        return await ops.perform(op)

    def _once(self) -> bool:
        """Whether what has no name is done now: not in a replay."""
        if self._replay.working:
            return True
        self._replay.check()
        return self._replay.doer.once()
