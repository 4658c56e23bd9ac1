"""Calls the Graph API of a simulator as anybody would."""

from __future__ import annotations

from typing import Any

import aiohttp

from providers.meta_cloud.simulator import MetaSimulator

Answer = tuple[int, dict[str, Any]]


async def graph(
    sim: MetaSimulator,
    method: str,
    path: str,
    body: Any = None,
    *,
    data: Any = None,
    headers: dict[str, str] | None = None,
    **query: str,
) -> Answer:
    """*method* on *path* below the version, with the token: the status and the JSON."""
    bearing = {"Authorization": f"Bearer {sim.access_token}", **(headers or {})}
    url = path if path.startswith("http") else f"{sim.api_base}/v25.0/{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, json=body, data=data, headers=bearing, params=query) as answer,
    ):
        return answer.status, await answer.json()


async def refused(sim: MetaSimulator, method: str, path: str, body: Any = None, **query: Any) -> int:
    """The code of the error that a call is answered with, 0 if it is not."""
    status, answer = await graph(sim, method, path, body, **query)
    code = int(answer.get("error", {}).get("code", 0))
    assert (status == 200) == (code == 0)
    return code
