"""The channels of an installation: which number is at which provider, for which tenant."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path

from msgspec import Struct

from gateway.channel import SHARDS as SHARDS
from gateway.channel import Channel as Channel
from gateway.errors import SettingsError
from gateway.installed import load_providers as load_providers
from gateway.observe.logs import get_logger
from gateway.provider import Provider
from gateway.settings import ChannelSettings, Settings, TenantSettings, load
from gateway.settings.decode import suggest
from gateway.stamps import stamp

_log = get_logger("gateway.channels")


class Written(Struct, frozen=True):
    """A channel as it is written down. *where* is the place of its settings, for errors; *broken* is why it
    cannot even be read."""

    tenant: TenantSettings
    channel: ChannelSettings
    where: str
    held: bool = False
    broken: SettingsError | None = None


class _Table(Struct, frozen=True):
    """All lookups of one state, replaced as a whole."""

    by_id: dict[tuple[str, str], Channel]
    by_webhook: dict[tuple[str, str], Channel]
    by_provider: dict[str, dict[str, Channel]]
    by_number: dict[tuple[str, str], Channel]
    by_account: dict[tuple[str, str], dict[str, Channel]]
    guarded: set[str]
    secret_headers: dict[str, set[str]]
    refused: dict[tuple[str, str], SettingsError]


class Channels:
    """Every channel, by tenant, webhook address or number. One that cannot work is refused and logged, and
    the others run; raises `SettingsError` when none of the file's is left."""

    __slots__ = ("_path", "_providers", "_public_url", "_seen", "_silent", "_table", "reread")

    def __init__(
        self, settings: Settings, providers: Mapping[str, Provider], *, silent: bool = False
    ) -> None:
        """*silent*: what does not run is only in `refused`, neither logged nor raised."""
        self._silent = silent
        self._providers = dict(providers)
        self._path, self._public_url = settings.path, settings.server.public_url
        self._seen = stamp(settings.path)
        self._table = _Table({}, {}, {}, {}, {}, set(), {}, {})
        #: Takes what gateway.toml says now; raises `SettingsError` when it cannot be used.
        self.reread: Callable[[], None] = lambda: self.reload(load(self._path))
        self.reload(settings)

    def get(self, tenant: str, id: str) -> Channel | None:
        """The channel *id* of *tenant*."""
        return self._table.by_id.get((tenant, id))

    def find(self, provider: str, id: str) -> Channel | None:
        """The channel that ``/webhooks/{provider}/{channel}`` means."""
        return self._table.by_webhook.get((provider, id))

    def of_provider(self, name: str) -> tuple[Channel, ...]:
        """All channels at a provider, in the order in which they came."""
        return tuple(self._table.by_provider.get(name, {}).values())

    def by_number(self, provider: str, number: str) -> tuple[Channel, ...]:
        """The channels of a business number: one, or none when the number is another app's."""
        channel = self._table.by_number.get((provider, number))
        return () if channel is None else (channel,)

    @property
    def guarded(self) -> Container[str]:
        """The providers of which some channel takes webhooks from some addresses only."""
        return self._table.guarded

    def secret_headers(self, provider: str) -> Iterable[str]:
        """Lower-case names of the headers in which webhooks of *provider* carry a secret of some channel."""
        return self._table.secret_headers.get(provider, ())

    def by_account(self, provider: str, account: str) -> tuple[Channel, ...]:
        """The channels of a business's account at a provider: as many as it has numbers here."""
        return tuple(self._table.by_account.get((provider, account), {}).values())

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
        """Take the channels of *settings* in place of all there are, at once. One that cannot work any more
        stays as it was; on `SettingsError`, when none is left, all do."""
        before = self._table
        table = _Table({}, {}, {}, {}, {}, set(), {}, {})
        written = [each for found in of_file(settings).values() for each in found]
        self._fill(table, written, before)
        if table.refused and not table.by_id and not self._silent:
            raise next(iter(table.refused.values()))
        self._table = table

    def put(self, tenants: Iterable[str], written: Sequence[Written]) -> None:
        """Take *written* in place of all channels of *tenants*, at once, as `reload` does."""
        before, gone = self._table, set(tenants)
        table = _without(before, gone)
        self._fill(table, written, before)
        self._table = table

    def _fill(self, table: _Table, written: Sequence[Written], before: _Table) -> None:
        for each in written:
            key = (each.tenant.id, each.channel.id)
            try:
                channel = self.made(each)
                _add(table, channel, each.where)
            except SettingsError as error:
                table.refused[key] = error
                if not self._silent:
                    _tell(key, error)
                _keep(table, before.by_id.get(key), each)

    def made(self, written: Written) -> Channel:
        """The channel that *written* describes, as it would run. Raises `SettingsError`."""
        if written.broken is not None:
            raise written.broken
        name = written.channel.provider
        if name not in self._providers:
            where = written.where.removesuffix(".settings") + ".provider"
            raise SettingsError(where, f"there is no provider {name!r}", suggest(name, self._providers))
        channel = Channel(
            written.tenant, written.channel, self._providers[name], written.where, held=written.held
        )
        reachable(channel, self._public_url, self._path)
        return channel

    def unsettled(self, settled: float) -> bool:
        """Whether gateway.toml was changed less than *settled* seconds ago and was not read since."""
        seen = stamp(self._path)
        return seen != self._seen and 0 <= time.time() - seen[0] / 1e9 < settled

    def refresh_from_file(self, settled: float = 0.0) -> bool:
        """Read gateway.toml again when it changed, *settled* seconds ago or earlier; True when what it says
        is in use.

        A file that is wrong is logged and all stays as it was: an edit half done stops nobody. One that is
        cut off between two tables is not wrong, hence *settled*: somebody may be writing it just now.
        """
        seen = stamp(self._path)
        if seen == self._seen or self.unsettled(settled):
            return False
        self._seen = seen
        try:
            self.reread()
        except SettingsError as error:
            _log.error("settings.reload_refused", where=error.where, problem=error.problem)
            return False
        _log.info("settings.reloaded", channels=len(self))
        return True

    def __repr__(self) -> str:
        return f"Channels({[each.id for each in self]})"


def of_file(settings: Settings) -> dict[str, list[Written]]:
    """The channels of gateway.toml by tenant, with their places."""
    return {
        tenant.id: [
            Written(tenant, each, f"{settings.path.name}: tenants[{index}].channels[{place}].settings")
            for place, each in enumerate(tenant.channels)
        ]
        for index, tenant in enumerate(settings.tenants)
    }


def reachable(channel: Channel, public_url: str, path: Path) -> None:
    """Raise `SettingsError` for a channel whose provider signs the address that it calls, when nobody says
    what that is."""
    if getattr(channel.provider, "signs_address", False) and not public_url:
        problem = f"missing: {channel.provider.name} signs the address that it calls; none could be checked"
        remedy = 'write it as the provider calls it: public_url = "https://gw.example.com"'
        raise SettingsError(f"{path.name}: server.public_url", problem, remedy)


def _tell(key: tuple[str, str], error: SettingsError) -> None:
    _log.error(
        "channel.refused", tenant=key[0], channel=key[1], where=error.where, problem=error.problem,
        hint=error.remedy,
    )  # fmt: skip


def _without(table: _Table, tenants: Container[str]) -> _Table:
    """*table* without the channels of *tenants*. Which headers hold secrets is never forgotten."""

    def kept(each: Mapping[str, Channel]) -> dict[str, Channel]:
        return {id: channel for id, channel in each.items() if channel.tenant not in tenants}

    return _Table(
        {key: each for key, each in table.by_id.items() if key[0] not in tenants},
        {key: each for key, each in table.by_webhook.items() if each.tenant not in tenants},
        {name: kept(each) for name, each in table.by_provider.items()},
        {key: each for key, each in table.by_number.items() if each.tenant not in tenants},
        {key: left for key, each in table.by_account.items() if (left := kept(each))},
        set(table.guarded),
        {name: set(headers) for name, headers in table.secret_headers.items()},
        {key: error for key, error in table.refused.items() if key[0] not in tenants},
    )


def _keep(table: _Table, old: Channel | None, written: Written) -> None:
    """Let *old* go on in place of what was refused, unless another has its number or its address now. A
    person who pauses it is heard all the same."""
    if old is None:
        return
    kept = copy(old)
    kept.held = written.held
    with suppress(SettingsError):
        _add(table, kept, written.where)


def _add(table: _Table, channel: Channel, where: str) -> None:
    name, number = channel.provider.name, (channel.provider.name, channel.number)
    if channel.number and (other := table.by_number.get(number)) is not None:
        problem = (
            f"the number of channel {channel.id!r} is also that of {other.id!r} (tenant {other.tenant!r})"
        )
        raise SettingsError(where, problem, "a number belongs to one channel: correct one or remove it")
    if (other := table.by_webhook.get((name, channel.id))) is not None:
        problem = f"{name} has a channel {channel.id!r} already, of tenant {other.tenant!r}"
        raise SettingsError(where, problem, "its webhooks would be mixed up: give this channel another id")
    table.by_id[channel.tenant, channel.id] = channel
    table.by_webhook[name, channel.id] = channel
    table.by_provider.setdefault(name, {})[channel.id] = channel
    if channel.sources is not None:
        table.guarded.add(name)
    if (headers := getattr(channel.provider, "secret_headers", None)) is not None:
        table.secret_headers.setdefault(name, set()).update(headers(channel.settings()))
    if channel.number:
        table.by_number[number] = channel
    if channel.account:
        table.by_account.setdefault((name, channel.account), {})[channel.id] = channel
