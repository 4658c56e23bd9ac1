"""Who listens: a tenant's plugins and their hooks, by kind of event, in the tenant's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gateway.hooks.host import Host
from gateway.hooks.naming import HOUSE
from gateway.hooks.plugin import Call, Plugin
from gateway.model.event import ChannelEvent, MessageReceived, StatusReceived

#: The hooks of each kind of event. What always runs comes before what may be `Handled`.
HOOKS: Mapping[type[Any], tuple[str, ...]] = {
    MessageReceived: ("on_any_message", "on_message"),
    StatusReceived: ("on_status",),
    ChannelEvent: ("on_event",),
}
_KINDS: Mapping[str, type[Any]] = {
    "message": MessageReceived,
    "status": StatusReceived,
    "event": ChannelEvent,
}

#: One hook of a plugin, and its call.
HookCall = tuple[str, Plugin, Call]
#: One plugin's part in an event: its name, and each hook with the call.
Step = tuple[str, tuple[HookCall, ...]]


class Steps:
    """*order* names a tenant's plugins. What was looked up once is remembered."""

    def __init__(self, host: Host, order: Callable[[str], Sequence[str]]) -> None:
        self._host, self._order = host, order
        self._known: dict[tuple[str, object], tuple[Step, ...]] = {}
        self._of_tenant: dict[str, set[tuple[str, object]]] = {}

    def forget(self, tenants: Iterable[str]) -> None:
        """The plugins of *tenants* may be others now."""
        for tenant in tenants:
            for key in self._of_tenant.pop(tenant, ()):
                self._known.pop(key, None)

    def of(self, tenant: str, kind: type[Any]) -> tuple[Step, ...]:
        """The plugins of *tenant* that take part in events of *kind*."""
        return self._remembered((tenant, kind), lambda: self._find(tenant, kind))

    def listeners(self, tenant: str, name: str) -> tuple[Step, ...]:
        """The plugins of *tenant* that listen to the plugins' event *name*."""
        return self._remembered((tenant, f"on {name}"), lambda: self._listening(tenant, name))

    def wanted(self, tenant: str, kind: str) -> bool:
        """Whether anybody does; *kind* is message, status or event. The house sees every message."""
        return kind == "message" or bool(self.of(tenant, _KINDS[kind]))

    def listens(self, tenant: str, name: str) -> bool:
        """Whether a plugin of *tenant* listens to the plugins' event *name*."""
        return bool(self.listeners(tenant, name))

    def uses(self, tenant: str, plugin: str) -> Plugin | None:
        """The plugin of this name, None when *tenant* does not use it or it is not loaded. The house is
        every tenant's."""
        if plugin == HOUSE:
            return self._host.house
        return self._host.plugins.get(plugin) if plugin in self._order(tenant) else None

    def _remembered(self, key: tuple[str, object], find: Callable[[], tuple[Step, ...]]) -> tuple[Step, ...]:
        steps = self._known.get(key)
        if steps is None:
            steps = self._known[key] = find()
            self._of_tenant.setdefault(key[0], set()).add(key)
        return steps

    def _find(self, tenant: str, kind: type[Any]) -> tuple[Step, ...]:
        names = self._order(tenant)
        calls: dict[str, list[HookCall]] = {}
        for hook in HOOKS[kind]:
            for plugin, call in self._host.chain(names, hook):
                calls.setdefault(plugin.name, []).append((hook, plugin, call))
        if kind is MessageReceived:  # who has commands or conversations takes messages without a hook
            for name in names:
                known = self._host.plugins.get(name)
                if known is not None and (known.offers.commands or known.offers.flows):
                    calls.setdefault(name, [])
        return tuple((name, tuple(calls[name])) for name in names if name in calls)

    def _listening(self, tenant: str, name: str) -> tuple[Step, ...]:
        named = (self._host.named(each) for each in (HOUSE, *self._order(tenant)))
        known = (plugin for plugin in named if plugin is not None)
        return tuple(
            (plugin.name, (("on", plugin, plugin.offers.listeners[name]),))
            for plugin in known
            if name in plugin.offers.listeners
        )
