"""What the page can make a contact do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

from gateway.demo.phone.bubble import Bubble, attached, said
from gateway.demo.phone.chats import Chat, Chats
from gateway.demo.phone.samples import Sample
from gateway.simulator import Simulator

#: Characters of a text, as on a phone.
LONGEST = 4096
#: Seconds after which a message that the gateway has not taken yet has one tick.
ON_ITS_WAY = 0.25


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner of *phone* does at *provider*: says *text* (quoting message *to*), taps *option* under
    the message *to*, attaches the sample named *text*, or puts the emoji *text* on the message *to*."""

    provider: str
    phone: str
    act: Literal["say", "tap", "attach", "react"]
    text: str = ""
    to: str = ""
    option: str = ""


class Acts:
    """Carries wishes out, each in a task of its own: the page hears of the outcome as news."""

    def __init__(self, chats: Chats, samples: dict[str, Sample]) -> None:
        self._chats, self._samples = chats, samples
        self._tasks: set[asyncio.Task[None]] = set()

    async def do(self, wish: Wish) -> str:
        """Begin; returns why it cannot be, in words, or ""."""
        chat = self._chats.get(wish.provider, wish.phone)
        if chat is None:
            return "there is no such phone or provider"
        if wish.act == "say":
            return self._say(chat, wish)
        if wish.act == "tap":
            return self._tap(chat, wish)
        if wish.act == "react":
            return self._react(chat, wish)
        return await self._attach(chat, wish.text)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _say(self, chat: Chat, wish: Wish) -> str:
        text = wish.text.strip()
        if not text or len(text) > LONGEST:
            return f"a message has 1 to {LONGEST} characters"
        simulator = self._chats.simulators[chat.provider]
        quoting = {"reply_to": wish.to} if wish.to else {}
        bubble = said(self._chats.key(), text, wish.to)
        self._begin(chat, bubble, lambda: simulator.says(chat.phone, text, **quoting))
        return ""

    def _tap(self, chat: Chat, wish: Wish) -> str:
        menu = chat.find(wish.to)
        option = next((one for one in menu.options if one.id == wish.option), None) if menu else None
        if option is None:
            return "that is not offered"
        simulator = self._chats.simulators[chat.provider]
        newest = next(one for one in reversed(chat.bubbles) if one.options)
        older = {} if newest is menu else {"message_id": wish.to}
        bubble = said(self._chats.key(), option.title, wish.to, tapped=True)
        self._begin(chat, bubble, lambda: simulator.taps(chat.phone, option.id, **older))
        return ""

    def _react(self, chat: Chat, wish: Wish) -> str:
        simulator, target = self._chats.simulators[chat.provider], chat.find(wish.to)
        if not can_react(simulator):
            return f"{chat.provider} does not pass on reactions"
        if target is None or len(wish.text) > 16:
            return "there is no such message to react to"
        target.reactions = {**target.reactions, "me": wish.text}
        self._chats.changed(chat, target)
        emoji = wish.text or None

        async def react() -> None:
            try:
                await simulator.sends(chat.phone, "reaction", message_id=wish.to, emoji=emoji)
            except (TimeoutError, LookupError, TypeError) as error:
                self._chats.news.tell("trouble", text=f"The reaction was not taken: {error}")

        self._spawn(react())
        return ""

    async def _attach(self, chat: Chat, name: str) -> str:
        sample = self._samples.get(name)
        if sample is None:
            return "there is nothing of this name to attach"
        simulator = self._chats.simulators[chat.provider]
        fields: dict[str, Any] = dict(sample.fields)
        file = await asyncio.to_thread(sample.make) if sample.make else None
        if file is not None:
            fields["media"] = simulator.store_inbound(file.content, file.mime_type, sample.filename)
        bubble = attached(self._chats.key(), sample, file, self._chats.files)
        self._begin(chat, bubble, lambda: simulator.sends(chat.phone, sample.kind, **fields))
        return ""

    def _begin(self, chat: Chat, bubble: Bubble, act: Callable[[], Awaitable[str]]) -> None:
        self._chats.add(chat, bubble)
        self._spawn(self._carry(chat, bubble, asyncio.ensure_future(act())))

    async def _carry(self, chat: Chat, bubble: Bubble, act: asyncio.Future[str]) -> None:
        """See *act* through, and say with ticks how far it is."""
        await asyncio.wait({act}, timeout=ON_ITS_WAY)
        if not act.done():
            self._tick(chat, bubble, "sent")
        try:
            bubble.id = await act
        except (TimeoutError, LookupError, TypeError) as error:
            bubble.error = str(error) or "the gateway did not take it"
            self._tick(chat, bubble, "failed")
            return
        if bubble.ticks != "read":
            self._tick(chat, bubble, "delivered")

    def _tick(self, chat: Chat, bubble: Bubble, ticks: str) -> None:
        bubble.ticks = ticks
        self._chats.changed(chat, bubble)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def can_react(simulator: Simulator) -> bool:
    """Whether contacts of this provider can react so that the business hears of it."""
    return "reaction" in getattr(simulator, "kinds", ())
