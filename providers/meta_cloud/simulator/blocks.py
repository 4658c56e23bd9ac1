"""Users that a number has blocked (wire.md 2.8)."""

from __future__ import annotations

from typing import Any

from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator.calls import Call, Door
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.errors import GraphError, missing
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.paging import page
from providers.meta_cloud.simulator.shapes import only, records
from providers.meta_cloud.simulator.world import World

MOST, IN_ONE_CALL = 64_000, 1000


class Blocks:
    """The edge `block_users` of a number."""

    def __init__(self, door: Door, world: World, clock: Timeline) -> None:
        self._world, self._clock = world, clock
        #: phone number id -> user ids, in the order in which they were blocked
        self._blocked: dict[str, dict[str, Contact]] = {}
        door.on("GET", "number", "block_users", self._list)
        door.on("POST", "number", "block_users", self._block)
        door.on("DELETE", "number", "block_users", self._unblock)

    def blocked(self, line: Line, contact: Contact) -> bool:
        """Whether *line* has blocked *contact*."""
        return contact.user_id in self._blocked.get(line.phone_number_id, {})

    async def _list(self, call: Call) -> dict[str, Any]:
        blocked = self._blocked.get(call.line.phone_number_id, {})
        rows = [{"messaging_product": "whatsapp", "wa_id": contact.wa_id} for contact in blocked.values()]
        return page(rows, call, 1000)

    async def _block(self, call: Call) -> dict[str, Any]:
        """Only users who wrote in the last 24 hours can be blocked."""
        blocked = self._blocked.setdefault(call.line.phone_number_id, {})
        done: list[dict[str, str]] = []
        failed: list[dict[str, Any]] = []
        for given, contact in self._named(await call.json()):
            if contact is None:
                failed.append(failure(given, None, GraphError(131026, "The user is not known.")))
            elif not contact.window_open(call.line, self._clock.now()):
                details = "The user did not write in the last 24 hours."
                failed.append(failure(given, contact, GraphError(131047, details)))
            elif len(blocked) >= MOST:
                failed.append(failure(given, contact, GraphError(139101, "The list is full.")))
            else:
                blocked[contact.user_id] = contact
                done.append({"input": given, "wa_id": contact.wa_id})
        return answer("added_users", done, failed)

    async def _unblock(self, call: Call) -> dict[str, Any]:
        blocked = self._blocked.get(call.line.phone_number_id, {})
        done: list[dict[str, str]] = []
        failed: list[dict[str, Any]] = []
        for given, contact in self._named(await call.json()):
            if contact is None or blocked.pop(contact.user_id, None) is None:
                failed.append(failure(given, contact, GraphError(131009, "The user is not blocked.")))
            else:
                done.append({"input": given, "wa_id": contact.wa_id})
        return answer("removed_users", done, failed)

    def _named(self, body: dict[str, Any]) -> list[tuple[str, Contact | None]]:
        """Each entry as it was given, with who it is."""
        only(body, ("messaging_product", "block_users"))
        if body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "Parameter messaging_product must be whatsapp.")
        return [self._who(entry) for entry in records(body, "block_users", 1, IN_ONE_CALL)]

    def _who(self, entry: dict[str, Any]) -> tuple[str, Contact | None]:
        only(entry, ("user", "user_id"), "block_users")
        user, user_id = entry.get("user"), entry.get("user_id")
        if isinstance(user, str) and any(map(str.isdigit, user)):
            return user, self._world.addressee({"to": user})
        if not isinstance(user_id, str) or not user_id:
            raise missing("block_users.user")
        if ".ENT." in user_id:
            raise GraphError(100, "Parameter block_users.user_id cannot be a parent user id.")
        return user_id, self._world.addressee({"recipient": user_id})


def failure(given: str, contact: Contact | None, error: GraphError) -> dict[str, Any]:
    """One of `failed_users`."""
    told = {"message": error.title, "code": error.code, "error_data": {"details": error.details}}
    known = {"wa_id": contact.wa_id} if contact else {}
    return {"input": given, **known, "errors": [told]}


def answer(name: str, done: list[dict[str, str]], failed: list[dict[str, Any]]) -> dict[str, Any]:
    """The result; `GraphError` 139100 that carries it when something failed."""
    result: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": {name: done}}
    if failed:
        result["block_users"]["failed_users"] = failed
        raise GraphError(139100, "Some users could not be changed.", more=result)
    return result
