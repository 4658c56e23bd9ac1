"""What a plugin talks through. One `Chat` lives for one hook of one plugin, and no longer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from msgspec import Struct

from gateway.desk import Conversing, Desk
from gateway.errors import FlowMisused, SendRefused
from gateway.facts import Contact, Conversation, Parked, Sent, Tenant
from gateway.flows import fields
from gateway.flows.question import Options, Question, options_of, reading
from gateway.hooks.handled import Handled
from gateway.message import Message, moment
from gateway.model import outbound
from gateway.model.outbound import Outbound
from gateway.settings.durations import seconds

if TYPE_CHECKING:
    from gateway.flows.fields import Field
    from gateway.flows.flow import Flow
    from gateway.jobs.job import Job
    from gateway.language.words import Words
    from gateway.provider import StoredFile
    from gateway.store.port import Db

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Struct)
Wait = str | timedelta | None


def desk_of(chat: Chat) -> Desk:
    """What stands behind *chat*: for the gateway itself."""
    return chat._desk


class Chat:
    """The conversation that an event belongs to.

    Whatever you send is committed together with what you write to `db`, once the hook has returned:
    if the hook fails, nothing was said and nothing was written.
    """

    __slots__ = ("_desk",)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def say(self, text: str | None, *, reply_to: str = "", at: datetime | None = None) -> Sent:
        """Send a text. Saying nothing ("" or None) sends nothing and is a loss in the log, not an error."""
        return await self._desk.send(outbound.Text("" if text is None else str(text), reply_to=reply_to), at)

    async def send(self, message: Outbound, *, at: datetime | None = None) -> Sent:
        """Send any outbound kind, now or *at* a later time (aware; a year ahead at most). Raises
        `WindowClosed` outside the 24-hour window, unless it is a template, and `SendRefused` naming the
        field and the limit when the channel cannot carry it. The window of a message for later is looked
        at when it is due."""
        return await self._desk.send(message, at)

    async def cancel(self, message_id: str) -> bool:
        """Take back a message by the id that `send` returned, with this turn's commit. True when nothing of
        it was sent, also the second time; False when it is too late, or no message of ours has this id."""
        return await self._desk.cancel(message_id)

    async def plan(self, message: Outbound) -> Sent:
        """What would `send` do: the number of parts and the losses, without sending."""
        return await self._desk.plan(message)

    async def react(self, emoji: str, message_id: str = "") -> Sent:
        """React to the message with provider id *message_id*, or to the one at hand. "" takes it away."""
        return await self._desk.send(outbound.Reaction(self._target("react", message_id), emoji))

    async def media(self, message: Message | str = "") -> StoredFile | None:
        """The file of *message* (or of the one with this id of ours, or of the one at hand) as the gateway
        keeps it; send it on with `Image(stored=file.id)`. None while it is being fetched, when it could not
        be had, and where there is none: `on_event` tells of it with `MediaStored` and `MediaFailed`."""
        return await self._desk.media(message if isinstance(message, str) else message.id)

    async def mark_read(self, message_id: str = "") -> bool:
        """Show the contact that the message with provider id *message_id*, or the one at hand, and all
        before it were read (blue ticks). It happens at once; False where the provider has no such thing."""
        return self._desk.mark_read(self._target("mark_read", message_id), typing=False)

    async def typing(self) -> bool:
        """Show "typing…" under the message at hand until the answer comes, for 25 seconds at most. It marks
        the message as read too. It happens at once; False where the provider has no such thing."""
        return self._desk.mark_read(self._target("typing", ""), typing=True)

    def _target(self, verb: str, message_id: str) -> str:
        target = message_id or self._desk.reply_target
        if not target:
            raise SendRefused(f"{verb}() needs a message: this event carries none, pass message_id")
        return target

    @property
    def contact(self) -> Contact:
        """Who we are talking with."""
        if self._desk.contact is None:
            raise SendRefused(
                "this event belongs to no contact; chat.contact exists for messages and statuses"
            )
        return self._desk.contact

    @property
    def conversation(self) -> Conversation:
        """Where: the channel and its window."""
        conversation = self._desk.conversation
        if conversation is None:
            raise SendRefused("this event belongs to no conversation")
        return conversation

    @property
    def tenant(self) -> Tenant:
        """For whom."""
        return self._desk.tenant

    @property
    def settings(self) -> Any:
        """The plugin's settings here: its own `Settings` struct, decoded from the installation's, the
        tenant's and the channel's; a mapping for a plugin that declares none."""
        return self._desk.settings

    @property
    def db(self) -> Db:
        """The database, inside this turn's transaction, for this hook only; in a flow inside `step` only."""
        return self._desk.db

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock, aware, UTC."""
        return moment(self._desk.now())

    # A conversation as a function: these work in a flow only.

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
        """A question with two buttons, *yes* and *no*. As `choose`."""
        words = {"yes": yes or self._desk.words.core("Yes"), "no": no or self._desk.words.core("No")}
        chosen = await self.choose(
            name, question, words, otherwise=otherwise, retries=retries, timeout=timeout, back=back
        )
        return chosen == "yes"

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

    # What a turn sets going.

    async def start(self, flow: Flow[P, Any], *args: P.args, **kwargs: P.kwargs) -> Handled:
        """Begin *flow* in this conversation; it runs up to its first question, in this turn. *args* have to
        be of types that JSON knows. Returns `Handled`: ``return await chat.start(checkout, cart_id)``."""
        await self._desk.start(flow, args, kwargs)
        return Handled

    def enqueue(self, job: Job[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> str:
        """Have *job* run outside, soon after this turn's commit; its id. *args* have to be of types that JSON
        knows. ``chat.enqueue(remind.at(tomorrow).keyed(visit), visit)`` runs it later, and once for its
        key."""
        return self._desk.enqueue(job, args, kwargs)

    def emit(self, event: Struct, *, key: str = "") -> None:
        """Tell the plugins that listen with ``@hook.on("order_placed")`` to an `OrderPlaced`: after this
        turn's commit, each in a turn of its own. With a *key* flows that `wait_for` it go on. The struct has
        to be one of those that the plugin's `register_events` returns."""
        self._desk.emit(event, key)

    def collect(self, name: str, question: Any = None) -> list[Any]:
        """What the tenant's plugins answer now with ``@hook.collect(name)``, in their order."""
        return self._desk.collect(name, question)

    # Languages.

    @property
    def language(self) -> str:
        """The code of the language that is spoken with the contact ("es")."""
        return self._desk.words.language

    def speak(self, language: str) -> None:
        """Speak *language* with this contact from now on, on all channels."""
        self._desk.speak(language)

    def t(self, text: str, /, **values: object) -> str:
        """*text* in the contact's language, from the plugin's catalogues, its ``{names}`` filled in."""
        return self._desk.words.t(text, **values)

    def n(self, one: str, many: str, number: int, /, **values: object) -> str:
        """*one* or *many*, as the contact's language counts; ``{n}`` is the number."""
        return self._desk.words.n(one, many, number, **values)

    @property
    def words(self) -> Words:
        """Numbers, money, days and times as the contact's language writes them."""
        return self._desk.words

    # What is around.

    @property
    def parked(self) -> Sequence[Parked]:
        """Flows of this conversation that were put aside, newest first."""
        return self._desk.parked

    @property
    def help(self) -> Sequence[tuple[str, str]]:
        """The commands that this contact may write, each with a line of help, in the contact's language."""
        return self._desk.help()

    def count(self, metric: str, value: float = 1.0, /, **labels: str) -> None:
        """Count *value* in a metric that `register_metrics` returned; set it, if it is a gauge. At once, also
        when the turn fails."""
        self._desk.count(metric, value, labels)


def _seconds(wait: Wait) -> float | None:
    if wait is None:
        return None
    return wait.total_seconds() if isinstance(wait, timedelta) else seconds(wait)
