"""A number's business profile (wire.md 2.8)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.calls import Call, Door
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.shapes import array, only, optional_text

LIMITS = {"about": 139, "address": 256, "description": 512, "email": 128, "vertical": 64}
WEBSITES, WEBSITE = 2, 256
FIELDS = (*LIMITS, "websites", "profile_picture_url", "messaging_product")


class Profiles:
    """The edge `whatsapp_business_profile` of a number."""

    def __init__(self, door: Door) -> None:
        self._profiles: dict[str, dict[str, Any]] = {}
        door.on("GET", "number", "whatsapp_business_profile", self._tell)
        door.on("POST", "number", "whatsapp_business_profile", self._change)

    async def _tell(self, call: Call) -> dict[str, Any]:
        """Fields that were never set are left out."""
        profile = {
            "messaging_product": "whatsapp",
            "vertical": "UNDEFINED",
            **self._profiles.get(call.line.phone_number_id, {}),
        }
        names = call.query.get("fields", "messaging_product").split(",")
        if strange := next((name for name in names if name not in FIELDS), None):
            raise GraphError(100, f"Tried accessing nonexisting field ({strange}).")
        wanted = {*names, "messaging_product"}
        return {"data": [{name: value for name, value in profile.items() if name in wanted}]}

    async def _change(self, call: Call) -> dict[str, Any]:
        body = await call.json()
        only(body, (*LIMITS, "websites", "profile_picture_handle", "messaging_product"))
        if body.pop("messaging_product", "") != "whatsapp":
            raise GraphError(100, "Parameter messaging_product must be whatsapp.")
        for name, limit in LIMITS.items():
            optional_text(body, name, limit)
        if "websites" in body:
            websites = array(body, "websites", 0, WEBSITES)
            for place in range(len(websites)):
                optional_text({"websites": websites[place]}, "websites", WEBSITE)
        if body.pop("profile_picture_handle", ""):
            body["profile_picture_url"] = "https://pps.whatsapp.net/simulated.jpg"
        self._profiles.setdefault(call.line.phone_number_id, {}).update(body)
        return {"success": True}
