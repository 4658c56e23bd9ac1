"""One process of `python -m tests.cluster`: a member that writes down for which shards it might send, when.

`python -m tests.cluster.child URL WORKER_URL FILE LEASE RENEW`. A line is "time pid", and after it, when
they are others now, "shard:epoch" for each. Times are of the machine's monotonic clock, which all share.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

from gateway.channel import SHARDS
from gateway.clock import SystemClock
from gateway.cluster.members import Members
from gateway.store import connect

EVERY = 0.005


class Quick:
    """A keeper with a little to read and a little to end."""

    async def gain(self, shards: frozenset[int]) -> None:
        await asyncio.sleep(0.01)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        await asyncio.sleep(0.05)

    def drop(self, shards: frozenset[int]) -> None:
        """It holds nothing."""

    def lasting(self) -> frozenset[int]:
        return frozenset()


async def main(url: str, worker_url: str, file: str, lease: float, renew: float) -> None:
    """Until SIGTERM."""
    store = connect(url, worker_url=worker_url)
    await store.open()
    member = Members(store, SystemClock(), url=worker_url, lease=lease, renew=renew, patience=1.0)
    member.keepers += [Quick(), Quick()]
    out, said = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT), ""
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    await member.join()
    running = asyncio.create_task(member.run())
    while not ending.is_set():
        now = time.monotonic()  # before the look: a pause in between must not make it seem later than it was
        may = [
            f"{shard}:{epoch}"
            for shard in range(SHARDS)
            if (epoch := member.epoch(shard)) and member.may_send(shard, epoch)
        ]
        words = " ".join(may)
        os.write(out, f"{now:.6f} {os.getpid()} {words if words != said else '='}\n".encode())
        said = words
        await asyncio.sleep(EVERY)
    running.cancel()
    await member.leave(2.0)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5])))
