"""Rows read back into what travels between the stages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.channels import Channels
from gateway.model.inside import Happening
from gateway.pipeline.journal import Envelope
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.policy.purpose import stored
from gateway.store.port import Row, Store

_envelope = msgspec.json.Decoder(Envelope)
_event: msgspec.json.Decoder[Happening] = msgspec.json.Decoder(Happening)


class Reader:
    """Reads open rows. It decodes them, and decides nothing."""

    def __init__(self, store: Store, channels: Channels) -> None:
        self._store, self._channels = store, channels

    async def all(self, query: str, **values: Any) -> list[Row]:
        """All rows of *query*."""
        return await self._store.read(lambda tx: tx.all(query, **values))

    async def one(self, query: str, **values: Any) -> Row | None:
        """The first row of *query*."""
        return await self._store.read(lambda tx: tx.one(query, **values))

    async def webhooks(self, ids: Iterable[int]) -> list[RawWebhook]:
        """The stored webhooks with these *ids*."""
        rows = [{"id": each} for each in ids]
        found = await self._store.read(lambda tx: tx.each(JOURNAL["one"], rows)) if rows else []
        return [self.raw(row) for row in found]

    def raw(self, row: Row) -> RawWebhook:
        """A journal row."""
        envelope = _envelope.decode(row["headers"])
        return RawWebhook(
            row["id"], row["provider"], row["channel"], envelope.verified, row["received_at"],
            envelope.headers, bytes(row["body"]),
        )  # fmt: skip

    def event(self, row: Row, done: dict[str, bool]) -> OpenEvent | None:
        """An event row; None while its channel is not in the configuration, where it waits."""
        channel = self._channels.get(row["tenant"], row["channel"])
        if channel is None and row["channel"]:
            return None
        return OpenEvent(
            row["tenant"], row["id"], channel, _event.decode(bytes(row["body"])), row["received_at"],
            row["conversation"], row["contact"] or "", row["contact_name"] or "", row["address"] or "",
            row["window_until"] or 0, row["starts"], row["message"], tuple(row["plugins"].split()),
            done, row["free_until"] or 0, row["contact_username"] or "",
            row["contact_language"] or "",
        )  # fmt: skip

    def part(self, row: Row) -> Part:
        """An outbox row."""
        return Part(
            row["tenant"], row["id"], row["message"], row["idx"], row["channel"], row["shard"],
            row["conversation"], row["address"], row["class"], row["body"],
            stored(row["purpose"]), row["state"], row["attempt"], row["resent"], row["epoch"],
            row["not_before"], row["deadline"], row["claimed_at"],
            row["doubt_since"], row["error"], row["created_at"],
        )  # fmt: skip
