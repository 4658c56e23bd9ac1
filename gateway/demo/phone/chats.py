"""The chats of all phones at all providers, kept in step with the simulators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from gateway.demo.phone import wire
from gateway.demo.phone.bubble import Bubble, look, received
from gateway.demo.phone.files import Files
from gateway.demo.phone.news import News
from gateway.simulator import Seen, Simulator
from gateway.simulator.view import Viewing, viewing

#: Seconds between two looks at a simulator that has not reported anything.
PACE = 0.15
#: Statuses after which nothing follows.
_FINAL = frozenset({"read", "played", "failed"})


class Chat:
    """What one phone shows of its chat with the business at one provider."""

    def __init__(self, provider: str, phone: str) -> None:
        self.provider, self.phone = provider, phone
        self.bubbles: list[Bubble] = []
        #: Messages of the inbox that are among the bubbles.
        self.shown = 0

    def find(self, message_id: str) -> Bubble | None:
        """The bubble of a message."""
        return (
            next((bubble for bubble in self.bubbles if bubble.id == message_id), None) if message_id else None
        )


class Chats:
    """Every chat. *arrived* is called with a chat in which the business has written."""

    def __init__(
        self, simulators: Mapping[str, Simulator], phones: list[str], news: News, files: Files,
        arrived: Callable[[Chat], None],
    ) -> None:  # fmt: skip
        self.simulators, self.news, self.files = simulators, news, files
        self._arrived = arrived
        self._chats = {(name, phone): Chat(name, phone) for name in simulators for phone in phones}
        self._marks: dict[tuple[str, str], int] = {}
        self._count = 0

    def __iter__(self) -> Any:
        return iter(self._chats.values())

    def get(self, provider: str, phone: str) -> Chat | None:
        """The chat of *phone* at *provider*."""
        return self._chats.get((provider, phone))

    def key(self) -> int:
        """A number for the next bubble."""
        self._count += 1
        return self._count

    def add(self, chat: Chat, bubble: Bubble) -> None:
        """A new bubble, told to the pages."""
        chat.bubbles.append(bubble)
        self.news.tell("bubble", provider=chat.provider, phone=chat.phone, bubble=bubble)

    def changed(self, chat: Chat, bubble: Bubble) -> None:
        """A bubble is another than it was."""
        self.news.tell("change", provider=chat.provider, phone=chat.phone, bubble=bubble)

    async def follow(self, name: str) -> None:
        """Tell of every exchange with one provider, and keep its chats in step, for ever."""
        simulator = self.simulators[name]
        watching = asyncio.ensure_future(self._watch(name, simulator))
        try:
            while True:
                for chat in self._chats.values():
                    if chat.provider == name:
                        self._sync(chat, simulator)
                viewer = viewing(simulator)
                if viewer is not None:
                    self._attention(name, viewer)
                await asyncio.sleep(PACE)
        finally:
            watching.cancel()

    async def _watch(self, name: str, simulator: Simulator) -> None:
        async for exchange in simulator.traffic.watch():
            self.news.tell("wire", line=wire.line(name, exchange, simulator))

    def _sync(self, chat: Chat, simulator: Simulator) -> None:
        inbox = simulator.inbox(chat.phone)
        fresh, chat.shown = inbox[chat.shown :], len(inbox)
        for message in fresh:
            self._receive(chat, simulator, message)
        for bubble in chat.bubbles:
            if not bubble.mine and bubble.ticks not in _FINAL:
                ticks = simulator.ticks(bubble.id)
                if ticks != bubble.ticks:
                    bubble.ticks = ticks
                    self.changed(chat, bubble)
        if fresh:
            self._arrived(chat)

    def _receive(self, chat: Chat, simulator: Simulator, message: Seen) -> None:
        target = chat.find(look(simulator, message).reacts_to)
        if target is not None:
            target.reactions = {**target.reactions, "business": message.text}
            self.changed(chat, target)
        else:
            self.add(chat, received(self.key(), chat.provider, simulator, message, self.files))

    def _attention(self, name: str, simulator: Viewing) -> None:
        """What the business has read, and under what it is typing."""
        for message_id in self._fresh(name, "read", simulator.marked_read):
            for chat in self._holding(name, message_id):
                self._read(chat, message_id)
        for message_id in self._fresh(name, "typing", simulator.marked_typing):
            for chat in self._holding(name, message_id):
                self._read(chat, message_id)
                self.news.tell("typing", provider=name, phone=chat.phone)

    def _fresh(self, name: str, what: str, marked: Any) -> list[str]:
        start = self._marks.get((name, what), 0)
        self._marks[name, what] = len(marked)
        return list(marked[start:])

    def _holding(self, name: str, message_id: str) -> list[Chat]:
        return [c for c in self._chats.values() if c.provider == name and c.find(message_id)]

    def _read(self, chat: Chat, message_id: str) -> None:
        """Blue ticks for the message and all before it."""
        last = next(at for at, bubble in enumerate(chat.bubbles) if bubble.id == message_id)
        for bubble in chat.bubbles[: last + 1]:
            if bubble.mine and bubble.ticks in ("sent", "delivered", "clock"):
                bubble.ticks = "read"
                self.changed(chat, bubble)
