"""How each sample's webhook is produced by the simulator: sample name -> what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.accounts import Named

LUCIA = "+34600111222"
OUT = "wamid.U0FNUExFLU9VVEJPVU5ELTE="
GROUP = "Y2FwaV9ncm91cDpjb21wb3NlZA=="
TEXT: dict[str, Any] = {"type": "text", "text": {"body": "Hi"}}
TEMPLATE: dict[str, Any] = {"type": "template", "template": {"name": "visit_1", "language": {"code": "es"}}}
CARD = {
    "name": {"formatted_name": "Dr. Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz", "prefix": "Dr."},
    "phones": [
        {"phone": "+34 600 999 888", "wa_id": "34600999888", "type": "CELL"},
        {"phone": "+34 910 000 111", "type": "WORK"},
    ],
    "emails": [{"email": "ana@example.org", "type": "WORK"}],
    "urls": [{"url": "https://example.org", "type": "COMPANY"}],
    "addresses": [
        {
            "street": "Calle Mayor 1",
            "city": "Madrid",
            "zip": "28013",
            "country": "Spain",
            "country_code": "ES",
            "type": "HOME",
        }
    ],
    "org": {"company": "Ruiz SL", "department": "Sales", "title": "Owner"},
    "birthday": "1980-05-17",
    "origin": "other",
    "vcard": "BEGIN:VCARD",
}

Recipe = Callable[[MetaSimulator], Awaitable[Any]]


def hidden(sim: MetaSimulator) -> str:
    """Lucia with a username, a parent id and a number that she keeps to herself."""
    parent = "ES.ENT.55443322110099887"
    sim.contact(LUCIA, username="lucia.prado", hidden=True, parent_user_id=parent)
    return LUCIA


def known(sim: MetaSimulator, **ids: Any) -> str:
    """Lucia with more *ids*."""
    sim.contact(LUCIA, **ids)
    return LUCIA


async def before_user_ids(sim: MetaSimulator) -> str:
    """Lucia writes before April 2026."""
    sim.bsuids = False
    return await sim.says(LUCIA, "hola")


INBOUND: dict[str, Recipe] = {
    "in_text": lambda sim: sim.says(LUCIA, "¿abren hoy?"),
    "in_text_legacy_without_bsuid": before_user_ids,
    "in_text_username_without_phone": lambda sim: sim.says(hidden(sim), "Hi, no number here"),
    "in_text_identity_key_hash": lambda sim: sim.says(known(sim, identity_key_hash="Qm9="), "It is me"),
    "in_text_reply": lambda sim: sim.says(LUCIA, "Yes, that one", reply_to=OUT),
    "in_text_forwarded": lambda sim: sim.says(LUCIA, "fwd", forwarded=1),
    "in_text_referral_ad_image": lambda sim: sim.clicks_ad(LUCIA),
    "in_image_with_caption_and_url": lambda sim: sim.sends(LUCIA, "image", caption="Front door"),
    "in_audio_file": lambda sim: sim.sends(LUCIA, "audio"),
    "in_audio_voice_note": lambda sim: sim.sends(LUCIA, "voice"),
    "in_document": lambda sim: sim.sends(LUCIA, "document", filename="f.pdf", caption="Invoice"),
    "in_sticker_static": lambda sim: sim.sends(LUCIA, "sticker"),
    "in_location_pin": lambda sim: sim.sends(LUCIA, "location"),
    "in_contacts": lambda sim: sim.sends(LUCIA, "contacts", contacts=[CARD]),
    "in_reaction_add": lambda sim: sim.reacts(LUCIA, OUT, "👍🏽"),
    "in_reaction_remove_absent": lambda sim: sim.reacts(LUCIA, OUT, None),
    "in_button_template_quick_reply": lambda sim: sim.sends(LUCIA, "button", reply_to=OUT),
    "in_interactive_button_reply": lambda sim: sim.sends(LUCIA, "button_reply", reply_to=OUT),
    "in_interactive_list_reply": lambda sim: sim.sends(LUCIA, "list_reply", reply_to=OUT),
    "in_interactive_nfm_reply_flow": lambda sim: sim.sends(LUCIA, "flow_reply", reply_to=OUT),
    "in_interactive_nfm_reply_address": lambda sim: sim.sends(LUCIA, "address_reply", reply_to=OUT),
    "in_interactive_call_permission_reply_accept": lambda sim: sim.sends(
        LUCIA, "call_permission_reply", reply_to=OUT, expiration_timestamp=1795504800
    ),
    "in_order": lambda sim: sim.orders(LUCIA, [("SKU-1", 2, 7.99)], text="No sugar", catalog_id="7100"),
    "in_system_user_changed_number": lambda sim: sim.changes_number(LUCIA, "+34611222333"),
    "in_system_user_changed_user_id": lambda sim: sim.changes_user_id(known(sim, parent_user_id="ES.ENT.5")),
    "in_system_customer_identity_changed": lambda sim: sim.changes_identity(LUCIA),
    "in_unsupported_poll": lambda sim: sim.sends(LUCIA, "unsupported"),
    "in_unsupported_edit": lambda sim: sim.sends(LUCIA, "unsupported", type="edit"),
    "in_unsupported_unavailable_131060": lambda sim: sim.sends(
        LUCIA, "unsupported", type="media_placeholder"
    ),
    "in_request_welcome": lambda sim: sim.opens_chat(LUCIA),
    "in_edit_text": lambda sim: sim.edits(LUCIA, "wamid.x", "corrected"),
    "in_revoke": lambda sim: sim.revokes(LUCIA, "wamid.x"),
    "in_group_text": lambda sim: sim.says(LUCIA, "Hello all", group=GROUP),
    "in_unknown_future_type": lambda sim: sim.sends(LUCIA, "hologram", depth=3),
    "in_value_errors_only": lambda sim: sim.complains(130429),
    "in_user_actions_marketing_link_click": lambda sim: sim.clicks(),
}

FIELDS: dict[str, Recipe] = {
    "field_message_template_status_update_approved": lambda sim: sim.template_status("APPROVED"),
    "field_message_template_status_update_rejected": lambda sim: sim.template_status(
        "REJECTED", reason="INVALID_FORMAT", rejection_info={"reason": "Adjacent.", "recommendation": "Text."}
    ),
    "field_message_template_status_update_paused": lambda sim: sim.template_status(
        "PAUSED", other_info={"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}
    ),
    "field_template_category_update_impending": lambda sim: sim.template_category(
        "UTILITY", "MARKETING", at=1794986400
    ),
    "field_template_category_update_done": lambda sim: sim.template_category("UTILITY", "MARKETING"),
    "field_message_template_quality_update": lambda sim: sim.template_quality(
        "GREEN", "YELLOW", Named(7, "visit_2", "en")
    ),
    "field_message_template_components_update": lambda sim: sim.template_components(
        "Hola", title="Cita", footer="Ruiz SL", buttons=[("URL", "Ver", "https://example.org/{{1}}")]
    ),
    "field_phone_number_quality_update": lambda sim: sim.quality(current_limit="TIER_UNLIMITED"),
    "field_phone_number_name_update": lambda sim: sim.display_name("APPROVED", "Ruiz SL"),
    "field_business_capability_update": lambda sim: sim.capability(max_phone_numbers_per_waba=25),
    "field_account_update_restriction": lambda sim: sim.account(
        "ACCOUNT_RESTRICTION",
        restriction_info=[
            {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795159200}
        ],
    ),
    "field_account_update_disabled": lambda sim: sim.account(
        "DISABLED_UPDATE", ban_info={"waba_ban_state": "DISABLE", "waba_ban_date": "November 20, 2026"}
    ),
    "field_account_review_update": lambda sim: sim.account_review(),
    "field_account_alerts": lambda sim: sim.alert(
        "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "Try again later."
    ),
    "field_security_pin_reset_request": lambda sim: sim.security("PIN_RESET_REQUEST", requester="61550"),
    "field_user_preferences_stop": lambda sim: sim.stops_marketing(LUCIA),
    "field_user_preferences_signup": lambda sim: sim.signs_up(LUCIA),
    "field_user_id_update": lambda sim: sim.changes_user_id(LUCIA),
    "field_business_username_updates": lambda sim: sim.business_username("ruiz.sl"),
    "field_smb_message_echoes_text": lambda sim: sim.echoes(LUCIA, "Sent from the phone"),
    "field_smb_message_echoes_edit": lambda sim: sim.echoes(
        LUCIA, kind="edit", original_message_id="wamid.x", text="corrected"
    ),
    "field_smb_app_state_sync": lambda sim: sim.syncs(LUCIA),
    "field_history_threads": lambda sim: sim.history(
        {LUCIA: [{"text": "old question", "at": 1794891000}, {"mine": True, "at": 1794892000}]}, progress=55
    ),
    "field_calls_connect_user_initiated": lambda sim: sim.calls(LUCIA),
    "field_calls_terminate": lambda sim: sim.hangs_up(LUCIA, "wacid.x", 85),
    "field_calls_status_ringing": lambda sim: sim.call_status(LUCIA, "wacid.x", "RINGING", callback="call-1"),
    "field_flows_status_change": lambda sim: sim.flow(
        "FLOW_STATUS_CHANGE", "published", "8800", old_status="DRAFT", new_status="PUBLISHED"
    ),
    "field_flows_endpoint_latency": lambda sim: sim.flow(
        *("ENDPOINT_LATENCY", "Latency above threshold", "8800"),
        p50_latency=900,
        p90_latency=8100,
        requests_count=40,
        threshold=7000,
        alert_state="ACTIVATED",
    ),
    "field_group_participants_update_join": lambda sim: sim.joins(LUCIA, GROUP),
}

#: sample -> the body to send, knobs to set before, the status to look at
STATUSES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "status_sent_pmp_marketing": (TEMPLATE, {}, "sent"),
    "status_sent_v23_cbp_with_conversation": (TEXT, {"conversations": True}, "sent"),
    "status_sent_free_customer_service": (TEXT, {}, "sent"),
    "status_sent_service_billable_after_2026_10": (TEXT, {"free_service": 0}, "sent"),
    "status_delivered": (TEMPLATE, {}, "delivered"),
    "status_delivered_without_pricing": (TEXT, {"statuses": ("sent", "read", "delivered")}, "delivered"),
    "status_read": (TEXT, {}, "read"),
    "status_read_with_callback_data": ({**TEXT, "biz_opaque_callback_data": "order-7781"}, {}, "read"),
    "status_played_voice": ({"type": "audio", "audio": {"id": "9", "voice": True}}, {}, "played"),
    **{
        f"status_failed_{code}": (TEXT, {"fails": {LUCIA: code}}, "failed")
        for code in (131026, 131047, 131049, 131053, 131042, 130472)
    },
    "status_failed_bsuid_131062": (TEMPLATE, {"fails": {LUCIA: 131062}}, "failed"),
}
