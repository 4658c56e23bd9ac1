"""Whatever a hook does, its neighbours do not notice."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

from gateway.errors import Retry, SerializationFailure
from gateway.hooks import mark
from gateway.hooks.failure import HookFailed
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.store.places import waiting

hook: Any = mark.hook


async def run(body: Any, *, deadline: float = 1.0) -> Any:
    """Run *body*, an async function without arguments, as the on_message of a plugin called crm."""

    class Crm:
        @hook.on_message
        async def answer(self, message: object, chat: object) -> Any:
            return await body()

    plugin = Host().register(Crm(), "crm")
    return await run_hook(plugin, "on_message", plugin.hooks["on_message"]("m", "c"), deadline=deadline)


async def failure(body: Any, *, deadline: float = 1.0) -> HookFailed:
    with pytest.raises(HookFailed) as caught:
        await run(body, deadline=deadline)
    return caught.value


async def test_the_result_comes_back() -> None:
    """A well-behaved hook may wait, and its result is handed on."""

    async def body() -> str:
        await asyncio.sleep(0.001)
        async with asyncio.timeout(1), asyncio.TaskGroup() as group:
            task = group.create_task(asyncio.sleep(0, "inner"))
        return task.result()

    assert await run(body) == "inner"


async def test_a_stop_iteration_is_placed_too() -> None:
    """Python makes a RuntimeError of it, outside of the function that raised it."""

    async def body() -> None:
        next(iter(()))

    failed = await failure(body)

    assert "test_isolate.py:" in failed.message


async def test_an_error_is_logged_without_its_text() -> None:
    """The message says who, what type and where; only the detail for the dead letter has the text."""

    async def body() -> None:
        raise KeyError("sku")

    failed = await failure(body)

    assert failed.kind == "error"
    assert failed.message.startswith("plugin 'crm' on_message raised KeyError (")
    assert "test_isolate.py:" in failed.message
    assert "sku" not in str(failed)
    assert failed.detail.startswith("plugin 'crm' on_message raised KeyError: 'sku' (")
    assert isinstance(failed.cause, KeyError)


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    "error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit(), Mute(), RecursionError()]
)
async def test_nothing_that_a_hook_raises_ends_the_process(error: BaseException) -> None:
    """Exits, interrupts and worse are failures of the hook, and the loop goes on."""

    async def body() -> None:
        await asyncio.sleep(0)
        raise error

    assert f"raised {type(error).__name__}" in (await failure(body)).message


async def test_endless_recursion_is_an_error() -> None:
    """A hook that calls itself for ever fails with its own RecursionError."""

    def deeper(n: int) -> int:
        return deeper(n + 1)

    async def body() -> None:
        deeper(0)

    assert "raised RecursionError" in (await failure(body)).message


@pytest.mark.parametrize("error", [Retry(2), SerializationFailure("crossed")])
async def test_run_it_again_passes(error: Exception) -> None:
    """`Retry` and the store's serialization failure are no failures of the plugin."""

    async def body() -> None:
        raise error

    with pytest.raises(type(error)):
        await run(body)


async def test_a_cancellation_of_its_own_is_an_error() -> None:
    """A hook that raises CancelledError, or cancels the task it runs in, harms itself only."""

    async def raises() -> None:
        raise asyncio.CancelledError

    async def cancels() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(10)

    assert "raised CancelledError" in (await failure(raises)).message
    assert "raised CancelledError" in (await failure(cancels)).message


async def test_a_slow_hook_is_stopped_where_it_waits() -> None:
    """After the deadline the hook is cancelled, and the message names the line at which it waited."""

    async def body() -> None:
        await asyncio.sleep(10)

    line = body.__code__.co_firstlineno + 1
    failed = await failure(body, deadline=0.02)

    assert failed.kind == "timeout"
    assert failed.message.startswith(
        "plugin 'crm' on_message took longer than 0.02s; move slow work to a job ("
    )
    assert failed.message.endswith(f"test_isolate.py:{line})")


async def test_a_hook_that_swallows_its_cancellation_is_cut_off() -> None:
    """It gets a tenth of a second; then the lane goes on and the coroutine is closed, not left running."""
    swallowed: list[int] = []
    closed: list[bool] = []

    async def body() -> None:
        try:
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    swallowed.append(1)
        finally:
            closed.append(True)

    begun = time.monotonic()
    failed = await failure(body, deadline=0.02)

    assert failed.kind == "timeout"
    assert time.monotonic() - begun < 60.0
    await asyncio.sleep(0.01)
    assert (len(swallowed), closed) == (1, [True])


async def test_a_late_result_does_not_count() -> None:
    """What a hook returns after its deadline, having swallowed the cancellation, is too late."""

    async def body() -> str:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            pass
        return "late"

    assert (await failure(body, deadline=0.02)).kind == "timeout"


async def test_a_hook_that_blocks_the_loop_has_missed_its_deadline() -> None:
    """A blocking call cannot be stopped, but the turn is undone and the plugin named."""

    async def body() -> None:
        time.sleep(0.06)  # noqa: ASYNC251

    failed = await failure(body, deadline=0.02)

    assert failed.kind == "timeout"
    assert "plugin 'crm' on_message blocked every other tenant for 0.1s" in failed.message


async def test_the_one_that_waits_is_not_blamed_for_the_one_that_blocks() -> None:
    """When somebody else holds the loop over a hook's deadline, the hook is given that time back."""

    async def waits() -> str:
        await asyncio.sleep(0.02)
        return "in time"

    waiting = asyncio.create_task(run(waits, deadline=0.05))
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251

    assert await waiting == "in time"


async def test_a_cancellation_from_outside_stops_the_hook() -> None:
    """When the lane itself is cancelled, the hook is too, and the cancellation goes on outwards."""
    ended: list[str] = []

    async def body() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append("hook")

    lane = asyncio.create_task(run(body))
    await asyncio.sleep(0.01)
    lane.cancel()

    with pytest.raises(asyncio.CancelledError):
        await lane
    assert ended == ["hook"]


async def test_a_cancellation_before_the_first_step_leaves_nothing_behind() -> None:
    """A hook that never began is closed, so that nothing is reported as never awaited."""

    async def body() -> None:
        raise AssertionError("it ran")

    lane = asyncio.create_task(run(body))
    asyncio.get_running_loop().call_soon(lane.cancel)

    with pytest.raises(asyncio.CancelledError):
        await lane


async def test_a_wait_for_a_place_is_not_held_against_it() -> None:
    """A connection that others have, or the writer: the deadline stands still."""

    async def waits() -> str:
        for _ in range(2):
            with waiting():
                await asyncio.sleep(0.15)
        return "done"

    assert await run(waits, deadline=0.1) == "done"


async def test_what_it_does_beside_its_waits_is_measured() -> None:
    """It has its own time before, between and behind them, and no more."""

    async def dawdles() -> None:
        with waiting():
            await asyncio.sleep(0.15)
        await asyncio.sleep(5)

    assert "longer than 0.1s" in str(await failure(dawdles, deadline=0.1))


async def test_two_waits_at_once_are_one() -> None:
    """Tasks of one hook that wait side by side, the first of which goes on and dawdles."""

    async def wait(seconds: float) -> None:
        with waiting():
            await asyncio.sleep(seconds)

    async def both() -> None:
        await asyncio.gather(wait(0.05), wait(0.15))
        await asyncio.sleep(5)

    begun = time.monotonic()
    await failure(both, deadline=0.1)
    assert time.monotonic() - begun < 4


async def test_who_ignores_the_deadline_and_then_waits_for_a_place_is_cut_off() -> None:
    """The grace after a cancellation does not stand still."""

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(5)
        with waiting():
            await asyncio.sleep(0.02)
        await asyncio.sleep(5)

    begun = time.monotonic()
    async with asyncio.timeout(3):
        await failure(stubborn, deadline=0.05)
    assert time.monotonic() - begun < 2
