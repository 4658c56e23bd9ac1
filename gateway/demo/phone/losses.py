"""What a provider could not carry, asked of the gateway's API as anybody can: a dry run of the message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
from msgspec import Struct

#: Messages of a channel that are looked through for one, newest first.
LOOKED_AT = 50
#: How often, and every how many seconds, it is looked whether the provider has taken what is newer.
TRIES, PAUSE = 6, 0.25
_ID = "provider_message_id"


class Lost(Struct, frozen=True):
    """One message of the business as the gateway sees it: our *type* for it, in how many *parts* it went, and
    in sentences what was *lost* on the way, and what only took *another* form."""

    message_id: str
    type: str
    parts: int
    lost: tuple[str, ...] = ()
    another: tuple[str, ...] = ()


class Losses:
    """Asks the API at *url* with a tenant's *key*. *channels* are ids by provider."""

    def __init__(self, url: str, key: str, channels: dict[str, str]) -> None:
        self._url, self._channels = f"{url}/api/v1/messages", channels
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {key}"}, timeout=aiohttp.ClientTimeout(total=5)
        )

    async def close(self) -> None:
        """Let go of the connection."""
        await self._session.close()

    async def of(self, provider: str, phone: str, message_ids: Sequence[str]) -> Lost | None:
        """The newest message of which the first part has one of these ids of the provider's; None when there
        is none (later parts), or when the API cannot plan it again. Waits a bit while messages are open."""
        try:
            for _ in range(TRIES):
                items = await self._items(provider)
                found = next((n for n, one in enumerate(items) if one[_ID] in message_ids), None)
                if all(one[_ID] for one in items[:found]):
                    break
                await asyncio.sleep(PAUSE)
            return await self._planned(provider, phone, items[found]) if found is not None else None
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            return None

    async def _items(self, provider: str) -> list[dict[str, Any]]:
        query = {"channel": self._channels[provider], "direction": "out", "limit": str(LOOKED_AT)}
        async with self._session.get(self._url, params=query) as answer:
            items: list[dict[str, Any]] = (await answer.json())["items"]
            return items

    async def _planned(self, provider: str, phone: str, item: dict[str, Any]) -> Lost | None:
        order = {
            "channel": self._channels[provider], "to": phone, "message": item["content"], "dry_run": True,
        }  # fmt: skip
        async with self._session.post(self._url, json=order) as answer:
            if answer.status != 200:
                return None
            plan = await answer.json()
        gone = [loss for loss in plan["losses"] if loss["how"] in ("cut", "dropped")]
        other = [loss for loss in plan["losses"] if loss not in gone]
        told, kept = tuple(map(sentence, gone)), tuple(map(sentence, other))
        return Lost(item["provider_message_id"], item["type"], plan["parts"], told, kept)


def sentence(loss: dict[str, Any]) -> str:
    """A loss in words: "footer dropped (…)"."""
    detail = f" ({loss['detail']})" if loss.get("detail") else ""
    return f"{loss['what']} {loss['how']}{detail}"
