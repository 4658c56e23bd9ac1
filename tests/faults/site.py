"""Where a run lives: a directory with a gateway.toml, a plugin, a log, and a port that stays the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.numbers import ONE, Number
from tests.faults.webhooks import ACCOUNT, SECRET, TOKEN

_PLUGIN = '''\
"""Answers every text with a reply that names it."""

from gateway import Chat, Message, hook


@hook.on_message
async def reply(message: Message, chat: Chat) -> None:
    await chat.say(f"re: {message.text}")
'''


@dataclass(frozen=True)
class Database:
    """The URLs of one database. *name* is sqlite or postgres."""

    name: str
    url: str
    migrate_url: str = ""
    worker_url: str = ""

    @property
    def path(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))


@dataclass(frozen=True)
class Site:
    """One installation of the gateway. *hold* and *give_up* are seconds (see `[sending]`).

    Several may share a *database*: each has a folder and a port of its own.
    """

    folder: Path
    port: int
    database: Database
    provider_url: str
    hold: float = 3.0
    give_up: float = 30.0
    timeout: float = 2.0
    numbers: tuple[Number, ...] = ONE

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """The gateway.toml."""
        return self.folder / "gateway.toml"

    @property
    def log(self) -> Path:
        """What the gateway printed, over all its lives."""
        return self.folder / "gateway.log"

    def write(self) -> None:
        """Write the configuration and the plugin."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "reply.py").write_text(_PLUGIN)
        self.config.write_text(self._toml())

    def _toml(self) -> str:
        tables: dict[str, dict[str, object]] = {
            "server": {"host": "127.0.0.1", "port": self.port, "secret": ["s" * 40]},
            "store": {
                "url": self.database.url,
                "migrate_url": self.database.migrate_url,
                "worker_url": self.database.worker_url,
            },
            "sending": {
                "in_doubt_hold": f"{self.hold:g}s",
                "in_doubt_give_up": f"{self.give_up:g}s",
                "timeout": f"{self.timeout:g}s",
                "number_rate": 10_000,
                "pair_burst": 100_000,
                "loop_limit": 1_000_000,
            },
        }
        lines = ['plugin_paths = ["./reply.py"]']
        for head, values in [*tables.items(), *self._tenants()]:
            lines += [f"\n[{head}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        return "\n".join(lines) + "\n"

    def _tenants(self) -> Iterator[tuple[str, dict[str, object]]]:
        """The tables of every tenant and its channels, in order."""
        for tenant in dict.fromkeys(number.tenant for number in self.numbers):
            yield "[tenants]", {"id": tenant, "plugins": ["reply"]}
            yield "tenants.policy", {"inbound_per_minute": 10_000}
            for number in self.numbers:
                if number.tenant == tenant:
                    yield "[tenants.channels]", {"id": number.channel, "provider": "meta_cloud"}
                    yield "tenants.channels.settings", self._channel(number)

    def _channel(self, number: Number) -> dict[str, object]:
        return {
            "phone_number_id": number.id,
            "waba_id": ACCOUNT,
            "access_token": TOKEN,
            "app_secret": SECRET,
            "verify_token": "a-verify-token",
            "api_base": self.provider_url,
        }
