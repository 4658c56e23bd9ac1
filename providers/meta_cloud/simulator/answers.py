"""How contacts answer what is more than a text: flows, address requests, carts, call permissions."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.acts import Acts
from providers.meta_cloud.simulator.phone import Received


class Answers(Acts):
    """Answers quote the newest message of the right kind; `LookupError` when the phone shows none."""

    async def fills(self, contact: str, data: dict[str, Any], *, number: str = "") -> str:
        """*contact* completes the newest flow with *data*; its token goes back with it."""
        flow = self._newest(contact, "flow")
        parameters = flow.body["interactive"]["action"]["parameters"]
        token = {"flow_token": parameters["flow_token"]} if "flow_token" in parameters else {}
        return await self.sends(
            contact, "flow_reply", reply_to=flow.message_id, number=number, data={**token, **data}
        )

    async def gives_address(self, contact: str, values: dict[str, str], *, number: str = "") -> str:
        """*contact* answers the newest address request (India)."""
        request = self._newest(contact, "address_message")
        body = "\n".join(values.values())
        return await self.sends(
            contact, "address_reply", reply_to=request.message_id, number=number, values=values, body=body
        )

    async def gives_location(
        self, contact: str, latitude: float, longitude: float, *, number: str = ""
    ) -> str:
        """*contact* answers the newest location request."""
        request = self._newest(contact, "location_request_message")
        return await self.sends(
            contact,
            "location",
            reply_to=request.message_id,
            number=number,
            latitude=latitude,
            longitude=longitude,
        )

    async def permits_calls(
        self, contact: str, accept: bool = True, *, until: int = 0, number: str = ""
    ) -> str:
        """*contact* answers the newest call permission request; without *until* (seconds) for good."""
        request = self._newest(contact, "call_permission_request")
        fields: dict[str, Any] = {"response": "accept" if accept else "reject"}
        if accept:
            fields |= {"is_permanent": not until, **({"expiration_timestamp": until} if until else {})}
        return await self.sends(
            contact, "call_permission_reply", reply_to=request.message_id, number=number, **fields
        )

    async def shares_number(self, contact: str, *, number: str = "") -> str:
        """*contact* taps the button that asks for its number: the answer links phone and user id, and the
        number is shown from now on."""
        who = self._world.contact(contact)
        asked = next((m for m in reversed(who.inbox) if m.kind == "request_contact_info"), None)
        line = self._lines.named(number)
        card = {
            "name": {"formatted_name": who.name, "first_name": who.name},
            "phones": [{"phone": who.phone, "wa_id": who.wa_id, "type": "CELL"}],
            "origin": "contact_request",
        }
        reply_to = asked.message_id if asked is not None else ""
        who.reached[line.phone_number_id] = self._now
        return await self.sends(contact, "contacts", contacts=[card], reply_to=reply_to, number=number)

    async def orders(
        self, contact: str, items: list[tuple[str, int, float]], *, currency: str = "EUR", **fields: Any
    ) -> str:
        """*contact* sends a cart of (product, quantity, price); *fields* are catalog_id and text."""
        lines = [
            {"product_retailer_id": sku, "quantity": count, "item_price": price, "currency": currency}
            for sku, count, price in items
        ]
        return await self.sends(contact, "order", product_items=lines, **fields)

    def _newest(self, contact: str, kind: str) -> Received:
        found = next((m for m in reversed(self._world.contact(contact).inbox) if m.kind == kind), None)
        if found is None:
            raise LookupError(f"{contact} has no message of the kind {kind} to answer")
        return found
