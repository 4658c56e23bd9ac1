"""How many shards a process should own: a pure function of who is there and what each has."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.channel import SHARDS


def change(me: str, owned: Mapping[str, int], free: int, leaving: int = 0) -> int:
    """How many shards *me* should take (more than 0) or hand over (less than 0) now.

    *owned*: the shards of every process that takes any, by its id, as the database has it; *free*: those that
    nobody has; *leaving*: those of *me* that are being handed over already. Nobody gets more than the share
    rounded up, nobody keeps the odd shard while another is below the share rounded down, and who has a fair
    share moves nothing.
    """
    floor, odd = divmod(SHARDS, len(owned))
    ceiling = floor + (odd > 0)
    mine = owned[me] - leaving
    if mine > ceiling:
        return ceiling - mine
    others = {each: count for each, count in owned.items() if each != me}
    lacking = sum(max(0, floor - count) for count in others.values())
    if mine < floor:
        return min(free, floor - mine)
    if mine < ceiling:
        return 1 if free > lacking else 0
    coming = free + leaving + sum(max(0, count - ceiling) for count in others.values())
    missing = lacking - coming
    if floor == ceiling or missing <= 0:
        return 0
    # Of those that have an odd shard as many give it as are missing: the same ones in everybody's eyes.
    above = sorted(each for each, count in others.items() if count >= ceiling)
    return -1 if sum(each < me for each in above) < missing else 0


def spread(free: list[int], count: int, number: int) -> list[int]:
    """Which *count* of the *free* shards to take: processes that look at the same moment, of other *number*s,
    begin at other places. In order, so that two that take the same ones do not lock each other."""
    if not free:
        return []
    start = number * 23 % len(free)
    return sorted((free[start:] + free[:start])[:count])
