"""The shards of a webhook: whose owners parse it, and which of its events each of them takes.

One webhook may speak of several numbers, and those of several shards. It then has an open row in the journal
for each shard: the first row takes everything, the events of the other rows' shards apart; each other row
takes the events of its own shard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel, Channels
from gateway.pipeline.fresh import ParsedWebhook
from gateway.pipeline.records import RawWebhook

#: A webhook has at most so many open rows: what it tells of more shards goes with the first row.
MOST = 8
#: What a row says that takes the events of its own shard only.
ITS_OWN = "1"


class Open(Struct, frozen=True, gc=False):
    """A row of `journal_open`. *starts* counts how often it was begun after an unclean end."""

    shard: int
    id: int
    takes: str = ""
    skips: str = ""
    starts: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Its key."""
        return self.shard, self.id

    @property
    def first(self) -> bool:
        """Whether it has all that belongs to no shard: what cannot be read, and foreign numbers."""
        return self.takes == ""

    def has(self, shard: int) -> bool:
        """Whether the events of *shard* are parsed with this row."""
        return f",{shard}," not in self.skips if self.first else shard == self.shard


def shards_of(channels: Channels, raw: RawWebhook) -> tuple[int, ...]:
    """The shards that *raw* speaks of; shard 0 when it names nothing that is ours."""
    if raw.shards:
        return raw.shards
    if raw.channel:
        found = channels.find(raw.provider, raw.channel)
        return spread(() if found is None else (found,))
    return spread(named(channels, raw.provider, raw.body))


def named(channels: Channels, name: str, body: bytes) -> list[Channel]:
    """The channels whose numbers, or whose accounts, *body* names, found without decoding it."""
    provider = channels.provider(name)
    return [
        channel
        for found in (provider.scan(body) if provider is not None else ())
        for channel in channels.by_number(name, found) or channels.by_account(name, found)
    ]


def spread(channels: Iterable[Channel]) -> tuple[int, ...]:
    """The shards of *channels*, each once, in their order."""
    return tuple(dict.fromkeys(channel.shard for channel in channels))[:MOST] or (0,)


def open_rows(identifier: int, shards: tuple[int, ...]) -> list[dict[str, Any]]:
    """The open rows of the webhook *identifier*."""
    return [
        {"shard": shards[0], "id": identifier, "takes": "", "skips": skips(shards)},
        *({"shard": shard, "id": identifier, "takes": ITS_OWN, "skips": ""} for shard in shards[1:]),
    ]


def skips(shards: tuple[int, ...]) -> str:
    """What the first open row of a webhook that speaks of *shards* leaves to the others."""
    return f",{','.join(map(str, shards[1:]))}," if len(shards) > 1 else ""


def share(parsed: ParsedWebhook, rows: list[Open]) -> ParsedWebhook:
    """What of *parsed* goes with *rows*, which are all of this webhook."""
    if all(row.first and not row.skips for row in rows):
        return parsed
    first = any(row.first for row in rows)
    return replace(
        parsed,
        routed=tuple(r for r in parsed.routed if any(row.has(r.channel.shard) for row in rows)),
        foreign=parsed.foreign if first else (),
        failures=parsed.failures if first else (),
    )
