"""Replay: stored webhooks through today's adapter, and dead letters once more.

Without *apply* it only says what would be different. With it, what was closed is opened again: a raw
webhook for the parser, an event for one plugin, a job, parts for the sender. What is stored already
dies on its unique key, as ever.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.jobs.queries import JOB
from gateway.jobs.record import DeadJob
from gateway.model.event import ChannelEvent, Event, MessageReceived, StatusReceived
from gateway.model.ids import digest
from gateway.pipeline.dead_turn import DeadTurn
from gateway.pipeline.fresh import unique_key
from gateway.pipeline.journal import Envelope
from gateway.pipeline.outcome import DeadParts
from gateway.pipeline.queries import JOURNAL, MESSAGES, OUTBOX
from gateway.pipeline.records import query_of
from gateway.pipeline.reread import Reader
from gateway.pipeline.shards import open_rows, shards_of
from gateway.policy.purpose import UNSAID, replayed
from gateway.store.port import Row, Store, Tx

_envelope = msgspec.json.Decoder(Envelope)
_turn = msgspec.json.Decoder(DeadTurn)
_parts = msgspec.json.Decoder(DeadParts)
_job = msgspec.json.Decoder(DeadJob)
_encode = msgspec.json.Encoder().encode

Report = dict[str, Any]
#: What else is written in the transaction that opens a dead letter again.
Beside = Callable[[Tx, Row], Awaitable[None]]


async def nothing(tx: Tx, dead: Row) -> None:
    """Nothing else."""


class _Open(Exception):
    """Nothing is opened again: what is asked for is open."""


class Replay:
    """Replays by id: of a raw webhook (journal), or of a dead letter."""

    def __init__(self, store: Store, channels: Channels, clock: Clock) -> None:
        self._store, self._channels, self._clock = store, channels, clock

    async def run(self, ids: list[str], *, apply: bool) -> list[Report]:
        """One report per id: what it is, what would change, and whether it was applied."""
        return [await self._one(identifier, apply) for identifier in ids]

    async def _one(self, identifier: str, apply: bool) -> Report:
        dead = await self._store.read(lambda tx: tx.one(MESSAGES["dead_one"], id=identifier))
        return await (self._webhook(identifier, apply) if dead is None else self.letter(dead, apply=apply))

    async def letter(self, dead: Row, *, apply: bool, beside: Beside = nothing) -> Report:
        """Replay one dead letter, a row of `dead_one`; *beside* is written with it."""
        if dead["stage"] == "parse":
            report = await self._webhook(dead["journal"], apply, lambda tx: beside(tx, dead))
            return {**report, "id": dead["id"], "journal": dead["journal"]}
        if dead["resolved_at"]:
            return {"id": dead["id"], "kind": "dead letter", "error": "it was replayed before"}
        acts = {"plugin": self._plugin, "job": self._run_job}
        return await acts.get(dead["stage"], self._send)(dead, apply, beside)

    # -- raw webhooks

    async def _webhook(
        self, identifier: str, apply: bool, beside: Callable[[Tx], Awaitable[None]] | None = None
    ) -> Report:
        row = None
        if number := _journal_id(identifier):
            row = await self._store.read(lambda tx: tx.one(JOURNAL["one"], id=number))
        if row is None:
            return {"id": identifier, "error": "no stored webhook and no dead letter has this id"}
        provider = self._channels.provider(row["provider"])
        if provider is None:
            return {"id": identifier, "error": f"the provider {row['provider']!r} is not installed"}
        parsed = provider.parse(bytes(row["body"]), query_of(_envelope.decode(row["headers"]).headers))
        events = [await self._compare(row["provider"], event) for event in parsed.events]
        report: Report = {
            "id": identifier,
            "kind": "webhook",
            "events": events,
            "failures": [failure.reason for failure in parsed.failures],
            "applied": False,
        }
        if apply:
            raw = Reader(self._store, self._channels).raw(row)
            opens = open_rows(raw.id, shards_of(self._channels, raw))
            await self._store.write(lambda tx: self._reopen(tx, identifier, opens, beside))
            report["applied"] = True
        return report

    async def _reopen(
        self, tx: Tx, identifier: str, opens: list[dict[str, Any]],
        beside: Callable[[Tx], Awaitable[None]] | None,
    ) -> None:  # fmt: skip
        await tx.many(JOURNAL["open"], opens)
        await tx.run(MESSAGES["dead_of_journal"], journal=identifier, now=self._clock.now())
        if beside is not None:
            await beside(tx)

    async def _compare(self, provider: str, event: Event) -> Report:
        """What today's adapter makes of an event, beside what is stored of it."""
        name = type(event).__name__
        channels = self._channels.by_number(provider, event.number)
        if isinstance(event, ChannelEvent) and not event.number:
            channels = self._channels.by_account(provider, event.account)
        if not channels:
            return {"event": name, "difference": "foreign", "number": event.number}
        channel = channels[0]
        place: dict[str, Any] = {"tenant": channel.tenant, "channel": channel.id}
        if isinstance(event, MessageReceived):
            query, values = "known_message", {**place, "provider_message_id": event.message_id}
        elif isinstance(event, StatusReceived):
            values = {**place, "provider_message_id": event.message_id}
            values |= {"status": event.status, "participant": event.participant, "at": event.at}
            query = "known_status"
        else:
            query, values = "known_key", _key(channel.tenant, channel.id, event)
        row = await self._store.read(lambda tx: tx.one(MESSAGES[query], **values))
        return {"event": name, **place, **_difference(event, row)}

    # -- dead letters

    async def _plugin(self, dead: Row, apply: bool, beside: Beside) -> Report:
        """Open the event again, for the plugin that failed and nobody else."""
        turn = _turn.decode(bytes(dead["body"]))
        report = _dead_report(dead, plugin=dead["plugin"])
        channel = self._channels.get(dead["tenant"], turn.channel)
        if channel is None and turn.channel:
            return {**report, "error": f"the channel {turn.channel!r} is not in the configuration"}
        if not apply:
            return report

        async def work(tx: Tx) -> bool:
            if not await self._resolve(tx, dead):
                return False
            kind = turn.event.__struct_config__.tag
            await tx.run(
                MESSAGES["reopen_event"], tenant=dead["tenant"], id=dead["id"], kind=kind,
                channel=turn.channel, shard=channel.shard if channel else 0, conversation=turn.conversation,
                message=turn.message, plugins=dead["plugin"], body=_encode(turn.event),
                received_at=turn.received_at,
            )  # fmt: skip
            await beside(tx, dead)
            return True

        return {**report, "applied": await self._store.scope(dead["tenant"]).write(work)}

    async def _run_job(self, dead: Row, apply: bool, beside: Beside) -> Report:
        """Order the job again, under its own id and key, so that whoever must not do it twice knows it."""
        job = _job.decode(bytes(dead["body"]))
        report = _dead_report(dead, plugin=dead["plugin"], job=job.name)
        if not apply:
            return report

        async def work(tx: Tx) -> str:
            if not await self._resolve(tx, dead):
                return "taken"
            values = {name: getattr(job, name) for name in job.__struct_fields__}
            row = {"tenant": dead["tenant"], "id": dead["ref"], "plugin": dead["plugin"], **values}
            now = self._clock.now()
            rows = await tx.each(JOB["again"], [{**row, "now": now}])
            if not rows and job.key:  # the row of one that comes again is still there: beside it
                rows = await tx.each(JOB["again"], [{**row, "id": dead["id"], "now": now}])
            if not rows:
                raise _Open
            await beside(tx, dead)
            return ""

        try:
            taken = await self._store.scope(dead["tenant"]).write(work)
        except _Open:
            return {**report, "error": "this job is open already: another has its key"}
        return {**report, "applied": not taken}

    async def _send(self, dead: Row, apply: bool, beside: Beside) -> Report:
        """Queue the part that died and those behind it; those before it are not sent again."""
        report = _dead_report(dead, message=dead["ref"])
        try:
            parts = _parts.decode(bytes(dead["body"])).parts
        except msgspec.DecodeError:
            return {**report, "error": "this dead letter holds nothing that can be sent again"}
        if not apply:
            return {**report, "parts": len(parts)}

        async def work(tx: Tx) -> bool:
            if not await self._resolve(tx, dead):
                return False
            await tx.run(MESSAGES["judge"], tenant=dead["tenant"], id=dead["ref"])
            for part in parts:
                await self._requeue(tx, dead, part)
            await beside(tx, dead)
            return True

        applied = await self._store.scope(dead["tenant"]).write(work)
        return {**report, "parts": len(parts), "applied": applied}

    async def _requeue(self, tx: Tx, dead: Row, part: dict[str, Any]) -> None:
        tenant = dead["tenant"]
        gone = await tx.one(MESSAGES["reopen_part"], tenant=tenant, id=part["id"])
        if gone is None:
            return  # a status has proved meanwhile that it arrived
        window = await tx.value(MESSAGES["window"], tenant=tenant, conversation=part["conversation"])
        await tx.run(
            OUTBOX["add"], tenant=tenant, id=part["id"], message=dead["ref"], idx=part["idx"],
            channel=part["channel"], shard=part["shard"], conversation=part["conversation"],
            address=part["address"], cls=part["class"], body=part["body"],
            purpose=replayed(part.get("purpose", UNSAID)), state="ready", attempt=0,
            epoch=0, not_before=0, deadline=max(part["deadline"], window or 0), claimed_at=0,
            now=self._clock.now(),
        )  # fmt: skip

    async def _resolve(self, tx: Tx, dead: Row) -> bool:
        """Mark the letter as replayed; False when somebody else just did."""
        rows = await tx.each(
            MESSAGES["dead_resolve"], [{"tenant": dead["tenant"], "id": dead["id"], "now": self._clock.now()}]
        )
        return bool(rows)


def _journal_id(identifier: str) -> int:
    """The number of a stored webhook; 0, which none has, for anything else."""
    decimal = identifier.isascii() and identifier.isdecimal() and len(identifier) <= 19
    return min(int(identifier), 2**63 - 1) if decimal else 0


def _key(tenant: str, channel: str, event: ChannelEvent) -> dict[str, Any]:
    return {"tenant": tenant, "key": digest(channel, *unique_key(event))}


def _dead_report(dead: Row, **more: Any) -> Report:
    return {
        "id": dead["id"],
        "kind": "dead letter",
        "stage": dead["stage"],
        "reason": dead["reason"],
        "detail": dead["detail"],
        **more,
        "applied": False,
    }


def _difference(event: Event, row: Row | None) -> Report:
    if row is None:
        return {"difference": "new"}
    if not isinstance(event, MessageReceived):
        return {"difference": "same"}
    now = _encode(event.content).decode()
    if row["content"] == now:
        return {"difference": "same"}
    return {"difference": "changed", "stored": row["type"], "today": event.content.__struct_config__.tag}
