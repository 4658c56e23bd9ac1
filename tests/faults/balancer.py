"""A balancer in front of several gateways: in turn, to those that are up as far as it knows."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import aiohttp

from tests.faults.process import GatewayProcess

PATH = "/webhooks/meta_cloud"
#: Seconds between two looks at `/health/ready`.
_EVERY = 0.2


class Balancer:
    """Until `run` it sends to whatever process lives; from then on to those that said they are ready."""

    def __init__(self, gateways: Sequence[GatewayProcess]) -> None:
        self._gateways = tuple(gateways)
        self._turn = itertools.count()
        self._ready: frozenset[GatewayProcess] | None = None

    def choose(self) -> str:
        """Where the next webhook goes."""
        ready = self._ready
        up = [one for one in self._gateways if (one.alive if ready is None else one in ready)]
        among = up or self._gateways
        return among[next(self._turn) % len(among)].url + PATH

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Look at everybody's `/health/ready`, for ever; cancel it to end."""
        while True:
            answers = await asyncio.gather(*(one.healthy(session) for one in self._gateways))
            pairs = zip(self._gateways, answers, strict=True)
            self._ready = frozenset(one for one, healthy in pairs if healthy)
            await asyncio.sleep(_EVERY)
