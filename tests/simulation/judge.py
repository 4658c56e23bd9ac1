"""What must be true of a simulation once it is quiet, and what must be true at any time."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from gateway.model.status import RANK
from tests.simulation.member import Member
from tests.simulation.world import World

#: Seconds in which everything must be done once all is well again.
PATIENCE = 150.0
#: Open work, by table.
OPEN = ("event", "outbox", "journal_open", "done")


class Broken(AssertionError):
    """A promise was broken; says which, and how to see it again."""


def rows(world: World, sql: str) -> list[Any]:
    """What is committed."""
    return world.database.connection.execute(sql).fetchall()


def settle(world: World) -> None:
    """Everybody is well again: wait until nothing is open, and judge. Raises `Broken`."""
    world.trace("quiet")
    world.heal()
    until = world.loop.now + PATIENCE
    while left := open_work(world):
        if world.loop.now > until:
            raise Broken(f"after {PATIENCE:g} quiet seconds this is still open: {'; '.join(left)}")
        world.advance(0.5)
    until = world.loop.now + 8  # a send whose answer is lost ends after its time, proved or not
    while remembered(world) and world.loop.now < until:
        world.advance(0.5)
    if found := [*judged(world), *remembered(world)]:
        raise Broken("; ".join(found[:6]))


def open_work(world: World) -> list[str]:
    """What is not done yet."""
    counts = {table: rows(world, f"select count(*) from {table}")[0][0] for table in OPEN}
    left = [f"{n} rows in {table}" for table, n in counts.items() if n]
    if world.pending or world.servers.untold:
        left.append(f"{world.pending} requests, {world.servers.untold} statuses to come")
    if not world.members or not all(each.ready for each in world.members):
        left.append("a process that starts")
    effects = {row[0] for row in rows(world, "select message from sim_effect")}
    missing = [each.text for each in world.inbound if each.text not in effects]
    return left + ([f"no effect of {', '.join(missing[:5])}"] if missing else [])


def judged(world: World) -> list[str]:
    """The promises that are broken once it is quiet."""
    judges = (_effects, _sends, _order, _statuses)
    return [*at_any_time(world), *(each for judge in judges for each in judge(world))]


def at_any_time(world: World) -> list[str]:
    """The promises that are broken, of those that hold in the middle of all trouble."""
    back = rows(world, "select * from sim_back")
    found = [f"part {row['part']} went from {row['was']} back to {row['now']}" for row in back]
    return [*world.loop.problems, *found, *_lanes(world)]


def _effects(world: World) -> list[str]:
    """Every acknowledged message has exactly one effect, and every message one reply."""
    found = []
    effects = Counter(row[0] for row in rows(world, "select message from sim_effect"))
    said = Counter(row[0] for row in rows(world, "select content from message where direction = 'out'"))
    replies = {text: sum(n for c, n in said.items() if f'"{text}"' in c) for text in _expected(world)}
    for message in world.inbound:
        if message.acked and effects[message.text] != 1:
            found.append(f"{effects[message.text]} effects of {message.text}, which was answered 200")
    found += [f"{replies[text]} messages {text!r}" for text in _expected(world) if replies[text] != 1]
    return found


def _expected(world: World) -> list[str]:
    """The texts that must have been said once each."""
    return [f"re {each.text}" for each in world.inbound if each.acked] + list(world.orders)


def _sends(world: World) -> list[str]:
    """What the provider accepted agrees with the record, and nothing twice but what is counted as resent."""
    found = []
    record = {
        row["text"]: row
        for row in rows(
            world,
            "select json_extract(m.content, '$.text') as text, p.status, p.rank, p.resent from part p "
            "join message m on m.tenant = p.tenant and m.id = p.message",
        )
    }
    for text in _expected(world):
        row, times = record.get(text), world.servers.times[text]
        if row is None:
            found.append(f"no part of {text!r} in the record")
        elif times > 1 + row["resent"]:
            found.append(f"{text!r} was accepted {times} times, {row['resent']} resent")
        elif times == 0 and row["rank"] >= RANK["accepted"]:
            found.append(f"{text!r} is {row['status']} in the record, and was never accepted")
    for text in sorted(set(world.servers.times) - set(_expected(world)) - world.unanswered):
        found.append(f"{text!r} was sent, and nobody asked for it")
    return found


def _order(world: World) -> list[str]:
    """A message that came after another was answered 200 is answered after it; so with the API."""
    first: dict[str, int] = {}
    for n, send in enumerate(world.servers.accepted):
        first.setdefault(send.text, n)
    lanes: dict[tuple[str, str, str], list[tuple[float, float, str]]] = defaultdict(list)
    for each in world.inbound:
        lanes["in", each.contact, each.number].append((each.tried, each.acked, f"re {each.text}"))
    for text, (to, number, began, ended) in world.orders.items():
        lanes["api", to, number].append((began, ended, text))
    found = []
    for lane in lanes.values():
        for _, ended, text in lane:
            for later, _, other in lane:
                if ended and later > ended and first.get(other, 1 << 30) < first.get(text, -1):
                    found.append(f"{other!r} overtook {text!r}")
    return found


def _statuses(world: World) -> list[str]:
    """A part is as far as the furthest status that was told of it."""
    found = []
    ranks = {
        row[0]: row[1]
        for row in rows(
            world,
            "select json_extract(m.content, '$.text'), p.rank from part p "
            "join message m on m.tenant = p.tenant and m.id = p.message",
        )
    }
    for text, told in world.servers.told.items():
        best = max(RANK[status] for status in told)
        if text in ranks and ranks[text] != max(best, RANK["accepted"]):
            found.append(f"{text!r} has the rank {ranks[text]}, and {best} was told")
    return found


def _lanes(world: World) -> list[str]:
    """One message of a conversation at a time is on its way."""
    return [f"{world.servers.most} sends of one conversation at a time"] if world.servers.most > 1 else []


def remembered(world: World) -> list[str]:
    """What processes keep in memory although nothing is open."""
    return [each for member in world.members for each in _kept(member)]


def _kept(member: Member) -> list[str]:
    line = member.line
    if line is None or not member.ready or member.leaving:
        return []
    sizes = {
        "events": len(line.lanes),
        "event lanes": len(getattr(line.lanes, "_lanes", ())),
        "webhooks": len(line.parser),
        "parts": len(line.sender.known),
        "doubts": len(line.doubts),
        "sends": sum(number.in_flight for number in line.sender.numbers.values()),
        "send lanes": sum(len(number.lanes) for number in line.sender.numbers.values()),
    }
    return [f"{member.name} still holds {n} {what}" for what, n in sizes.items() if n]
