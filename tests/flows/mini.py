"""The engine alone: a conversation in memory, whose flows are rows as the database would keep them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec

from gateway.facts import Sent, Tenant
from gateway.flows.claiming import Wish
from gateway.flows.conduct import Conduct
from gateway.flows.flow import Flow
from gateway.flows.record import FlowRow
from gateway.flows.waiting import Waiting
from gateway.hooks.offers import Offers
from gateway.hooks.plugin import Plugin
from gateway.language.words import Words
from gateway.model import inbound
from gateway.model.event import MessageReceived, Person
from gateway.model.outbound import Outbound
from gateway.pipeline.effects import Effects
from gateway.pipeline.records import OpenEvent


class _Db:
    def __init__(self, kept: dict[str, bytes]) -> None:
        self._kept = kept

    async def one(self, sql: str, /, **values: Any) -> Any:
        kept = self._kept.get(values.get("id", ""))
        return msgspec.json.decode(kept) if kept is not None else None


class Mini:
    """One contact and one flow. *said* is the transcript; `restart` forgets all but the rows."""

    def __init__(self, flow: Flow[..., Any]) -> None:
        self._flow, self._at = flow, 1_000_000
        self._kept: dict[str, bytes] = {}
        self.said: list[str] = []
        offers = Offers(flows={flow.name: {flow.version: flow}})
        self._plugins = {"mini": Plugin("mini", "", "", (), {}, {}, {}, None, offers)}
        self.restart()

    def restart(self) -> None:
        """A new process."""
        self._waiting = Waiting()
        self._waiting.take(msgspec.json.decode(kept, type=FlowRow) for kept in self._kept.values())
        self._conduct = Conduct(self._waiting)

    @property
    def pending(self) -> str:
        """What the flow waits for; "" when it is over."""
        held = self._waiting.of("t", "c")
        return held[0].pending if held else ""

    async def start(self, *args: Any) -> None:
        """Begin."""
        turn = self._turn("")
        await self._conduct.begin(turn, self._flow, args, {})
        self._keep(turn)

    async def says(self, text: str, why: Any = "answer") -> None:
        """The contact writes."""
        (held,) = self._waiting.of("t", "c")
        turn = self._turn(text)
        await self._conduct.answered(turn, Wish("back" if text == "back" else why, "mini", held.id))
        self._keep(turn)

    def _keep(self, turn: Any) -> None:
        for write in turn.effects.flows:
            if write.row.state == "ended":
                self._kept.pop(write.row.id, None)
            else:
                self._kept[write.row.id] = msgspec.json.encode(write.row)
        self._waiting.take(write.row for write in turn.effects.flows)

    def _turn(self, text: str) -> Any:
        self._at += 1_000_000
        event = MessageReceived("n", f"wamid{self._at}", Person(), inbound.Text(text), self._at)
        channel: Any = SimpleNamespace(id="t-main", shard=0)
        words = Words()
        flow = self._flow
        named, running = self._plugins.get, self._plugins.__getitem__
        host = SimpleNamespace(named=named, running=running, flow=lambda *_: flow)
        around = SimpleNamespace(host=host, speech=None)
        at = self._at

        async def send(message: Outbound, at: Any = None, purpose: str = "") -> Sent:
            self.said.append(getattr(message, "text", ""))
            return Sent(f"m{len(self.said)}", 1)

        return SimpleNamespace(
            opened=OpenEvent("t", f"e{at}", channel, event, at, "c", "k"), plugin="mini", around=around,
            tenant=Tenant("t"), settings={}, words=words, effects=Effects(), now=lambda: at, send=send,
            db=_Db(self._kept),
        )  # fmt: skip
