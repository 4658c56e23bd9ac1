"""What a plugin talks through. One `Chat` lives for one hook of one plugin, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from msgspec import Struct

from gateway.asking import Asking
from gateway.desk import Desk
from gateway.errors import SendRefused
from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent, Tenant
from gateway.flows.reading import read_beside
from gateway.hooks.handled import Handled
from gateway.message import Message, moment
from gateway.model import outbound
from gateway.model.outbound import Outbound
from gateway.pages.expiry import expires_in
from gateway.settings.policy import Purpose

if TYPE_CHECKING:
    from gateway.consent.change import Purpose as Agreed
    from gateway.consent.change import State
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


class Chat(Asking):
    """The conversation that an event belongs to.

    Whatever you send is committed together with what you write to `db`, once the hook has returned:
    if the hook fails, nothing was said and nothing was written.
    """

    __slots__ = ()

    async def say(
        self, text: str | None, *, reply_to: str = "", at: datetime | None = None,
        purpose: Purpose | None = None,
    ) -> Sent:  # fmt: skip
        """Send a text. Saying nothing ("" or None) sends nothing and is a loss in the log, not an error."""
        message = outbound.Text("" if text is None else str(text), reply_to=reply_to)
        return await self._desk.send(message, at, purpose or "")

    async def send(
        self, message: Outbound, *, at: datetime | None = None, purpose: Purpose | None = None
    ) -> Sent:
        """Send any outbound kind, now or *at* a later time (aware; a year ahead at most). Raises
        `WindowClosed` outside the 24-hour window, unless it is a template, and `SendRefused` naming the
        field and the limit when the channel cannot carry it. The window of a message for later is looked
        at when it is due.

        What answers no message of this contact has a *purpose*: that of its template's category, else
        "service"; say it when it is another. It is judged before it is sent (docs/policy.md)."""
        return await self._desk.send(message, at, purpose or "")

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

    # What a turn sets going.

    async def start(self, flow: Flow[P, Any], *args: P.args, **kwargs: P.kwargs) -> Handled:
        """Begin *flow* in this conversation; it runs up to its first question, in this turn. *args* have to
        be of types that JSON knows. Returns `Handled`: ``return await chat.start(checkout, cart_id)``."""
        await self._desk.start(flow, args, kwargs)
        return Handled

    async def drop(self, parked: Parked) -> bool:
        """End a flow of this plugin's own that was put aside, one of `chat.parked`. Nothing is said, and its
        function is not run again. False when it has gone on or has ended meanwhile."""
        return await self._desk.drop(parked)

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

    def link(self, route: str, value: Any = None, *, expires: str | timedelta = "7d") -> str:
        """The address of a public page of this plugin, by its path without "/{token}" or its handler's name:
        ``chat.link("/o", {"order": 7})``. Whoever has it sees the page, until it *expires* (a year at most);
        nobody else can read or guess *value*, which has to be of types that JSON knows, and small."""
        return self._desk.link(route, value, expires_in(expires))

    async def reach(self, conversation: str) -> Chat:
        """A chat in another conversation of this tenant, by its id (`chat.conversation.id`). What it says and
        writes is part of this turn. Raises `SendRefused` when there is no such conversation."""
        return Chat(await self._desk.reach(conversation))

    # Languages.

    @property
    def language(self) -> str:
        """The code of the language that is spoken with the contact ("es")."""
        return self._desk.words.language

    def speak(self, language: str) -> None:
        """Speak *language* with this contact from now on, on all channels."""
        self._desk.speak(language)

    async def opt_in(self, purpose: Agreed, *, proof: str, source: str = "") -> None:
        """Record that the contact agreed to *purpose* ("marketing" or "service"), with what shows it: the
        words of the question, a form's name. *source* is where. Raises `ValueError` without a proof."""
        if not proof.strip():
            raise ValueError("opt_in needs a proof: say what shows that the contact agreed")
        self._desk.agree(purpose, "in", f"{source}: {proof}" if source else proof)

    async def opt_out(self, purpose: Agreed, *, proof: str = "") -> None:
        """Record that the contact wants no more of *purpose*, on all channels."""
        self._desk.agree(purpose, "out", proof)

    async def consents(self) -> dict[Agreed, State]:
        """What the contact said last of each purpose, "in" or "out"; one that is not there is unknown. In a
        flow it stands in a step."""
        return await self._desk.consents()

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

    def read(self, parse: Field[T] | Callable[[str], T], text: str) -> T:
        """*text* as *parse* (a field, or a function of the text) reads an answer here: in the contact's
        language, country and zone, now. Raises `Invalid`; its ``str()`` is what to tell the contact. In a
        flow ask by `ask`, and read what else there is in a step."""
        return read_beside(parse, text, self._desk)

    # What is around.

    @property
    def parked(self) -> Sequence[Parked]:
        """Flows of this conversation that were put aside, newest first."""
        return self._desk.parked

    @property
    def help(self) -> Sequence[tuple[str, str]]:
        """The commands that this contact may write, each with a line of help, in the contact's language."""
        return [(command.usage, command.help) for command in self._desk.help()]

    @property
    def commands(self) -> Sequence[CommandHelp]:
        """The same as data: with the plugin, and the id of an option that runs the command when it is
        chosen."""
        return self._desk.help()

    def count(self, metric: str, value: float = 1.0, /, **labels: str) -> None:
        """Count *value* in a metric that `register_metrics` returned; set it, if it is a gauge. At once, also
        when the turn fails."""
        self._desk.count(metric, value, labels)
