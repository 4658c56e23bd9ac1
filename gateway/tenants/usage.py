"""Plugins of a tenant: list, turn on and off, put in order, set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from gateway.audit import Actor, note
from gateway.errors import SettingsError
from gateway.hooks.conflicts import lacking, without
from gateway.store.port import Row, Tx
from gateway.tenants.errors import Invalid, ManagedByFile, NotFound
from gateway.tenants.forms import PluginChange
from gateway.tenants.ground import Ground, Seen, alive, whatever
from gateway.tenants.hiding import shown
from gateway.tenants.judging import invalid, judge_plain, merged
from gateway.tenants.plugin_settings import Layer, problem, read
from gateway.tenants.records import SQL, Known, opened, plugin_place, sealed
from gateway.tenants.shown import PluginShown


class _Use(Struct, frozen=True):
    """How a tenant uses a plugin, as a row has it. *revision* 0: there is no row yet. *lost* are its sealed
    settings when they cannot be opened, b"" when they can."""

    plugin: str
    position: int
    enabled: bool = False
    settings: dict[str, Any] = {}
    revision: int = 0
    lost: bytes = b""


class Usage:
    """The service behind `gateway plugin` and /api/v1/plugins."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._directory, self._host = ground, ground.directory, ground.host

    async def list(self, tenant: str) -> list[PluginShown]:
        """Every plugin that is installed or in use: those in use in their order, then the rest."""
        self._ground.need(tenant)
        used = self._directory.plugins_of(tenant)
        names = {*self._host.plugins, *self._host.failed} - set(used)
        return [self._shown(tenant, name) for name in (*used, *sorted(names))]

    async def get(self, tenant: str, plugin: str) -> Known[PluginShown]:
        """One plugin. Raises `NotFound` for one that is neither installed nor in use."""
        self._ground.need(tenant)
        self._need(tenant, plugin)

        async def read(tx: Tx) -> list[Row]:
            return await tx.all(SQL["plugins"], tenant=tenant)

        rows = await self._ground.store.scope(tenant).read(read)
        revision = next((row["revision"] for row in rows if row["plugin"] == plugin), 0)
        return Known(self._shown(tenant, plugin), revision)

    async def change(
        self, actor: Actor, tenant: str, plugin: str, form: PluginChange, seen: Seen = whatever
    ) -> Known[PluginShown]:
        """Change what *form* says. Raises `ManagedByFile` and `Invalid`."""
        self._ground.need(tenant)
        self._need(tenant, plugin)
        if self._directory.plugin_origin(tenant, plugin) == "file":
            raise ManagedByFile(f"plugin {plugin!r}", self._directory.place(tenant))
        if form.enabled is True and plugin not in self._host.plugins:
            raise Invalid("/enabled", self._host.missing([plugin]))

        async def work(tx: Tx, revision: int) -> None:
            await alive(tx, tenant)
            before = await self._uses(tx, tenant)
            old = next((use for use in before if use.plugin == plugin), _Use(plugin, len(before)))
            seen(old.revision)
            new = self._changed(old, form)
            self._judge_required(tenant, plugin, new.enabled, form)
            uses = self._placed(tenant, [use for use in before if use.plugin != plugin], old, new, form)
            moved = [use for use in uses if use not in before]
            now = self._ground.clock.now()
            await tx.many(SQL["put_plugin"], [self._row(tenant, use, now, revision) for use in moved])
            given = {"enabled": form.enabled, "position": form.position}
            await note(
                tx, actor, tenant, "plugin.change", f"plugin:{plugin}", now,
                settings=sorted(form.settings) if form.settings is not UNSET else [],
                **{name: value for name, value in given.items() if value is not UNSET},
            )  # fmt: skip

        await self._ground.change(work)
        return await self.get(tenant, plugin)

    def _need(self, tenant: str, plugin: str) -> None:
        known = (self._host.plugins, self._host.failed, self._directory.plugins_of(tenant))
        if not any(plugin in names for names in known):
            raise NotFound("plugin", plugin)

    async def _uses(self, tx: Tx, tenant: str) -> Sequence[_Use]:
        return [self._use(tenant, row) for row in await tx.all(SQL["plugins"], tenant=tenant)]

    def _use(self, tenant: str, row: Row) -> _Use:
        found = opened(self._ground.seal, row["settings"], plugin_place(tenant, row["plugin"]))
        lost = bytes(row["settings"]) if found is None else b""
        return _Use(row["plugin"], row["position"], bool(row["enabled"]), found or {}, row["revision"], lost)

    def _changed(self, old: _Use, form: PluginChange) -> _Use:
        enabled = old.enabled if form.enabled is UNSET else form.enabled
        if old.lost and enabled and form.settings is UNSET:
            problem = "cannot be opened: no secret of [server] secret fits"
            raise Invalid("/settings", problem, "enter them anew, or put the old secret back into the list")
        settings = old.settings if form.settings is UNSET else merged(old.settings, form.settings)
        if form.settings is not UNSET:
            judge_plain(settings)
        installed = self._host.plugins.get(old.plugin)
        if (
            installed is not None
            and installed.settings is not None
            and (enabled or form.settings is not UNSET)
        ):
            layers = [self._installation(old.plugin), Layer("settings", settings, False)]
            try:
                read(layers, installed.settings, "settings")
            except SettingsError as error:
                raise invalid(_quiet(error, settings, installed.settings), "/settings") from None
        lost = old.lost if form.settings is UNSET else b""
        return replace(old, enabled=enabled, settings=settings, lost=lost)

    def _installation(self, plugin: str) -> Layer:
        """What gateway.toml says for all tenants."""
        settings = self._directory.settings
        return Layer(f"{settings.path.name}: settings.{plugin}", settings.settings.get(plugin, {}))

    def _judge_required(self, tenant: str, plugin: str, enabled: bool, form: PluginChange) -> None:
        """Raise `Invalid` for a plugin that is turned on without those it requires, or off below others."""
        used, plugins = self._directory.plugins_of(tenant), self._host.plugins
        needed = lacking(plugins, used, plugin)
        if form.enabled is True and needed:
            named = ", ".join(needed)
            raise Invalid("/enabled", without(plugin, needed), f"turn on {named} first, for it comes before")
        users = [name for name in used if name != plugin and plugin in lacking(plugins, (), name)]
        if plugin in used and not enabled and users:
            named = " and ".join(repr(name) for name in users)
            raise Invalid("/enabled", f"{named} cannot work without it", f"turn {named} off first")

    def _placed(
        self, tenant: str, others: Sequence[_Use], old: _Use, new: _Use, form: PluginChange
    ) -> Sequence[_Use]:
        """All uses in their order: those in use first, each with its place."""
        used = [use for use in others if use.enabled]
        unused = [use for use in others if not use.enabled]
        if not new.enabled:
            if form.position is not UNSET:
                raise Invalid("/position", "only a plugin in use has a place", "turn it on: enabled = true")
            unused.append(new)
        elif form.position is not UNSET:
            used.insert(self._index(tenant, form.position), new)
        elif old.enabled:
            used = sorted([*used, new], key=lambda use: (use.position, use.plugin))
        else:
            used.append(new)
        return [replace(use, position=place) for place, use in enumerate([*used, *unused])]

    def _index(self, tenant: str, position: int) -> int:
        """The place among the database's plugins of the place *position* among all: the file's go first."""
        origin = self._directory.plugin_origin
        ahead = sum(origin(tenant, name) == "file" for name in self._directory.plugins_of(tenant))
        if position < ahead:
            problem = f"the first {ahead} are gateway.toml's" if ahead > 1 else "the first is gateway.toml's"
            raise Invalid("/position", problem, f"write {ahead} or more, or change the file")
        return position - ahead

    def _row(self, tenant: str, use: _Use, now: int, revision: int) -> dict[str, Any]:
        # What cannot be opened now may be when the right secret is back: it is kept as it is.
        settings = use.lost or sealed(self._ground.seal, use.settings, plugin_place(tenant, use.plugin))
        return {
            "tenant": tenant, "plugin": use.plugin, "position": use.position, "enabled": int(use.enabled),
            "settings": settings, "now": now, "revision": revision,
        }  # fmt: skip

    def _shown(self, tenant: str, name: str) -> PluginShown:
        plugin, used = self._host.plugins.get(name), self._directory.plugins_of(tenant)
        schema = described(plugin.settings) if plugin is not None and plugin.settings is not None else None
        health: Literal["ready", "failed", "put_aside", "unused"] = "ready"
        reason = self._host.missing([name]) if plugin is None else ""
        if name in used:
            reason = reason or problem(self._directory, self._host, tenant, name)
        if reason:
            health = "failed"
        elif name not in used:
            health = "unused"
        elif self._ground.put_aside(name, tenant):
            health = "put_aside"
        return PluginShown(
            name=name,
            version=plugin.version if plugin is not None else "",
            hooks=tuple(plugin.hooks) if plugin is not None else (),
            enabled=name in used,
            position=used.index(name) if name in used else None,
            settings=shown(self._directory.settings_of(tenant, name), secret_fields(schema)),
            schema=schema,
            origin=self._directory.plugin_origin(tenant, name),
            health=health,
            reason=reason,
        )


def described(settings: type[Struct]) -> dict[str, Any]:
    """The JSON Schema of *settings*."""
    return msgspec.json.schema(settings)


def secret_fields(schema: dict[str, Any] | None) -> frozenset[str] | None:
    """The fields that are writeOnly in *schema*. None, for all of them, without a schema: nobody said what
    is a secret."""
    if schema is None:
        return None
    root = schema.get("$ref", "").rpartition("/")[2]
    fields: dict[str, Any] = schema.get("$defs", {}).get(root, schema).get("properties", {})
    return frozenset(name for name, each in fields.items() if each.get("writeOnly"))


def _quiet(error: SettingsError, settings: dict[str, Any], shape: type[Struct]) -> SettingsError:
    """*error* without a secret's value, which a plugin's own check may have put into its words."""
    hidden = secret_fields(described(shape)) or ()
    problem, remedy = error.problem, error.remedy
    for value in (settings.get(name) for name in hidden):
        if isinstance(value, str) and value:
            problem, remedy = problem.replace(value, "***"), remedy.replace(value, "***")
    return SettingsError(error.where, problem, remedy)
