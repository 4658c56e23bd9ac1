"""The plugin behind the counter: writes down what it hears, and sends what it was told to."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gateway.chat import Chat
from gateway.errors import SendRefused
from gateway.facts import Contact, Sent
from gateway.hooks.mark import hook
from gateway.message import Message, StatusUpdate
from gateway.model.outbound import Outbound

#: How a text begins that makes the clerk fail.
FAILS = "please fail"


class Heard(Struct, frozen=True):
    """A message as a plugin got it."""

    tenant: str
    channel: str
    contact: Contact
    message: Message


class Clerk:
    """Answers a text with `answer_to` it, or with what `orders` has for it; a choice with `choice_of`.

    What it hears is kept by the message's id: a turn that was run again is heard once.
    """

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}
        #: our id of a message -> the statuses that the plugin was told, in order
        self.told: dict[str, list[StatusUpdate]] = {}
        #: a contact's text -> what is sent for it
        self.orders: dict[str, Outbound] = {}
        #: a contact's text -> what `plan` foretold, and what `send` returned
        self.planned: dict[str, Sent] = {}
        self.sent: dict[str, Sent] = {}
        #: a contact's text -> why what was to be sent for it was refused
        self.refused: dict[str, str] = {}

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> None:
        """Answer, and keep what was heard."""
        tenant, channel = chat.tenant.id, chat.conversation.channel
        try:
            if message.text.startswith(FAILS):
                raise RuntimeError(f"cannot handle {message.text!r} of {chat.contact.address}")
            if message.reply_id:
                await chat.say(choice_of(message.reply_id))
            elif (order := self.orders.get(message.text)) is not None:
                self.planned[message.text] = await chat.plan(order)
                self.sent[message.text] = await chat.send(order)
            elif message.text:
                await chat.say(answer_to(message.text))
        except SendRefused as error:
            self.refused[message.text] = str(error)
        finally:
            self.heard[message.id] = Heard(tenant, channel, chat.contact, message)

    @hook.on_status
    async def status(self, status: StatusUpdate) -> None:
        """Keep what became of a message."""
        self.told.setdefault(status.message_id, []).append(status)

    def has(self, text: str) -> Callable[[], bool]:
        """For `until`: whether *text* was heard, and what is sent for it was sent or refused."""
        return lambda: bool(self.of(text))

    def of(self, text: str) -> list[Heard]:
        """What was heard with this text."""
        return [heard for heard in self.heard.values() if heard.message.text == text]

    def from_contact(self, contact: str) -> list[Heard]:
        """What was heard of the contact whose replies go to *contact*, oldest first."""
        return [heard for heard in self.heard.values() if heard.contact.address == contact]


def answer_to(text: str) -> str:
    """What the clerk says to a text that is no order."""
    return f"You said: {text}"


def choice_of(reply_id: str) -> str:
    """What the clerk says to a choice."""
    return f"You chose: {reply_id}"
