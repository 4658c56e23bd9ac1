"""The directory: the tenants that are served, gateway.toml's and the database's as one, as of now.

Everything that works for a tenant asks here, in memory. A change reaches it in two ways: `refresh` reads the
rows that changed in the database, `reread` takes what gateway.toml says now. Both put whole tenants in place
at once and tell who listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from msgspec.structs import replace

from gateway.channels import Channels, Written, of_file
from gateway.facts import Tenant
from gateway.observe.logs import get_logger
from gateway.settings import Settings, TenantSettings, load
from gateway.settings.policy import Policy
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.rows import ChannelRow, PluginRow, Rows, TenantRow, changed

log = get_logger("gateway.tenants")

USUAL = Policy()

Origin = Literal["file", "database"]
#: Who comes first of two channels: when it was made, 0 for the file's; then its tenant's place in the file.
_Rank = tuple[int, int, str]


class Directory(Mapping[str, TenantSettings]):
    """Every tenant that is served, by id, merged from both sources.

    Of a merged `TenantSettings` *plugins* are those in use, *settings* those of all, *channels* those that
    are not removed. *listeners* are called with the ids of tenants that changed, after the change.
    """

    def __init__(self, settings: Settings, channels: Channels, store: Store, seal: Seal) -> None:
        self.settings = settings
        self._channels, self._store, self._seal = channels, store, seal
        self._seen = 0
        #: Tenants of which a change was read, and is not in place everywhere yet.
        self._due = set[str]()
        self._file = {tenant.id: tenant for tenant in settings.tenants}
        self._lines = {id: line for line, id in enumerate(self._file)}
        self._file_channels = of_file(settings)
        self._tenant_rows: dict[str, TenantRow] = {}
        self._channel_rows: dict[str, dict[str, ChannelRow]] = {}
        self._plugin_rows: dict[str, dict[str, PluginRow]] = {}
        self._merged = dict(self._file)
        self.listeners: list[Callable[[set[str]], None]] = []
        #: Called with the settings when gateway.toml was read again.
        self.rereads: list[Callable[[Settings], None]] = []
        #: Called with the settings before they are taken; raises `SettingsError` for what cannot be.
        self.judges: list[Callable[[Settings], None]] = []
        channels.reread = self.reread

    def __getitem__(self, tenant: str) -> TenantSettings:
        return self._merged[tenant]

    def __iter__(self) -> Iterator[str]:
        return iter(self._merged)

    def __len__(self) -> int:
        return len(self._merged)

    @property
    def seal(self) -> Seal:
        """What opens and closes what is kept sealed."""
        return self._seal

    def origin(self, tenant: str) -> Origin:
        """Where *tenant* is changed."""
        return "file" if tenant in self._file else "database"

    def channel_origin(self, tenant: str, channel: str) -> Origin:
        """Where *channel* of *tenant* is changed."""
        known = self._file.get(tenant)
        return "file" if known and any(each.id == channel for each in known.channels) else "database"

    def plugin_origin(self, tenant: str, plugin: str) -> Origin:
        """Where the use of *plugin* by *tenant* is changed."""
        known = self._file.get(tenant)
        return "file" if known and (plugin in known.plugins or plugin in known.settings) else "database"

    def place(self, tenant: str, channel: str = "") -> str:
        """Where gateway.toml names a tenant or its channel: "gateway.toml: tenants[0].channels[1]"."""
        where = f"{self.settings.path.name}: tenants[{self._lines[tenant]}]"
        if channel:
            ids = [each.id for each in self._file[tenant].channels]
            where += f".channels[{ids.index(channel)}]"
        return where

    def told(self, tenant: str) -> Tenant:
        """What plugins are told of *tenant*, also of one that is not served any more."""
        known = self._merged.get(tenant)
        return Tenant(tenant, known.time_zone, known.language, known.country) if known else Tenant(tenant)

    def plugins_of(self, tenant: str) -> tuple[str, ...]:
        """The plugins in use, in their order."""
        known = self._merged.get(tenant)
        return known.plugins if known else ()

    def settings_of(self, tenant: str, plugin: str) -> Mapping[str, Any]:
        """The settings of a tenant's plugin, as written."""
        known = self._merged.get(tenant)
        return known.settings.get(plugin, {}) if known else {}

    def policy_of(self, tenant: str) -> Policy:
        """The tenant's rules; the usual ones for a tenant that is not served."""
        known = self._merged.get(tenant)
        return known.policy if known else USUAL

    async def refresh(self) -> bool:
        """Take what changed in the database; whether anything did. Raises `StoreError`."""
        rows = await self._store.read(lambda tx: changed(tx, self._seal, self._seen))
        # Another look may have been answered meanwhile that saw more.
        fresh = rows is not None and rows.revision > self._seen
        if rows is not None and fresh:
            self._due |= self._take(rows)
            self._seen = rows.revision
        if self._due:
            self._put(self._due)
        return fresh

    def reread(self) -> None:
        """Take what gateway.toml says now. Raises `SettingsError`, and all stays as it was."""
        settings = load(self.settings.path)
        for judge in self.judges:
            judge(settings)
        before, now = self._file, {tenant.id: tenant for tenant in settings.tenants}
        touched = {id for id in before.keys() | now.keys() if before.get(id) != now.get(id)}
        self.settings, self._file, self._file_channels = settings, now, of_file(settings)
        self._lines = {id: line for line, id in enumerate(now)}
        self._put(touched)
        for told in self.rereads:
            told(settings)

    def _take(self, rows: Rows) -> set[str]:
        touched = set[str]()
        for tenant in rows.tenants:
            self._tenant_rows[tenant.settings.id] = tenant
            touched.add(tenant.settings.id)
        for channel in rows.channels:
            self._channel_rows.setdefault(channel.tenant, {})[channel.settings.id] = channel
            touched.add(channel.tenant)
        for plugin in rows.plugins:
            self._plugin_rows.setdefault(plugin.tenant, {})[plugin.plugin] = plugin
            touched.add(plugin.tenant)
        return touched

    def _put(self, tenants: set[str]) -> None:
        """Put what is known of *tenants* in place of what was. Of two channels with one number the file's
        has it, then the older one."""
        # A channel that was refused for another's sake may work now.
        self._due |= tenants | {tenant for tenant, _ in self._channels.refused}
        tenants = set(self._due)
        written: list[tuple[_Rank, Written]] = []
        for id in tenants:
            merged, channels = self._merge(id)
            if merged is None:
                self._merged.pop(id, None)
            else:
                self._merged[id] = merged
                written += channels
        written.sort(key=lambda each: each[0])
        self._channels.put(tenants, [each for _, each in written])
        for listener in self.listeners:
            listener(tenants)
        self._due -= tenants

    def _merge(self, id: str) -> tuple[TenantSettings | None, list[tuple[_Rank, Written]]]:
        """Tenant *id* as it is now, and its channels."""
        row, base = self._tenant_rows.get(id), self._file.get(id)
        if base is None:
            if row is None or row.removed or row.from_file:
                return None, []
            base = row.settings
        named = {each.id for each in base.channels}
        rows = self._channel_rows.get(id, {})
        extra = [
            each for each in rows.values()
            if not (each.removed or each.from_file or each.settings.id in named)
        ]  # fmt: skip
        merged = self._with_plugins(
            replace(base, channels=base.channels + tuple(each.settings for each in extra))
        )
        line = self._lines.get(id, 0)
        written: list[tuple[_Rank, Written]] = [
            ((0, line, ""), replace(each, tenant=merged, held=_held(rows.get(each.channel.id))))
            for each in self._file_channels.get(id, [])
        ]
        for each in extra:
            where = f"channel {each.settings.id} of {id}: settings"
            made = Written(merged, each.settings, where, each.held, each.broken)
            written.append(((each.created_at, 0, each.settings.id), made))
        return merged, written

    def _with_plugins(self, base: TenantSettings) -> TenantSettings:
        rows = self._plugin_rows.get(base.id)
        if not rows:
            return base
        extra = [row for row in rows.values() if self.plugin_origin(base.id, row.plugin) == "database"]
        extra.sort(key=lambda row: (row.position, row.plugin))
        return replace(
            base,
            plugins=base.plugins + tuple(row.plugin for row in extra if row.enabled),
            settings={**base.settings, **{row.plugin: row.settings for row in extra}},
        )


def _held(row: ChannelRow | None) -> bool:
    return row is not None and row.held
