"""What a turn, a job or a route of a plugin leaves behind beside its own tables, and how it becomes durable:
in the transaction of whoever did it, many to a commit."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from gateway.consent import Change, record
from gateway.errors import SerializationFailure
from gateway.feed import note
from gateway.flows.record import FlowRow, FlowWrite
from gateway.house import muting
from gateway.house.muting import Mute
from gateway.jobs.job import JobOrder
from gateway.media.queries import OFFER
from gateway.model.ids import new_id
from gateway.model.inside import Emitted
from gateway.pipeline.hold import hold
from gateway.pipeline.later import waiting_row
from gateway.pipeline.menus import remember
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.queries import FLOW, OUTBOX, RECORD, SCHEDULE, TURN
from gateway.pipeline.records import OpenEvent, Part
from gateway.pipeline.rows import event_row
from gateway.store.port import Tx


class Effects(Struct, kw_only=True):
    """The effects of one unit, in the order in which they were asked for."""

    messages: list[OutMessage] = field(default_factory=list)
    dead: list[dict[str, object]] = field(default_factory=list)
    #: Parts whose message was taken back; their rows are gone already.
    cancelled: list[str] = field(default_factory=list)
    #: (tenant, conversation) that was read.
    read: list[tuple[str, str]] = field(default_factory=list)
    flows: list[FlowWrite] = field(default_factory=list)
    jobs: list[JobOrder] = field(default_factory=list)
    #: Events of plugins. Those that nobody listens to are kept for their key only.
    emitted: list[OpenEvent] = field(default_factory=list)
    heard: list[OpenEvent] = field(default_factory=list)
    #: (tenant, contact, language) that is spoken from now on.
    spoken: list[tuple[str, str, str]] = field(default_factory=list)
    #: What contacts said they want to be written to about.
    consents: list[Change] = field(default_factory=list)
    #: Contacts who are not answered any more, or again.
    mutes: list[Mute] = field(default_factory=list)
    #: Rows of files that were kept.
    files: list[dict[str, object]] = field(default_factory=list)

    @property
    def some(self) -> bool:
        """Whether there are any."""
        return any(getattr(self, name) for name in Effects.__struct_fields__)

    def parts(self) -> list[Part]:
        """Every part that may go now, in the order in which they were sent."""
        return [part for message in self.messages if not message.due_at for part in message.parts]

    def undo(self) -> None:
        """Forget all of it."""
        for name in Effects.__struct_fields__:
            getattr(self, name).clear()

    def take(self, other: Effects) -> None:
        """Take over what *other* has collected."""
        for name in Effects.__struct_fields__:
            setattr(self, name, getattr(other, name))


async def write_effects(tx: Tx, effects: Sequence[Effects], now: int) -> None:
    """Store *effects* in this transaction. Raises `SerializationFailure` when a flow went on elsewhere."""
    if files := [row for each in effects for row in each.files]:
        await tx.many(OFFER["add"], files)
    messages = [message for each in effects for message in each.messages]
    if messages:
        await add_messages(tx, messages, now)
    if read := [{"tenant": tenant, "conversation": id} for each in effects for tenant, id in each.read]:
        await tx.many(TURN["mark_read"], read)
    if dead := [row for each in effects for row in each.dead]:
        await tx.many(RECORD["add_dead"], dead)
        await note.write(tx, [row for letter in dead for row in note.dead(letter)])
    if writes := [write for each in effects for write in each.flows]:
        await _write_flows(tx, writes)
    if jobs := [order for each in effects for order in each.jobs]:
        await tx.many(FLOW["order_job"], [job_row(order, now) for order in jobs])
    if emitted := [opened for each in effects for opened in each.emitted]:
        await _write_signals(tx, emitted)
    if heard := [opened for each in effects for opened in each.heard]:
        await tx.many(RECORD["add_event"], [event_row(opened) for opened in heard])
    if spoken := [row for each in effects for row in each.spoken]:
        names = ("tenant", "contact", "language")
        await tx.many(FLOW["speak"], [dict(zip(names, row, strict=True)) for row in spoken])
    await muting.write(tx, [mute for each in effects for mute in each.mutes], now)
    await record(tx, [change for each in effects for change in each.consents], now)


async def add_messages(tx: Tx, messages: Sequence[OutMessage], now: int) -> None:
    """Record *messages*; what may go now is queued for the sender, the rest waits for its time."""
    if files := [row for message in messages for row in message.files]:
        await tx.many(OFFER["add"], files)
    await tx.many(RECORD["add_message"], [message.row for message in messages])
    if held := [message.parts for message in messages if message.held]:
        await hold(tx, held, now)
    open_ = [part for message in messages if not message.due_at for part in message.parts]
    parts = [part_row(part, now) for part in open_ if not part.in_order]
    first = [part for part in open_ if part.in_order]
    if parts:
        await tx.many(OUTBOX["add"], parts)
    if first:
        await _add_in_order(tx, first, now)
    later = [waiting_row(message, now) for message in messages if message.due_at and not message.held]
    if later:
        await tx.many(SCHEDULE["add"], later)
    await remember(tx, messages)
    created = ((message.row, _begins(message)) for message in messages)
    await note.write(tx, [note.created(row, status, now) for row, status in created])


def _begins(message: OutMessage) -> str:
    """The status with which a message begins."""
    return "in_doubt" if message.held else "scheduled" if message.due_at else "queued"


async def _add_in_order(tx: Tx, parts: Sequence[Part], now: int) -> None:
    """Store *parts* as being sent, those excepted before which an older one is still to be sent."""
    rows = await tx.each(OUTBOX["add_in_order"], [part_row(part, now) for part in parts])
    waiting = {row["id"] for row in rows if row["state"] == "ready"}
    late = [part for part in parts if part.id in waiting]
    if late:
        unsent = [{"tenant": p.tenant, "id": p.id, "attempt": p.attempt, "epoch": p.epoch} for p in late]
        await tx.each(OUTBOX["unsent"], unsent)
        for part in late:
            part.state, part.attempt, part.in_order = "ready", 0, False


async def _write_flows(tx: Tx, writes: Sequence[FlowWrite]) -> None:
    """The last write of each flow counts: a turn may have begun one and ended it."""
    last = {(write.row.tenant, write.row.id): write for write in writes}
    saved = [_flow_values(write) for write in last.values() if write.row.state != "ended"]
    ended = [
        _flow_values(write) for write in last.values() if write.row.state == "ended" and write.row.version > 1
    ]
    found = await tx.each(FLOW["save"], saved) if saved else []
    if ended:
        found = [*found, *await tx.each(FLOW["finish"], ended)]
    if len(found) < len(saved) + len(ended):
        raise SerializationFailure("a flow of this conversation went on in another turn")
    if single := [write.row for write in last.values() if write.single and write.row.state != "ended"]:
        await _alone(tx, single)
    waits = [write for write in last.values() if write.waits is not None and write.row.state != "ended"]
    quiet = [write.row for write in last.values() if write not in waits and write.row.version > 1]
    if quiet:
        await tx.many(FLOW["wait_no_more"], [{"tenant": row.tenant, "flow": row.id} for row in quiet])
    if waits:
        await tx.many(FLOW["wait"], [_wait_values(write) for write in waits])


async def _alone(tx: Tx, rows: Sequence[FlowRow]) -> None:
    """Each is to be the only one of its name in its conversation. Raises `SerializationFailure` when it is
    not: the turn runs again, and finds the other."""
    rows = sorted(rows, key=lambda row: (row.tenant, row.conversation))
    places = [{"tenant": row.tenant, "conversation": row.conversation} for row in rows]
    await tx.many(FLOW["singly"], places)
    others = [
        {**place, "plugin": row.plugin, "name": row.name, "id": row.id}
        for place, row in zip(places, rows, strict=True)
    ]
    if await tx.each(FLOW["another"], others):
        raise SerializationFailure("a flow of which there is one was begun in another turn")


def _flow_values(write: FlowWrite) -> dict[str, object]:
    row = write.row
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _wait_values(write: FlowWrite) -> dict[str, object]:
    assert write.waits is not None
    name, key = write.waits
    return {
        "tenant": write.row.tenant,
        "flow": write.row.id,
        "name": name,
        "key": key,
        "op": write.row.pending,
    }


async def _write_signals(tx: Tx, emitted: Sequence[OpenEvent]) -> None:
    """Keep the events that have a key for the flows that wait for them, or will."""
    rows = []
    for opened in emitted:
        event = opened.event
        assert isinstance(event, Emitted)
        if event.key:
            rows.append(
                {
                    "tenant": opened.tenant, "name": event.name, "key": event.key, "id": new_id(),
                    "payload": bytes(event.payload).decode(), "at": event.at,
                }
            )  # fmt: skip
    if rows:
        await tx.many(FLOW["signal"], rows)


def job_row(order: JobOrder, now: int) -> dict[str, object]:
    """A row of the table `job`."""
    return {
        "tenant": order.tenant,
        "id": order.id,
        "plugin": order.plugin,
        "name": order.name,
        "key": order.key,
        "args": order.args,
        "conversation": order.conversation,
        "flow": order.flow,
        "op": order.op,
        "due_at": order.due_at or now,
        "now": now,
    }


def part_row(part: Part, now: int) -> dict[str, object]:
    """An outbox row."""
    return {
        "tenant": part.tenant,
        "id": part.id,
        "message": part.message,
        "idx": part.idx,
        "channel": part.channel,
        "shard": part.shard,
        "conversation": part.conversation,
        "address": part.address,
        "cls": part.cls,
        "body": part.body,
        "purpose": part.purpose,
        "state": part.state,
        "attempt": part.attempt,
        "epoch": part.epoch,
        "not_before": part.not_before,
        "deadline": part.deadline,
        "claimed_at": part.claimed_at,
        "now": now,
    }
