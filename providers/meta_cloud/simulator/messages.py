"""Sends, read receipts and typing: what is refused at once, and what fails only later (wire.md 2.1, 2.10)."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, Protocol

from aiohttp import web

from gateway.clock import DAY, SECOND
from gateway.simulator.serving import lose
from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator import filetypes, ids
from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.calls import Call, Door
from providers.meta_cloud.simulator.checks import check_message, check_receipt
from providers.meta_cloud.simulator.contact import Contact, Group
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.fates import Fates
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.media import MediaStore
from providers.meta_cloud.simulator.rates import Rates
from providers.meta_cloud.simulator.world import World

Answer = dict[str, Any] | web.StreamResponse
#: How old a message may be that is reacted to or marked as read.
TARGET = 30 * DAY


class Judge(Protocol):
    """Knows the templates."""

    def check_send(self, line: Line, body: dict[str, Any], *, marketing: bool) -> str:
        """The category of the template that *body* sends, "" if unknown; `GraphError` if it cannot be."""

    def generate(self, line: Line, body: dict[str, Any]) -> None:
        """Meta makes a template for a message of Direct Send."""


class Standing(Protocol):
    """Knows whether a number may send to somebody at all."""

    def check_send(self, line: Line, contact: Contact | None) -> None:
        """Raise `GraphError` when it may not: deregistered, or the contact is blocked."""


class Messages:
    """The edges `messages` and `marketing_messages` of a number."""

    def __init__(
        self,
        door: Door,
        world: World,
        fates: Fates,
        knobs: Knobs,
        clock: Timeline,
        media: MediaStore,
        templates: Judge,
        standing: Standing,
    ) -> None:
        self._world, self._fates, self._knobs, self._clock = world, fates, knobs, clock
        self._media, self._templates, self._standing = media, templates, standing
        self.rates = Rates()
        self.accepted: list[Accepted] = []
        self.marked_read: list[str] = []
        self.marked_typing: list[str] = []
        self._held: list[tuple[Line, Contact, str, dict[str, Any], bool]] = []
        door.on("POST", "number", "messages", self._messages)
        door.on("POST", "number", "marketing_messages", self._marketing)

    async def _messages(self, call: Call) -> Answer:
        body = await call.json()
        if "status" not in body:
            return await self._send(call, body, marketing=False)
        marked = self._known(check_receipt(body))
        self.marked_read.append(marked)
        if "typing_indicator" in body:
            self.marked_typing.append(marked)
        return {"success": True}

    async def _marketing(self, call: Call) -> Answer:
        return await self._send(call, await call.json(), marketing=True)

    async def _send(self, call: Call, body: dict[str, Any], *, marketing: bool) -> Answer:
        line, knobs = call.line, self._knobs
        check_message(body, line.display, marketing=marketing)
        if knobs.rates:
            self.rates.check_number(line.phone_number_id, knobs.throughput, self._seconds)
        if knobs.chance(knobs.refuse):
            raise passing(knobs.rng)
        to = self._recipient(body)
        self._standing.check_send(line, to if isinstance(to, Contact) else None)
        category = self._templates.check_send(line, body, marketing=marketing)
        self._check_references(line, body)
        if isinstance(to, Contact):
            self._check_contact(to, body)
        if knobs.rates and isinstance(to, Contact):
            self.rates.check_pair(line.phone_number_id, to.phone, self._seconds)
        code = self._later(line, to, body, category)
        if code and knobs.refuse_at_once:
            raise GraphError(code, "The message cannot be delivered.")
        answer = await self._accept(line, to, body, code, marketing)
        if knobs.hold_answers:
            await asyncio.sleep(knobs.hold_answers)
        return await lose(call.request, knobs) if knobs.chance(knobs.lose_answers) else answer

    def heard(self, line: Line) -> None:
        """A contact wrote to *line*: that counts towards its throughput too."""
        if self._knobs.rates:
            self.rates.take(line.phone_number_id, self._knobs.throughput, self._seconds)

    @property
    def _seconds(self) -> float:
        return self._clock.now() / SECOND

    def _recipient(self, body: dict[str, Any]) -> Contact | Group:
        if body.get("recipient_type") == "group":
            group = self._world.addressed_group(body)
            if group is None:
                raise GraphError(131041, f"There is no group {body['to']}.")
            if len(group.members) < 1:
                raise GraphError(131020, "Nobody else is in the group.")
            return group
        contact = self._world.addressee(body)
        if contact is None:
            raise GraphError(131026, "The recipient is not a user id that this business knows.")
        return contact

    def _check_contact(self, contact: Contact, body: dict[str, Any]) -> None:
        given = body.get("recipient_identity_key_hash")
        if given and given != contact.identity_key_hash:
            raise GraphError(137000, "The recipient's identity key is another.")

    def _check_references(self, line: Line, body: dict[str, Any]) -> None:
        """What a request points at: files, and messages that are reacted to or pinned."""
        if "category" in body and not self._knobs.direct_send:
            raise GraphError(100, "Direct Send is not enabled for this account.")
        if body.get("type") in ("reaction", "pin"):
            self._known(body[body["type"]]["message_id"])
        if not self._knobs.media_checks:
            return
        for kind, media_id in filetypes.references(body):
            medium = self._media.get(media_id, line)
            if medium is None:
                raise GraphError(100, f"Param {kind}['id'] is not a media id of this number: {media_id}.")
            if filetypes.plain(medium.mime) not in filetypes.KINDS.get(kind, (filetypes.plain(medium.mime),)):
                raise GraphError(131053, f"Media {media_id} is {medium.mime} and cannot be sent as {kind}.")

    def _known(self, message_id: str) -> str:
        """A message that may be reacted to; one that nobody knows only in the lenient mode."""
        at = self._world.messages.get(message_id)
        if at is None and self._knobs.known_messages:
            raise GraphError(131009, f"Message {message_id} is not known.")
        if at is not None and self._clock.now() - at > TARGET:
            raise GraphError(131009, f"Message {message_id} is older than 30 days.")
        return message_id

    def _later(self, line: Line, to: Contact | Group, body: dict[str, Any], category: str) -> int:
        """The code that the message fails with although it is accepted, 0 for none."""
        if isinstance(to, Group):
            return 0
        if category == "AUTHENTICATION" and not body.get("to"):
            return 131062
        if category == "MARKETING" and to.phone in self._knobs.marketing_capped:
            return 131049
        now = self._clock.now()
        free = body.get("type") == "template" or "category" in body or not self._knobs.windows
        if free or to.window_open(line, now) or to.entry_point_until(line, now) is not None:
            return 0
        return 131047

    async def _accept(
        self, line: Line, to: Contact | Group, body: dict[str, Any], code: int, lite: bool
    ) -> dict[str, Any]:
        message_id = ids.wamid()
        self.accepted.append(Accepted(message_id, body, body.get("biz_opaque_callback_data", "")))
        self._world.messages[message_id] = self._clock.now()
        if "category" in body:
            self._templates.generate(line, body)
        told: dict[str, Any] = {"id": message_id}
        if isinstance(to, Group):
            await self._fates.begin(line, to, message_id, body)
            known = {"input": to.id}
            told["group_id"] = to.id
        else:
            known = {"input": body.get("to") or body["recipient"]}
            known |= {"wa_id": to.wa_id} if body.get("to") else {"user_id": to.user_id}
            told |= await self._begin(line, to, message_id, body, code, lite)
        return {"messaging_product": "whatsapp", "contacts": [known], "messages": [told]}

    async def _begin(
        self, line: Line, to: Contact, message_id: str, body: dict[str, Any], code: int, lite: bool
    ) -> dict[str, str]:
        """Set the message going; what the answer says of a template."""
        if body.get("type") != "template":
            await self._on_its_way(line, to, message_id, body, code, lite)
            return {}
        if self._knobs.hold_templates and not code:
            self._held.append((line, to, message_id, body, lite))
            return {"message_status": "held_for_quality_assessment"}
        await self._on_its_way(line, to, message_id, body, code, lite)
        return {"message_status": "accepted"}

    async def _on_its_way(
        self, line: Line, to: Contact, message_id: str, body: dict[str, Any], code: int, lite: bool
    ) -> None:
        if code:
            self._fates.failures.first(to.phone, code)
        await self._fates.begin(line, to, message_id, body, lite)

    async def release_held(self, *, drop: bool = False) -> None:
        """Meta has looked at the templates that it held: they go out, or fail with 132015."""
        held, self._held = self._held, []
        for line, to, message_id, body, lite in held:
            await self._on_its_way(line, to, message_id, body, 132015 if drop else 0, lite)


def passing(rng: Random) -> GraphError:
    """A refusal that says that nothing was accepted and that a retry is welcome."""
    if rng.random() < 0.5:
        return GraphError(131016, "Temporary.", transient=True)
    return GraphError(130429, "Cloud API message throughput has been reached.")
