"""What several processes wrote down, judged: who might have sent too late, and who was missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.channel import SHARDS


@dataclass
class Verdict:
    """*late*: samples in which a shard might have been sent for under an epoch that was over. *twice*: epochs
    that two processes had. *gaps*: seconds in which nobody might send for a shard, and when they ended."""

    samples: int = 0
    late: int = 0
    twice: int = 0
    gaps: list[tuple[float, float]] = field(default_factory=list)

    def longest(self, start: float, end: float) -> float:
        """The longest gap that ended between two moments."""
        return max((gap for at, gap in self.gaps if start <= at < end), default=0.0)


def judge(lines: Iterable[str]) -> Verdict:
    """Read all samples in the order of their times."""
    verdict = Verdict()
    newest: dict[int, int] = {}
    seen: dict[int, float] = {}
    owner: dict[tuple[int, int], str] = {}
    for at, pid, may in sorted(_samples(lines), key=lambda sample: sample[0]):
        verdict.samples += 1
        for shard, epoch in may.items():
            verdict.late += epoch < newest.get(shard, 0)
            verdict.twice += owner.setdefault((shard, epoch), pid) != pid
            newest[shard] = max(epoch, newest.get(shard, 0))
            if (gap := at - seen.get(shard, at)) > 0.1:
                verdict.gaps.append((at, gap))
            seen[shard] = at
    verdict.late += SHARDS - len(newest)  # one that never had an owner
    return verdict


def _samples(lines: Iterable[str]) -> Iterable[tuple[float, str, dict[int, int]]]:
    last: dict[str, dict[int, int]] = {}
    for line in lines:
        at, pid, *words = line.split()
        if words != ["="]:
            last[pid] = {
                int(shard): int(epoch) for shard, _, epoch in (word.partition(":") for word in words)
            }
        yield float(at), pid, last.get(pid, {})
