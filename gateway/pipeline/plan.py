"""Whose turn it is: the steps of one event, with what comes before the plugins' own order.

What the house takes (`gateway.house`) is for nobody else to answer. A message that a flow waits for is the
flow's; one that is a plugin's command is that plugin's; all others go from plugin to plugin. What always
runs (`on_any_message`) runs in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from gateway.hooks.naming import HOUSE
from gateway.hooks.plugin import Call, Plugin
from gateway.house.hush import Hushed
from gateway.model.event import ChannelEvent, MessageReceived, StatusReceived
from gateway.model.inside import Emitted, Posted, Woke
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.steps import HookCall, Step, Steps


class Claim(Struct, frozen=True):
    """A plugin has a claim on a message. "first": it goes before all others, who see nothing more of it than
    `on_any_message` when *call* says `Handled`. "last": it goes behind them, and *call* runs in any case."""

    place: Literal["first", "last"]
    plugin: str
    #: "flow" or "command".
    label: str
    call: Call


class Claims(Protocol):
    """Who may have a claim: the flows, then the commands."""

    def claim(self, opened: OpenEvent) -> Claim | None: ...


class House(Protocol):
    """What the gateway itself takes, before everybody else, and who is not answered at all."""

    def claim(self, opened: OpenEvent) -> Call | None: ...

    def hush(self, opened: OpenEvent, own: bool) -> Hushed | None: ...


class Flows(Claims, Protocol):
    """The flows: they have claims, and what wakes one of them resumes it."""

    def resumer(self) -> Call: ...


class Posts(Protocol):
    """What handles a request to a plugin's own webhook; None when the route is not there any more."""

    def handler(self, plugin: Plugin, posted: Posted) -> Call | None: ...


class Planner:
    """Plans each event."""

    def __init__(self, steps: Steps, house: House, flows: Flows, commands: Claims, posts: Posts) -> None:
        self.steps, self._house = steps, house
        self._flows, self._commands, self._posts = flows, commands, posts

    def plan(self, opened: OpenEvent) -> tuple[Step, ...]:
        """The steps of *opened*, in the order in which they run."""
        event = opened.event
        if isinstance(event, MessageReceived):
            steps = self._message(opened)
        elif isinstance(event, StatusReceived | ChannelEvent):
            steps = self.steps.of(opened.tenant, type(event))
        elif isinstance(event, Emitted):
            steps = self.steps.listeners(opened.tenant, event.name)
        else:
            steps = self._own(opened.tenant, event)
        if opened.plugins:
            return tuple(step for step in steps if step[0] in opened.plugins)
        return steps

    def _message(self, opened: OpenEvent) -> tuple[Step, ...]:
        steps = self.steps.of(opened.tenant, MessageReceived)
        call, flow, house = self._house.claim(opened), self._flows.claim(opened), self.steps.uses("", HOUSE)
        own = call is not None or (flow is not None and flow.plugin == HOUSE)
        calls, alone = [call], False
        if (hush := self._house.hush(opened, own)) is not None:
            alone = hush.alone
            calls = [call, hush.call] if alone else [hush.call, call]
        if alone:
            steps, flow = (), flow if flow is not None and flow.plugin == HOUSE else None
        claims = [claim for claim in (flow,) if claim is not None]
        claims = [claim for claim in claims if self.steps.uses(opened.tenant, claim.plugin)]
        if not alone and (not claims or claims[0].place == "last"):
            command = self._commands.claim(opened)
            claims += [command] if command is not None else []
        for claim in claims:
            steps = _placed(steps, claim, self.steps.uses(opened.tenant, claim.plugin))
        return _behind(steps, house, [each for each in calls if each is not None])

    def _own(self, tenant: str, event: Woke | Posted) -> tuple[Step, ...]:
        """The one step of what is a plugin's own."""
        plugin = self.steps.uses(tenant, event.plugin)
        if plugin is None:
            return ()
        if isinstance(event, Woke):
            return ((plugin.name, (("flow", plugin, self._flows.resumer()),)),)
        handler = self._posts.handler(plugin, event)
        return ((plugin.name, (("webhook", plugin, handler),)),) if handler is not None else ()


def _behind(steps: tuple[Step, ...], house: Plugin | None, own: Sequence[Call]) -> tuple[Step, ...]:
    """*steps* behind the house's *own* calls; without those that have nothing to do."""
    if house is not None and own:
        first = tuple(("house", house, call) for call in own)
        later = tuple(each for name, calls in steps for each in calls if name == HOUSE)
        others = tuple(step for step in steps if step[0] != HOUSE)
        steps = ((HOUSE, (*first, *later)), *others)
    return tuple(step for step in steps if step[1])


def _placed(steps: tuple[Step, ...], claim: Claim, plugin: Plugin | None) -> tuple[Step, ...]:
    """*steps* with the call of *claim* in its place."""
    if plugin is None:
        return steps
    own: HookCall = (claim.label, plugin, claim.call)
    hooks = next((calls for name, calls in steps if name == claim.plugin), ())
    others = tuple(step for step in steps if step[0] != claim.plugin)
    if claim.place == "last":
        return (*others, (claim.plugin, (*hooks, own)))
    always = tuple(call for call in hooks if call[0] == "on_any_message")
    rest = tuple(call for call in hooks if call[0] != "on_any_message")
    return ((claim.plugin, (*always, own, *rest)), *others)
