"""The channels of an installation: which number is at which provider, for which tenant.

A channel's secrets are looked up again whenever they are used, so that a rotated token counts without
a restart: variables by their value, files by their time, gateway.toml itself when a token is dead.
"""

from __future__ import annotations

import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway.errors import SettingsError
from gateway.installed import load_providers as load_providers
from gateway.observe.logs import get_logger
from gateway.provider import Provider
from gateway.settings import ChannelSettings, References, Settings, TenantSettings, decode, load, resolve
from gateway.settings.decode import suggest
from gateway.settings.networks import Networks

#: Channels are spread over this many shards; the number is in the schema and never changes.
SHARDS = 64
_log = get_logger("gateway.channels")


class Channel:
    """One number of a tenant at a provider. *shard* is stable for its id; *number* is the provider's id,
    *account* that of the account which it belongs to, "" when the settings do not tell.
    Webhooks are taken from *sources* only, when there are any; *silence* is in seconds, 0 for no alarm.

    Look it up anew for each piece of work: a reload replaces it.
    """

    __slots__ = (
        "_current",
        "_raw",
        "_references",
        "_stamp",
        "_watched",
        "_where",
        "account",
        "id",
        "number",
        "provider",
        "shard",
        "silence",
        "sources",
        "tenant",
        "tenant_settings",
    )

    def __init__(
        self, tenant: TenantSettings, channel: ChannelSettings, provider: Provider, where: str
    ) -> None:
        self.tenant = tenant.id
        self.tenant_settings = tenant
        self.id = channel.id
        self.provider = provider
        self.shard = zlib.crc32(channel.id.encode()) % SHARDS
        self.silence = channel.silence
        self.sources = Networks(channel.sources) if channel.sources else None
        self._raw = channel.settings
        self._where = where
        self._references = References(channel.settings)
        self._stamp = self._references.stamp()
        self._watched = bool(self._references)
        self._current = self._decode()
        self.number = provider.number(self._current)
        account = getattr(provider, "account", None)
        self.account: str = account(self._current) if account is not None else ""

    def settings(self) -> Any:
        """The provider's own Settings with the secrets of this moment. Cheap when nothing changed.

        A reference that cannot be looked up any more is logged, and what was there before is returned.
        """
        if not self._watched:
            return self._current
        stamp = self._references.stamp()
        if stamp != self._stamp:
            try:
                self._current = self._decode()
            except SettingsError as error:
                _log.error("channel.settings_kept", channel=self.id, where=error.where, problem=error.problem)
            self._stamp = stamp
        return self._current

    def _decode(self) -> Struct:
        secrets: list[str] = []
        try:
            written = resolve(self._raw, self._where)
            secrets = [each for name in self.provider.secret_fields for each in _texts(written.get(name))]
            return decode(written, self.provider.Settings, self._where)
        except SettingsError as error:
            problem, remedy = _without(error.problem, secrets), _without(error.remedy, secrets)
            raise SettingsError(error.where, problem, remedy) from None

    def __repr__(self) -> str:
        return f"Channel({self.id!r}, tenant={self.tenant!r}, provider={self.provider.name!r})"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _without(text: str, secrets: list[str]) -> str:
    for each in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(each, "***")
    return text


class _Table(Struct, frozen=True):
    """All lookups of one configuration, replaced as a whole."""

    by_id: dict[tuple[str, str], Channel]
    by_webhook: dict[tuple[str, str], Channel]
    by_provider: dict[str, tuple[Channel, ...]]
    by_number: dict[tuple[str, str], tuple[Channel, ...]]
    by_account: dict[tuple[str, str], tuple[Channel, ...]]
    guarded: set[str]
    secret_headers: dict[str, set[str]]
    refused: dict[tuple[str, str], SettingsError]


class Channels:
    """Every channel, by tenant, webhook address or number. One that cannot work is refused and logged, and
    the others run; raises `SettingsError` when none is left."""

    __slots__ = ("_path", "_providers", "_seen", "_table")

    def __init__(self, settings: Settings, providers: Mapping[str, Provider]) -> None:
        self._providers = dict(providers)
        self._path = settings.path
        self._seen = _modified(settings.path)
        self._table = _table(settings, self._providers)
        self._tell()

    def get(self, tenant: str, id: str) -> Channel | None:
        """The channel *id* of *tenant*."""
        return self._table.by_id.get((tenant, id))

    def find(self, provider: str, id: str) -> Channel | None:
        """The channel that ``/webhooks/{provider}/{channel}`` means."""
        return self._table.by_webhook.get((provider, id))

    def of_provider(self, name: str) -> tuple[Channel, ...]:
        """All channels at a provider, in the order of the file."""
        return self._table.by_provider.get(name, ())

    def by_number(self, provider: str, number: str) -> tuple[Channel, ...]:
        """The channels of a business number: one, or none when the number is another app's."""
        return self._table.by_number.get((provider, number), ())

    @property
    def guarded(self) -> Container[str]:
        """The providers of which some channel takes webhooks from some addresses only."""
        return self._table.guarded

    def secret_headers(self, provider: str) -> Iterable[str]:
        """Lower-case names of the headers in which webhooks of *provider* carry a secret of some channel."""
        return self._table.secret_headers.get(provider, ())

    def by_account(self, provider: str, account: str) -> tuple[Channel, ...]:
        """The channels of a business's account at a provider: as many as it has numbers here."""
        return self._table.by_account.get((provider, account), ())

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Every provider that is installed, by name."""
        return self._providers

    def provider(self, name: str) -> Provider | None:
        """One provider."""
        return self._providers.get(name)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._table.by_id.values())

    def __len__(self) -> int:
        return len(self._table.by_id)

    @property
    def refused(self) -> Mapping[tuple[str, str], SettingsError]:
        """What is wrong with each channel that does not run, by tenant and id."""
        return self._table.refused

    def reload(self, settings: Settings) -> None:
        """Take the channels of *settings*, all at once. One that cannot work any more stays as it was; on
        `SettingsError` all do."""
        self._table = _table(settings, self._providers, self._table)
        self._tell()

    def _tell(self) -> None:
        """Log what does not run, and why."""
        for (tenant, id), error in self._table.refused.items():
            _log.error(
                "channel.refused", tenant=tenant, channel=id, where=error.where, problem=error.problem,
                hint=error.remedy,
            )  # fmt: skip

    def refresh_from_file(self) -> bool:
        """Read gateway.toml again when it changed; True when new channels are in use.

        A file that is wrong is logged and the old channels stay: an edit half done stops nobody.
        """
        seen = _modified(self._path)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self.reload(load(self._path))
        except SettingsError as error:
            _log.error("settings.reload_refused", where=error.where, problem=error.problem)
            return False
        _log.info("settings.reloaded", channels=len(self))
        return True

    def __repr__(self) -> str:
        return f"Channels({[each.id for each in self]})"


def _modified(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _table(settings: Settings, providers: Mapping[str, Provider], before: _Table | None = None) -> _Table:
    """The lookups of *settings*. What cannot work is left out, or stays as it was *before*."""
    table = _Table({}, {}, {}, {}, {}, set(), {}, {})
    for index, tenant in enumerate(settings.tenants):
        for place, written in enumerate(tenant.channels):
            where = f"{settings.path.name}: tenants[{index}].channels[{place}]"
            try:
                channel = _made(tenant, written, providers, where)
                reachable(channel, settings)
                _add(table, channel, f"{where}.settings")
            except SettingsError as error:
                table.refused[tenant.id, written.id] = error
                old = before.by_id.get((tenant.id, written.id)) if before else None
                if old is not None and not table.by_number.get((old.provider.name, old.number)):
                    _add(table, old, where)
    if table.refused and not table.by_id:
        raise next(iter(table.refused.values()))
    return table


def _made(
    tenant: TenantSettings, written: ChannelSettings, providers: Mapping[str, Provider], where: str
) -> Channel:
    if written.provider not in providers:
        problem = f"there is no provider {written.provider!r}"
        raise SettingsError(f"{where}.provider", problem, suggest(written.provider, providers))
    return Channel(tenant, written, providers[written.provider], f"{where}.settings")


def reachable(channel: Channel, settings: Settings) -> None:
    """Raise `SettingsError` for a channel whose provider signs the address that it calls, when nobody says
    what that is."""
    if getattr(channel.provider, "signs_address", False) and not settings.server.public_url:
        problem = f"missing: {channel.provider.name} signs the address that it calls; none could be checked"
        remedy = 'write it as the provider calls it: public_url = "https://gw.example.com"'
        raise SettingsError(f"{settings.path.name}: server.public_url", problem, remedy)


def _add(table: _Table, channel: Channel, where: str) -> None:
    name, number = channel.provider.name, (channel.provider.name, channel.number)
    if channel.number and number in table.by_number:
        other = table.by_number[number][0]
        problem = (
            f"the number of channel {channel.id!r} is also that of {other.id!r} (tenant {other.tenant!r})"
        )
        raise SettingsError(where, problem, "a number belongs to one channel: correct one or remove it")
    table.by_id[channel.tenant, channel.id] = channel
    table.by_webhook[name, channel.id] = channel
    table.by_provider[name] = (*table.by_provider.get(name, ()), channel)
    if channel.sources is not None:
        table.guarded.add(name)
    if (headers := getattr(channel.provider, "secret_headers", None)) is not None:
        table.secret_headers.setdefault(name, set()).update(headers(channel.settings()))
    if channel.number:
        table.by_number[number] = (channel,)
    if channel.account:
        account = (name, channel.account)
        table.by_account[account] = (*table.by_account.get(account, ()), channel)
