"""What a chat needs of what stands behind it: a turn, a flow that is being replayed, a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent, Tenant
from gateway.model.outbound import Outbound

if TYPE_CHECKING:
    from gateway.consent.change import Purpose as Agreed
    from gateway.consent.change import State
    from gateway.flows.flow import Flow
    from gateway.flows.question import Question
    from gateway.jobs.job import Job
    from gateway.language.words import Words
    from gateway.provider import StoredFile
    from gateway.store.port import Db

T = TypeVar("T")


class Conversing(Protocol):
    """What only a flow can do: the operations that its log holds. `gateway.flows` implements it."""

    async def ask(self, name: str, question: str | Outbound, rules: Question[T]) -> T: ...

    async def step(self, name: str, work: Callable[[], T | Awaitable[T]], shape: Any) -> T: ...

    async def job(self, name: str, job: Job[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T: ...

    async def wait_for(self, event: str, key: str, name: str, shape: Any, timeout: float) -> Any: ...

    async def part(self, flow: Flow[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> T: ...


class Desk(Protocol):
    """Behind a `Chat`. *flow* is None outside a flow."""

    tenant: Tenant
    settings: Any

    @property
    def contact(self) -> Contact | None: ...

    @property
    def conversation(self) -> Conversation | None: ...

    @property
    def reply_target(self) -> str: ...

    @property
    def db(self) -> Db: ...

    @property
    def flow(self) -> Conversing | None: ...

    @property
    def words(self) -> Words: ...

    @property
    def parked(self) -> Sequence[Parked]: ...

    def now(self) -> int: ...

    async def send(self, message: Outbound, at: datetime | None = None, purpose: str = "") -> Sent: ...

    async def cancel(self, message_id: str) -> bool: ...

    async def plan(self, message: Outbound) -> Sent: ...

    def mark_read(self, message_id: str, *, typing: bool) -> bool: ...

    async def media(self, message_id: str) -> StoredFile | None: ...

    async def start(self, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None: ...

    async def drop(self, parked: Parked) -> bool: ...

    def enqueue(self, job: Job[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str: ...

    def emit(self, event: Struct, key: str) -> None: ...

    def collect(self, name: str, question: Any) -> list[Any]: ...

    def speak(self, language: str) -> None: ...

    def agree(self, purpose: Agreed, state: State, proof: str) -> None: ...

    async def consents(self) -> dict[Agreed, State]: ...

    def help(self) -> Sequence[CommandHelp]: ...

    def link(self, route: str, value: Any, seconds: float) -> str: ...

    async def reach(self, conversation: str) -> Desk: ...

    def count(self, metric: str, value: float, labels: Mapping[str, str]) -> None: ...
