"""Prints what pywa and the simulator make of each other, as tables."""

from __future__ import annotations

import asyncio
import tempfile
import warnings
from pathlib import Path

from aiohttp import web

from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.foreign import Row, attempt, client, read, table
from tests.providers.meta_cloud.simulator.pywa_calls import CALLS, prepared
from tests.providers.meta_cloud.simulator.shapes import FIELDS, INBOUND


async def sent(sim: MetaSimulator, folder: Path) -> list[Row]:
    """Every call of pywa."""
    wa, seen = client(sim), await prepared(sim, folder)
    rows = [await attempt(name, lambda call=call: call(wa, seen)) for name, call in CALLS.items()]
    wa.api._session.close()
    return rows


async def parsed(bodies: list[bytes]) -> list[Row]:
    """Every webhook, read by pywa."""
    rows = []
    for name, recipe in {**INBOUND, **FIELDS}.items():
        async with MetaSimulator(webhook_url="http://127.0.0.1:9/") as sim:
            bodies.clear()

            async def keep(body: bytes, url: str = "") -> None:
                bodies.append(body)

            sim._emitter.post = keep  # type: ignore[method-assign]
            await recipe(sim)
            wa = client(sim)
            rows += [read(wa, name, body) for body in bodies]
            wa.api._session.close()
    return rows


async def main() -> None:
    """Both tables."""
    sim = MetaSimulator()

    async def take(request: web.Request) -> web.Response:
        return web.Response(text=request.query.get("hub.challenge", ""))

    app = web.Application()
    app.add_routes([web.route("*", "/hook", take)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sim.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    with tempfile.TemporaryDirectory() as folder:
        async with sim:
            print(table(await sent(sim, Path(folder))))
    await runner.cleanup()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        print("\n" + table(await parsed([])))


if __name__ == "__main__":
    asyncio.run(main())
