"""What a number and its account say of themselves, and what can be set (wire.md 2.8)."""

from __future__ import annotations

from typing import Any

from gateway.clock import HOUR
from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator.blocks import Blocks
from providers.meta_cloud.simulator.callbacks import Callbacks
from providers.meta_cloud.simulator.calls import Call, Door, Found
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line, Lines
from providers.meta_cloud.simulator.profile import Profiles
from providers.meta_cloud.simulator.shapes import only, record, text

TRIES, TRIES_WITHIN = 10, 72 * HOUR
DEFAULT_FIELDS = "id,verified_name,display_phone_number,quality_rating"
#: Fields of numbers, accounts and templates that Graph knows and that are left out while they have no value.
EMPTY = frozenset(
    {
        *("business_verification_status", "certificate", "conversational_automation", "country"),
        *("country_code", "country_dial_code", "disable_marketing_messages_on_cloud_api"),
        *("eligibility_for_api_business_global_search", "is_enabled_for_insights", "is_on_biz_app"),
        *("is_official_business_account", "is_pin_enabled", "is_preverified_number", "last_onboarded_time"),
        *("marketing_messages_onboarding_status", "new_certificate", "new_name_status", "ownership_type"),
        *("on_behalf_of_business_info", "owner_business_info", "quality_score", "search_visibility"),
        *("status", "subscribed_apps"),
        *("correct_category", "cta_url_link_tracking_opted_out", "degrees_of_freedom_spec"),
        *("library_template_name", "message_send_ttl_seconds", "previous_category", "sub_category"),
    }
)


class Account:
    """The nodes "number" and "waba"."""

    def __init__(
        self,
        door: Door,
        lines: Lines,
        knobs: Knobs,
        clock: Timeline,
        callbacks: Callbacks,
        blocks: Blocks,
    ) -> None:
        self._lines, self._knobs, self._clock = lines, knobs, clock
        self._callbacks, self._blocks = callbacks, blocks
        #: What is different from usual: node id -> field -> value ("status": "BANNED").
        self.facts: dict[str, dict[str, Any]] = {}
        self._pins: dict[str, str] = {}
        self._tries: dict[str, list[int]] = {}
        self._identity: dict[str, bool] = {}
        self.deregistered: set[str] = set()
        Profiles(door)
        door.find(self._find)
        door.on("GET", "number", "", self._number)
        door.on("GET", "waba", "", self._waba)
        door.on("GET", "waba", "phone_numbers", self._numbers)
        door.on("POST", "number", "register", self._register)
        door.on("POST", "number", "deregister", self._deregister)
        door.on("GET", "number", "settings", self._settings)
        door.on("POST", "number", "settings", self._set)

    def check_send(self, line: Line, contact: Contact | None) -> None:
        """Raise `GraphError` when *line* may not send to *contact* (None: a group)."""
        if line.phone_number_id in self.deregistered:
            raise GraphError(133010, "The phone number is not registered.")
        if contact is not None and self._blocks.blocked(line, contact):
            raise GraphError(130403, "The business has blocked this user.")

    def _find(self, node: str) -> Found | None:
        line = self._lines.get(node)
        if line is not None:
            return Found("number", line)
        mine = next((line for line in self._lines if line.waba_id == node), None)
        return Found("waba", mine) if mine else None

    def _about_number(self, line: Line) -> dict[str, Any]:
        node = line.phone_number_id
        registered = node not in self.deregistered
        facts = {
            "id": node,
            "display_phone_number": f"+{line.display}",
            "verified_name": "Simulated business",
            "quality_rating": "GREEN",
            "throughput": {"level": "HIGH" if self._knobs.throughput > 80 else "STANDARD"},
            "status": "CONNECTED" if registered else "DISCONNECTED",
            "code_verification_status": "VERIFIED",
            "name_status": "APPROVED",
            "platform_type": "CLOUD_API" if registered else "NOT_APPLICABLE",
            "account_mode": "LIVE",
            "whatsapp_business_manager_messaging_limit": "TIER_250",
            "webhook_configuration": self._callbacks.configuration(line),
        }
        facts |= self.facts.get(node, {})
        standing = "AVAILABLE" if facts["status"] == "CONNECTED" else "BLOCKED"
        return {"health_status": health("PHONE_NUMBER", node, line.waba_id, standing), **facts}

    def _about_waba(self, waba: str) -> dict[str, Any]:
        facts = {
            "id": waba,
            "name": "Simulated account",
            "currency": "EUR",
            "timezone_id": "1",
            "account_review_status": "APPROVED",
            "message_template_namespace": "simulated_namespace",
            "marketing_messages_lite_api_status": "ONBOARDED"
            if self._knobs.marketing_onboarded
            else "ELIGIBLE",
            "health_status": health("WABA", waba, waba, "AVAILABLE"),
        }
        return {**facts, **self.facts.get(waba, {})}

    async def _number(self, call: Call) -> dict[str, Any]:
        return pick(self._about_number(call.line), call.query.get("fields", DEFAULT_FIELDS))

    async def _waba(self, call: Call) -> dict[str, Any]:
        return pick(self._about_waba(call.line.waba_id), call.query.get("fields", "id,name,timezone_id"))

    async def _numbers(self, call: Call) -> dict[str, Any]:
        fields = call.query.get("fields", DEFAULT_FIELDS)
        mine = [line for line in self._lines if line.waba_id == call.line.waba_id]
        return {"data": [pick(self._about_number(line), fields) for line in mine]}

    async def _register(self, call: Call) -> dict[str, Any]:
        """The first PIN is the number's; later ones have to be the same."""
        body, node = await call.json(), call.line.phone_number_id
        only(body, ("messaging_product", "pin", "data_localization_region"))
        if body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "Parameter messaging_product must be whatsapp.")
        pin = text(body, "pin")
        if len(pin) != 6 or not (pin.isascii() and pin.isdigit()):
            raise invalid("pin", "is not six digits")
        self._try(node)
        if self._pins.setdefault(node, pin) != pin:
            raise GraphError(133005, "The PIN is another.")
        self.deregistered.discard(node)
        return {"success": True}

    async def _deregister(self, call: Call) -> dict[str, Any]:
        self._try(call.line.phone_number_id)
        self.deregistered.add(call.line.phone_number_id)
        return {"success": True}

    def _try(self, node: str) -> None:
        now = self._clock.now()
        tries = [at for at in self._tries.get(node, []) if now - at < TRIES_WITHIN]
        if len(tries) >= TRIES:
            raise GraphError(133016, "More than 10 requests to register or deregister within 72 hours.")
        self._tries[node] = [*tries, now]

    async def _settings(self, call: Call) -> dict[str, Any]:
        enabled = self._identity.get(call.line.phone_number_id, False)
        return {"user_identity_change": {"enable_identity_key_check": enabled}}

    async def _set(self, call: Call) -> dict[str, Any]:
        body = await call.json()
        only(body, ["user_identity_change"])
        change = record(body, "user_identity_change")
        only(change, ["enable_identity_key_check"], "user_identity_change")
        enabled = change.get("enable_identity_key_check")
        if not isinstance(enabled, bool):
            raise invalid("user_identity_change.enable_identity_key_check", "is not true or false")
        self._identity[call.line.phone_number_id] = enabled
        return {"success": True}


def pick(facts: dict[str, Any], fields: str) -> dict[str, Any]:
    """The fields that are asked for, and the id; `GraphError` 100 names one that does not exist."""
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if strange := next((name for name in names if name not in facts and name not in EMPTY), None):
        raise GraphError(100, f"Tried accessing nonexisting field ({strange}).")
    return {name: facts[name] for name in dict.fromkeys((*names, "id")) if name in facts}


def health(kind: str, node: str, waba: str, standing: str) -> dict[str, Any]:
    """`health_status`: the node and what it hangs on."""
    entities = [{"entity_type": kind, "id": node, "can_send_message": standing}]
    if kind != "WABA":
        entities.append({"entity_type": "WABA", "id": waba, "can_send_message": "AVAILABLE"})
    return {"can_send_message": standing, "entities": entities}
