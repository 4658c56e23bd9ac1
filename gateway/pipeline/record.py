"""T0b: one transaction turns parsed webhooks into events, each stored once, ever.

A duplicate dies on the unique key of `seen` (messages, events) or of `status`. What cannot be parsed,
or names a number that is not ours, is kept as a dead letter and passed by. The journal's open rows are taken
in the same transaction, before all else (`take`): a crash costs another parse and nothing else, and of two
processes that parse the same webhook one keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.feed import note
from gateway.media.pending import pending
from gateway.media.queries import MEDIA
from gateway.model import inbound
from gateway.model.event import ChannelEvent, Event, MessageReceived, StatusReceived
from gateway.model.ids import digest, new_id
from gateway.model.notice import Echo, HistoryMessage
from gateway.pipeline import menus, window
from gateway.pipeline.consents import Heard
from gateway.pipeline.fresh import Fresh, ParsedWebhook, Recorded, unique_key
from gateway.pipeline.people import rotation
from gateway.pipeline.people.conflict import Conflict
from gateway.pipeline.people.place import Place, Sighting, answer_there, place
from gateway.pipeline.queries import JOURNAL, OUTBOX, RECORD
from gateway.pipeline.refused import replace_files
from gateway.pipeline.rows import dead_row, event_row, message_row, open_event, phone_part, phone_row
from gateway.pipeline.shards import Open
from gateway.pipeline.status import fold, overtaken
from gateway.pipeline.status_effects import status_effects, status_events
from gateway.policy.learn import learn as learn_limits
from gateway.store.port import Tx
from gateway.templates.fold import KINDS as TEMPLATE_NEWS
from gateway.templates.fold import fold as fold_templates

#: Files of a phone's history and the places kept for them, whichever comes first.
_HELD = (inbound.Media, inbound.Unsupported)

#: Which hooks a tenant's plugins implement: `wanted(tenant, kind)`.
Wanted = Callable[[str, str], bool]


async def record(tx: Tx, batch: list[ParsedWebhook], wanted: Wanted, now: int) -> Recorded:
    """Store everything in *batch* that is not stored yet."""
    out = Recorded([], [])
    fresh = await _unseen(tx, batch, now, out)
    if fresh:
        conflicts = await _people(tx, fresh, now)
        await menus.understand(tx, fresh)
        await _record(tx, fresh, wanted, now, out)
        await _tell_conflicts(tx, fresh, conflicts, wanted, now, out)
        out.templates = await _templates(tx, fresh, now)
        await learn_limits(tx, fresh, now)
    statuses = [
        (routed.channel, routed.event)
        for parsed in batch
        for routed in parsed.routed
        if isinstance(routed.event, StatusReceived)
    ]
    if statuses:
        out.folded = await fold(tx, statuses, now)
        await status_effects(tx, out.folded, now)
        out.parts = await replace_files(tx, out.folded, now)
        out.events += await status_events(tx, out.folded, wanted, now)
    await _bury(tx, batch, now, out)
    return out


async def take(tx: Tx, fence: str, process: str, rows: list[Open]) -> list[Open]:
    """Take *rows* from the journal; those that were still there, in shards that *process* still owns."""
    shards = [{"shard": shard, "process": process} for shard in sorted({row.shard for row in rows})]
    owned = {found["id"] for found in await tx.each(fence, shards)}
    wanted = [{"shard": row.shard, "id": row.id} for row in rows if row.shard in owned]
    taken = {(found["shard"], found["id"]) for found in await tx.each(JOURNAL["take"], wanted)}
    return [row for row in rows if (row.shard, row.id) in taken]


async def _unseen(tx: Tx, batch: list[ParsedWebhook], now: int, out: Recorded) -> list[Fresh]:
    """The events of *batch* that were never seen before, each once."""
    candidates: dict[tuple[str, bytes], Fresh] = {}
    total = 0
    for parsed in batch:
        for routed in parsed.routed:
            event = routed.event
            if isinstance(event, StatusReceived):
                continue
            total += 1
            key = (routed.channel.tenant, digest(routed.channel.id, *unique_key(event)))
            if key not in candidates:
                candidates[key] = Fresh(parsed.raw, routed.channel, event)
    if not candidates:
        return []
    rows = await tx.each(
        RECORD["see"], [{"tenant": tenant, "key": key, "at": now} for tenant, key in candidates]
    )
    fresh = [candidates[row["tenant"], bytes(row["key"])] for row in rows]
    out.duplicates = total - len(fresh)
    return fresh


async def _people(tx: Tx, fresh: list[Fresh], now: int) -> list[Conflict]:
    """Find out where each event belongs; the contradictions that are new.

    Who changes a name in the middle of a batch is met under the new one behind it: such an event ends
    a run of those that are looked up together.
    """
    conflicts: list[Conflict] = []
    runs: list[list[Fresh]] = [[]]
    for one in fresh:
        if isinstance(one.event, MessageReceived) or one.event.person.identities:
            runs[-1].append(one)
            if rotation.rotates(one.event):
                runs.append([])
    for run in runs:
        if not run:
            continue
        places = await place(tx, [_sighting(one) for one in run], now, conflicts)
        for one, where in zip(run, places, strict=True):
            one.where = where
            if where.seen_as and _wrote(one.event):
                await answer_there(tx, where, one.channel.tenant)
        move = rotation.move_of(run[-1].channel, run[-1].event, places[-1])
        if move is not None:
            conflicts += await rotation.carry_out(tx, move, now)
    return conflicts


def _wrote(event: Event) -> bool:
    """Whether it is the contact's own word, and no news about the contact."""
    return isinstance(event, MessageReceived) and not isinstance(event.content, inbound.System)


def _sighting(one: Fresh) -> Sighting:
    if isinstance(one.event, MessageReceived):
        # The platform speaks of a contact by the old name, whenever it does.
        at = 0 if isinstance(one.event.content, inbound.System) else one.event.at
        return Sighting(one.channel, one.event.sender, one.event.group, at)
    return Sighting(one.channel, one.event.person, at=one.event.at)


async def _record(tx: Tx, fresh: list[Fresh], wanted: Wanted, now: int, out: Recorded) -> None:
    """The rows of *fresh*: messages, what they open, and events for the plugins."""
    messages, parts, touched, opens, notes = [], [], [], [], []
    heard = Heard()
    held, echoed, files = list[dict[str, object]](), list[dict[str, object]](), list[dict[str, object]]()
    for one in fresh:
        identifier, event, where = new_id(), one.event, one.where
        is_message = isinstance(event, MessageReceived)
        heard.hear(one, identifier)
        if where is not None:
            opened = window.opening(event, one.raw.received_at)
            where.window_until = max(where.window_until, opened.window_until)
            if is_message or opened.window_until:
                touched.append(_touch(one, where, opened, now))
        if isinstance(event, ChannelEvent) and isinstance(event.content, HistoryMessage):
            held += [_held(one, event.content)] if isinstance(event.content.content, _HELD) else []
        if isinstance(event, MessageReceived):
            assert where is not None
            messages.append(message_row(identifier, one.channel, event, where, now))
            notes.append(note.received(messages[-1], now))
        elif where is not None and isinstance(event.content, Echo | HistoryMessage):
            messages.append(phone_row(identifier, one.channel, event, event.content, where, now))
            if (part := phone_part(messages[-1], event.content, now)) is not None:
                parts.append(part)
                if isinstance(event.content, Echo):
                    echoed.append(part)
                    notes.append(note.created(messages[-1], str(part["status"]), now))
        elif isinstance(event, ChannelEvent):
            notes.append(note.notice(one.channel, event, where, now))
        if messages and messages[-1]["id"] == identifier:
            files += pending(messages[-1], event)
        if _dispatched(event) and wanted(one.channel.tenant, "message" if is_message else "event"):
            about = identifier if is_message else ""
            opens.append(open_event(identifier, one.channel, one.raw.received_at, event, where, about))
    out.new_messages = sum(isinstance(one.event, MessageReceived) for one in fresh)
    out.new_events = len(fresh) - out.new_messages
    for query, rows in (
        (RECORD["add_message"], messages),
        (MEDIA["add"], files),
        (OUTBOX["add_part"], parts),
        (RECORD["drop_held_part"], held),
        (RECORD["drop_held"], held),
        (RECORD["touch_conversation"], touched),
        (RECORD["add_event"], [event_row(opened) for opened in opens]),
    ):
        if rows:
            await tx.many(query, rows)
    await note.write(tx, notes)
    await heard.write(tx, now)
    out.events += opens
    if echoed:
        await overtaken(tx, echoed, now)


def _held(one: Fresh, content: HistoryMessage) -> dict[str, object]:
    """A file of the phone's history, or the place that is kept for it: with both, the place goes."""
    return {
        "tenant": one.channel.tenant,
        "channel": one.channel.id,
        "provider_message_id": content.message_id,
    }


def _dispatched(event: Event) -> bool:
    """Old messages of a phone's history are recorded, and nobody is called for them."""
    return not (isinstance(event, ChannelEvent) and isinstance(event.content, HistoryMessage))


def _touch(one: Fresh, where: Place, opened: window.Opening, now: int) -> dict[str, object]:
    return {
        "tenant": one.channel.tenant,
        "channel": one.channel.id,
        "host": where.host,
        "window_until": opened.window_until,
        "referral_at": opened.referral_at,
        "unread": opened.unread,
        "now": now,
    }


async def _templates(tx: Tx, fresh: list[Fresh], now: int) -> bool:
    """Fold the news of templates; whether there were any."""
    news: dict[tuple[str, str], list[ChannelEvent]] = {}
    for one in fresh:
        if isinstance(one.event, ChannelEvent) and isinstance(one.event.content, TEMPLATE_NEWS):
            news.setdefault((one.channel.tenant, one.event.account), []).append(one.event)
    for (tenant, account), events in news.items():
        await fold_templates(tx, tenant, account, events, now)
    return bool(news)


async def _tell_conflicts(
    tx: Tx, fresh: list[Fresh], conflicts: list[Conflict], wanted: Wanted, now: int, out: Recorded
) -> None:
    """Plugins hear of names that two contacts lay claim to."""
    opens, notes = [], []
    for conflict in conflicts:
        one = next(one for one in fresh if one.where is not None and one.where.contact == conflict.contact)
        person = one.event.sender if isinstance(one.event, MessageReceived) else one.event.person
        event = conflict.event(person, now)
        notes.append(note.notice(one.channel, event, one.where, now))
        if not wanted(conflict.channel.tenant, "event"):
            continue
        opens.append(open_event(new_id(), one.channel, one.raw.received_at, event, one.where, ""))
    await note.write(tx, notes)
    if opens:
        await tx.many(RECORD["add_event"], [event_row(opened) for opened in opens])
        out.events += opens


async def _bury(tx: Tx, batch: list[ParsedWebhook], now: int, out: Recorded) -> None:
    """Keep what cannot be used: unreadable pieces, and events of numbers that are not ours."""
    rows = []
    for parsed in batch:
        for failure in parsed.failures:
            rows.append(dead_row(parsed.raw, "unreadable", failure.reason, failure.raw, now))
        for event in parsed.foreign:
            about = event.account if isinstance(event, ChannelEvent) and not event.number else ""
            number = f"no channel has the {f'account {about}' if about else f'number {event.number}'}"
            rows.append(dead_row(parsed.raw, "foreign_number", number, event.raw, now))
    out.dead = len(rows)
    if rows:
        await tx.many(RECORD["add_dead"], rows)
