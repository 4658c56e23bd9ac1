"""Who listens: a tenant's plugins and their hooks, by kind of event, in the tenant's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.hooks.host import Host
from gateway.hooks.plugin import Call, Plugin
from gateway.model.event import ChannelEvent, Event, MessageReceived, StatusReceived

#: The hooks of each kind of event. What always runs comes before what may be `Handled`.
HOOKS: Mapping[type[Event], tuple[str, ...]] = {
    MessageReceived: ("on_any_message", "on_message"),
    StatusReceived: ("on_status",),
    ChannelEvent: ("on_event",),
}
_KINDS: Mapping[str, type[Event]] = {
    "message": MessageReceived,
    "status": StatusReceived,
    "event": ChannelEvent,
}

#: One plugin's part in an event: its name, and each hook with the call.
Step = tuple[str, tuple[tuple[str, Plugin, Call], ...]]


class Steps:
    """*order* names a tenant's plugins. What was looked up once is remembered."""

    def __init__(self, host: Host, order: Callable[[str], Sequence[str]]) -> None:
        self._host, self._order = host, order
        self._known: dict[tuple[str, type[Event]], tuple[Step, ...]] = {}

    def forget(self, tenants: Iterable[str]) -> None:
        """The plugins of *tenants* may be others now."""
        for tenant in tenants:
            for kind in HOOKS:
                self._known.pop((tenant, kind), None)

    def of(self, tenant: str, kind: type[Event]) -> tuple[Step, ...]:
        """The plugins of *tenant* that listen to events of *kind*."""
        key = (tenant, kind)
        steps = self._known.get(key)
        if steps is None:
            steps = self._known[key] = self._find(tenant, kind)
        return steps

    def wanted(self, tenant: str, kind: str) -> bool:
        """Whether anybody does; *kind* is message, status or event."""
        return bool(self.of(tenant, _KINDS[kind]))

    def _find(self, tenant: str, kind: type[Event]) -> tuple[Step, ...]:
        names = self._order(tenant)
        calls: dict[str, list[tuple[str, Plugin, Call]]] = {}
        for hook in HOOKS[kind]:
            for plugin, call in self._host.chain(names, hook):
                calls.setdefault(plugin.name, []).append((hook, plugin, call))
        return tuple((name, tuple(calls[name])) for name in names if name in calls)
