"""`on_start` and `on_stop`: each plugin alone, within a deadline; a failure is logged and passed by."""

from __future__ import annotations

from gateway.hooks.failure import HookFailed
from gateway.hooks.host import Host
from gateway.hooks.isolate import run_hook
from gateway.observe import get_logger

log = get_logger("gateway.hooks")

DEADLINE = 10.0


async def run_everywhere(host: Host, hook: str) -> None:
    """Run *hook* of every plugin that has it."""
    for plugin, call in host.everyone(hook):
        try:
            await run_hook(plugin, hook, call(), deadline=DEADLINE)
        except HookFailed as failure:
            log.error("plugin.failed", plugin=plugin.name, hook=hook, problem=failure.message)
