"""One channel: a number of a tenant at a provider, with the secrets of this moment.

A channel's secrets are looked up again whenever they are used, so that a rotated token counts without
a restart: variables by their value, files by their time, gateway.toml itself when it is saved.
"""

from __future__ import annotations

import zlib
from typing import Any

from msgspec import Struct

from gateway.errors import SettingsError
from gateway.observe.logs import get_logger
from gateway.provider import Provider
from gateway.settings import ChannelSettings, References, TenantSettings, decode, resolve
from gateway.settings.networks import Networks
from gateway.settings.texts import texts, without

#: Channels are spread over this many shards; the number is in the schema and never changes.
SHARDS = 64
_log = get_logger("gateway.channels")


class Channel:
    """One number of a tenant at a provider. *shard* is stable for its id; *number* is the provider's id,
    *account* that of the account which it belongs to, "" when the settings do not tell.
    Webhooks are taken from *sources* only, when there are any; *silence* is in seconds, 0 for no alarm.
    *held*: a person has paused its sending. *written* is what it was made from, references unresolved.

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
        "held",
        "id",
        "number",
        "provider",
        "shard",
        "silence",
        "sources",
        "tenant",
        "tenant_settings",
        "written",
    )

    def __init__(
        self, tenant: TenantSettings, channel: ChannelSettings, provider: Provider, where: str, *,
        held: bool = False,
    ) -> None:  # fmt: skip
        self.tenant = tenant.id
        self.tenant_settings = tenant
        self.id = channel.id
        self.written = channel
        self.provider = provider
        self.shard = zlib.crc32(channel.id.encode()) % SHARDS
        self.silence = channel.silence
        self.held = held
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
            secrets = [each for name in self.provider.secret_fields for each in texts(written.get(name))]
            return decode(written, self.provider.Settings, self._where)
        except SettingsError as error:
            problem, remedy = without(error.problem, secrets), without(error.remedy, secrets)
            raise SettingsError(error.where, problem, remedy) from None

    def __repr__(self) -> str:
        return f"Channel({self.id!r}, tenant={self.tenant!r}, provider={self.provider.name!r})"
