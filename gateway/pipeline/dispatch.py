"""Dispatch: an event passes through its tenant's plugins, one turn each, in the tenant's order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gateway.chat import Chat
from gateway.errors import (
    HandleRevoked,
    Retry,
    SerializationFailure,
    StatementFailed,
    StoreUnavailable,
    WindowClosed,
)
from gateway.hooks.breaker import Breaker
from gateway.hooks.failure import HookFailed, went_on, without
from gateway.hooks.handled import Handled
from gateway.hooks.isolate import run_hook
from gateway.hooks.naming import HOUSE
from gateway.hooks.seen import EventSeen
from gateway.message import Message, StatusUpdate
from gateway.model.event import ChannelEvent, MessageReceived, StatusReceived
from gateway.model.inside import Emitted, Posted, Woke
from gateway.observe import Metrics, get_logger
from gateway.pipeline.around import Around
from gateway.pipeline.batch import Batcher
from gateway.pipeline.commit import GuardFailed, TurnResult, commit_one, commit_turns
from gateway.pipeline.dead_turn import dead_turn
from gateway.pipeline.effects import Effects
from gateway.pipeline.fence import Fence
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.plan import Planner
from gateway.pipeline.records import LAST_START, OpenEvent
from gateway.pipeline.steps import HookCall, Step
from gateway.pipeline.turn import Turn
from gateway.pipeline.unanswered import Unanswered

Hooks = Sequence[HookCall]

DEADLINE = 1.0
TRIES = 5
#: What sees a message only as long as nobody has answered it, also behind the end of a process.
ANSWERS = ("on_message", "command")
#: What sees nothing of a message that the house has answered.
CLAIMED = (*ANSWERS, "flow")
POISON = "the process ended each of five times that this ran"
NOT_USED = "this plugin is switched off for the tenant, or could not be loaded"

log = get_logger("gateway.dispatch")


class Dispatcher:
    """Runs the turns of events. Knows the plugins, not the providers."""

    def __init__(
        self, planner: Planner, around: Around, outbox: Outbox, metrics: Metrics,
        kept: Callable[[Effects], None] = lambda effects: None, fence: Fence | None = None,
    ) -> None:  # fmt: skip
        """*kept* is told what has become durable."""
        self._fence = fence or Fence()
        self._planner, self._around, self._outbox = planner, around, outbox
        self._store, self._clock, self._metrics = around.store, around.clock, metrics
        self._kept = kept
        self.breaker = Breaker(self._clock)
        #: Told of each hook that ran: the event, plugin, hook, and what it returned or its `HookFailed`.
        self.watchers: list[Callable[[OpenEvent, str, str, object], None]] = []
        self._unanswered = Unanswered(self._store)
        self._turns: Batcher[TurnResult, bool] = Batcher(self._flush, pace=self._store.pace)

    async def drain(self) -> None:
        """Wait until every finished turn is durable."""
        await self._turns.drain()

    async def handle(self, opened: OpenEvent) -> None:
        """Run every turn of *opened* that is not done yet; return when all is durable, or another's."""
        epoch = await self._fence.begin(opened)
        if not epoch:
            return
        done = dict(opened.done or {})
        steps = self._planner.plan(opened)
        handled, claimed = any(done.values()), done.get(HOUSE, False)
        todo = [step for step in steps if step[0] not in done]
        if opened.starts > LAST_START:
            await self._end(opened, todo, bool(done), "poison", POISON, epoch)
            return
        if not steps and isinstance(opened.event, Woke | Posted):  # kept until the plugin is there again
            await self._end(opened, [(opened.event.plugin, ())], bool(done), "not_used", NOT_USED, epoch)
        elif not todo:
            await self._finish(TurnResult(opened, "", True, had_done=bool(done), epoch=epoch))
        left: list[Effects] = []
        for index, (name, calls) in enumerate(todo):
            final = index == len(todo) - 1
            hooks = _left(calls, handled, claimed)
            result = TurnResult(opened, name, final, had_done=bool(done) or index > 0, epoch=epoch)
            left.append(result)
            if hooks:
                handled = await self._turn(result, hooks) or handled
                claimed = claimed or (handled and name == HOUSE)
            else:
                await self._finish(result)
        await self._unanswered.look(opened, steps, handled, left)
        if opened.channel is not None:
            self._metrics.dispatched_seconds.labels(opened.channel.provider.name).observe(
                max(0, self._clock.now() - opened.received_at) / 1e6
            )

    async def _turn(self, result: TurnResult, hooks: Hooks) -> bool:
        """One plugin's turn, run again when units crossed or it asked for it; True when it `Handled`."""
        opened, name = result.opened, result.plugin
        if name != HOUSE and not self.breaker.allow(name, opened.tenant):
            self._count(name, hooks[0][0], "put_aside")
            await self._fail(result, "put_aside", "this plugin kept failing and is put aside for a while")
            return False
        tries, delay = 0, 0.05
        while True:
            try:
                await self._attempt(result, hooks)
            except StoreUnavailable:  # nobody's fault: it is no try
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
                continue
            except (SerializationFailure, Retry) as error:
                tries += 1
                if tries <= TRIES:
                    await asyncio.sleep(error.after if isinstance(error, Retry) else 0.01 * tries)
                    continue
                await self._fail(result, "error", f"gave up after {TRIES} tries: {error}")
            except HookFailed as failure:
                if isinstance(failure.cause, WindowClosed):
                    # An old message, redelivered late: nothing is wrong with the plugin.
                    await self._fail(result, "window_closed", failure.message)
                    return False
                await self._failed(result, failure)
            except HandleRevoked as error:
                await self._failed(
                    result, HookFailed(name, hooks[0][0], "timeout", f"plugin '{name}': {error}")
                )
            except StatementFailed as error:
                await self._failed(result, went_on(name, hooks[0][0], error))
            except Exception as error:  # a fault of ours: this turn is set aside, the lane keeps its order
                log.exception("turn.failed", event_id=opened.id, plugin=name)
                await self._fail(result, "error", f"the gateway failed: {type(error).__name__}: {error}")
            else:
                self._judge(name, opened, True)
                return result.handled
            self._judge(name, opened, False)
            return False

    def _judge(self, name: str, opened: OpenEvent, well: bool) -> None:
        """Tell the breaker how a run ended, and the gauge what came of it."""
        if name == HOUSE:  # nothing puts it aside
            return
        troubled = len(self.breaker) > 0
        self.breaker.record(name, opened.tenant, opened.contact, well)
        if troubled or not well:
            self._metrics.plugin_put_aside.labels(name).set(self.breaker.aside(name))

    async def _attempt(self, result: TurnResult, hooks: Hooks) -> None:
        """Run the hooks once and commit what they did."""
        opened = result.opened
        result.undo()
        result.handled = False
        turn = Turn(opened, result.plugin, self._around)
        subject = _subject(opened)
        try:
            for hook, plugin, call in hooks:
                if result.handled and (hook == "on_message" or plugin.name == HOUSE):
                    continue  # a flow or a command of this very plugin has answered, or the house itself
                started = self._clock.monotonic()
                answer = await run_hook(plugin, hook, call(subject, Chat(turn)), deadline=DEADLINE)
                self._metrics.plugin_seconds.labels(plugin.name, hook).observe(
                    self._clock.monotonic() - started
                )
                self._ran(opened, plugin.name, hook, "ok", answer)
                result.handled = result.handled or answer is Handled
            turn.end()
            result.take(turn.effects)
            await self._keep(result, turn)
        except BaseException:
            await turn.rollback()
            raise

    async def _keep(self, result: TurnResult, turn: Turn) -> None:
        """Commit the turn, in its own transaction if it has one, else with its neighbours'."""
        now = self._clock.now()
        self._outbox.restored.judge(result, result.opened.received_at, now)

        async def commit() -> bool:
            if turn.unit is None or not turn.unit.opened:
                await turn.rollback()
                return await self._turns.put(result)
            if not self._fence.holds(result):
                await turn.rollback()
                return False
            try:
                await turn.unit.commit(lambda tx: commit_one(tx, result, now))
            except GuardFailed:
                return False
            return True

        if await self._outbox.keep(result.opened.tenant, result, now, commit):
            self._kept(result)
        else:
            log.info("turn.done_elsewhere", event_id=result.opened.id, plugin=result.plugin)
            await self._fence.elsewhere(result.opened)

    async def _flush(self, results: list[TurnResult]) -> list[bool]:
        now = self._clock.now()
        holds = [self._fence.holds(result) for result in results]
        ours = [result for result, held in zip(results, holds, strict=True) if held]
        kept = iter(await self._store.write(lambda tx: commit_turns(tx, ours, now)) if ours else [])
        return [held and next(kept) for held in holds]

    async def _finish(self, result: TurnResult) -> None:
        """Mark a turn done, whatever the database's state: wait for it if need be."""
        wait: Callable[[], Awaitable[bool]] = lambda: self._turns.put(result)  # noqa: E731
        delay = 0.05
        while True:
            try:
                await wait()
                return
            except (StoreUnavailable, SerializationFailure):
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)

    async def _failed(self, result: TurnResult, failure: HookFailed) -> None:
        log.error(
            "plugin.failed", plugin=failure.plugin, hook=failure.hook, problem=failure.message,
            event_id=result.opened.id, tenant=result.opened.tenant,
        )  # fmt: skip
        self._ran(result.opened, failure.plugin, failure.hook, failure.kind, failure)
        channel = result.opened.channel
        settings = self._around.settings(result.opened.tenant, failure.plugin, channel.id if channel else "")
        await self._fail(result, failure.kind, without(failure.detail or failure.message, settings))

    async def _fail(self, result: TurnResult, reason: str, detail: str) -> None:
        """Leave a dead letter in place of the turn's effects."""
        result.undo()
        result.handled = False
        result.dead = [dead_turn(result.opened, result.plugin, reason, detail, self._clock.now())]
        self._metrics.dead.labels("plugin", reason).inc()
        await self._finish(result)

    async def _end(
        self, opened: OpenEvent, todo: Sequence[Step], had_done: bool, reason: str, detail: str, epoch: int
    ) -> None:
        """Give the whole event up: a dead letter for each plugin that has not seen it."""
        now = self._clock.now()
        result = TurnResult(opened, "", True, had_done=had_done, epoch=epoch)
        result.dead = [dead_turn(opened, name, reason, detail, now) for name, _ in todo]
        self._metrics.dead.labels("plugin", reason).inc(len(result.dead))
        await self._finish(result)

    def _ran(self, opened: OpenEvent, plugin: str, hook: str, outcome: str, answer: object) -> None:
        self._count(plugin, hook, outcome)
        for told in self.watchers:
            told(opened, plugin, hook, answer)

    def _count(self, plugin: str, hook: str, outcome: str) -> None:
        self._metrics.plugin_runs.labels(plugin, hook, outcome).inc()


def _left(calls: Hooks, handled: bool, claimed: bool) -> Hooks:
    """Those of *calls* that see a message which was *handled*, or that the house has *claimed*."""
    answers = CLAIMED if claimed else ANSWERS if handled else ()
    return [call for call in calls if call[0] not in answers]


def _subject(opened: OpenEvent) -> Message | StatusUpdate | ChannelEvent | EventSeen | Woke | Posted:
    """The first argument of the event's hooks."""
    if isinstance(opened.event, MessageReceived):
        return Message(opened.message, opened.event)
    if isinstance(opened.event, StatusReceived):
        return StatusUpdate(opened.message, opened.event)
    if isinstance(opened.event, Emitted):
        return EventSeen(opened.event)
    return opened.event
