"""What each sample of kind "field", "error" or "user_action" says, in full."""

from __future__ import annotations

from gateway.model import inbound, notice
from gateway.model.event import Identity, Person
from tests.providers.meta_cloud.expected.people import LUCIA, NOBODY, PHONE_ONLY

#: Sample → its events: content, time in seconds, whether it tells its number, and whom it is about.
FIELDS: dict[str, list[tuple[notice.Notice, int, bool, Person]]] = {
    "in_value_errors_only": [
        (
            notice.AccountError(
                kind="rate_limited",
                code=130429,
                title="Rate limit hit",
                details="Too many messages sent from this number in a short time",
            ),
            0,
            True,
            NOBODY,
        )
    ],
    "in_user_actions_marketing_link_click": [
        (
            notice.LinkClick(component="CTA", click_id="clk-composed-1", tracking_token="trk-1"),
            1_794_900_000,
            True,
            NOBODY,
        )
    ],
    "field_message_template_status_update_approved": [
        (
            notice.TemplateStatus(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                status="APPROVED",
                category="UTILITY",
                reason="NONE",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_message_template_status_update_rejected": [
        (
            notice.TemplateStatus(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                status="REJECTED",
                category="MARKETING",
                reason="INVALID_FORMAT",
                text="Parameters are adjacent.",
                advice="Put text between them.",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_message_template_status_update_paused": [
        (
            notice.TemplateStatus(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                status="PAUSED",
                category="MARKETING",
                reason="NONE",
                title="FIRST_PAUSE",
                text="Paused for 3 hours.",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_template_category_update_impending": [
        (
            notice.TemplateCategory(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                category="UTILITY",
                next_category="MARKETING",
                changes_at=1_794_986_400_000_000,
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_template_category_update_done": [
        (
            notice.TemplateCategory(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                category="MARKETING",
                previous="UTILITY",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_message_template_quality_update": [
        (
            notice.TemplateQuality(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                quality="YELLOW",
                previous="GREEN",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_message_template_components_update": [
        (
            notice.TemplateEdited(
                template_id="559911223344",
                template="visit_reminder",
                language="es",
                body="Hola {{first_name}}",
                header="Cita",
                footer="Ruiz SL",
                buttons=(
                    {
                        "message_template_button_type": "URL",
                        "message_template_button_text": "Ver",
                        "message_template_button_url": "https://example.org/{{1}}",
                    },
                ),
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_phone_number_quality_update": [
        (
            notice.NumberQuality(
                phone="+15550104477",
                event="THROUGHPUT_UPGRADE",
                limit="TIER_100K",
                number_limit="TIER_UNLIMITED",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_phone_number_name_update": [
        (
            notice.NumberName(phone="+15550104477", decision="APPROVED", name="Ruiz SL"),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_business_capability_update": [
        (notice.BusinessLimit(limit="TIER_2K", numbers_per_account=25), 1_794_900_000, False, NOBODY)
    ],
    "field_account_update_restriction": [
        (
            notice.AccountUpdate(
                event="ACCOUNT_RESTRICTION",
                restrictions=(
                    notice.Restriction(
                        kind="RESTRICTED_BIZ_INITIATED_MESSAGING", until=1_795_159_200_000_000
                    ),
                ),
                details={
                    "event": "ACCOUNT_RESTRICTION",
                    "restriction_info": [
                        {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1795159200}
                    ],
                },
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_account_update_disabled": [
        (
            notice.AccountUpdate(
                event="DISABLED_UPDATE",
                ban_states=("DISABLE",),
                ban_date="November 20, 2026",
                details={
                    "event": "DISABLED_UPDATE",
                    "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "November 20, 2026"},
                },
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_account_review_update": [
        (notice.AccountReview(decision="APPROVED"), 1_794_900_000, False, NOBODY)
    ],
    "field_account_alerts": [
        (
            notice.AccountAlert(
                entity="BUSINESS",
                entity_id="880011002200",
                severity="INFORMATIONAL",
                status="ACTIVE",
                kind="INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
                text="Try again later.",
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_security_pin_reset_request": [
        (
            notice.Security(phone="+15550104477", event="PIN_RESET_REQUEST", requester="61550001112223"),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_user_preferences_stop": [
        (
            notice.MarketingPreference(
                value="stop", category="marketing_messages", text="User requested to stop marketing messages"
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_user_preferences_signup": [
        (
            notice.MarketingPreference(
                value="signup",
                category="marketing_messages",
                text="User signed up via signup link",
                signup_id="13170000000001",
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_user_id_update": [
        (
            notice.UserIdChanged(
                previous="ES.90817263544536271",
                current="ES.11122233344455566",
                text="User id for Lucia Prado has been updated.",
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_business_username_updates": [
        (
            notice.BusinessUsername(phone="+15550104477", username="ruiz.sl", status="approved"),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_smb_message_echoes_text": [
        (
            notice.Echo(
                message_id="wamid.U0FNUExFLUVDSE8=", content=inbound.Text(text="Sent from the phone")
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_smb_message_echoes_edit": [
        (
            notice.Echo(
                message_id="wamid.U0FNUExFLUVDSE8=",
                content=inbound.Edit(message_id="wamid.U0FNUExFLUVDSE8w", kind="text", text="corrected"),
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_smb_app_state_sync": [
        (
            notice.ContactSync(action="add", phone="+34600111222", name="Lucia Prado", first_name="Lucia"),
            1_794_900_000,
            True,
            NOBODY,
        )
    ],
    "field_history_threads": [
        (
            notice.HistoryMessage(
                message_id="wamid.U0FNUExFLUgx", content=inbound.Text(text="old question"), status="READ"
            ),
            1_794_891_000,
            True,
            PHONE_ONLY,
        ),
        (
            notice.HistoryMessage(
                message_id="wamid.U0FNUExFLUgy",
                content=inbound.Unsupported(kind="media_placeholder"),
                from_business=True,
                status="DELIVERED",
            ),
            1_794_892_000,
            True,
            PHONE_ONLY,
        ),
        (notice.HistoryProgress(chunk=1, progress=55, messages=2), 0, True, NOBODY),
    ],
    "field_calls_connect_user_initiated": [
        (
            notice.Call(
                call_id="wacid.COMPOSED1",
                event="connect",
                direction="in",
                sdp_type="offer",
                sdp="v=0 (composed)",
            ),
            1_794_900_000,
            True,
            LUCIA,
        )
    ],
    "field_calls_terminate": [
        (
            notice.Call(
                call_id="wacid.COMPOSED1",
                event="terminate",
                direction="in",
                status="COMPLETED",
                started_at=1_794_900_005_000_000,
                ended_at=1_794_900_090_000_000,
                seconds=85,
            ),
            1_794_900_090,
            True,
            LUCIA,
        )
    ],
    "field_calls_status_ringing": [
        (
            notice.Call(
                call_id="wacid.COMPOSED2",
                event="status",
                direction="out",
                status="RINGING",
                correlation="call-1",
            ),
            1_794_900_000,
            True,
            PHONE_ONLY,
        )
    ],
    "field_flows_status_change": [
        (
            notice.FlowUpdate(
                flow_id="8800",
                event="FLOW_STATUS_CHANGE",
                text="Flow Booking changed status from DRAFT to PUBLISHED",
                status="PUBLISHED",
                previous_status="DRAFT",
                details={
                    "event": "FLOW_STATUS_CHANGE",
                    "message": "Flow Booking changed status from DRAFT to PUBLISHED",
                    "flow_id": "8800",
                    "old_status": "DRAFT",
                    "new_status": "PUBLISHED",
                },
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_flows_endpoint_latency": [
        (
            notice.FlowUpdate(
                flow_id="8800",
                event="ENDPOINT_LATENCY",
                text="Latency above threshold",
                alert="ACTIVATED",
                details={
                    "event": "ENDPOINT_LATENCY",
                    "message": "Latency above threshold",
                    "flow_id": "8800",
                    "p50_latency": 900,
                    "p90_latency": 8100,
                    "requests_count": 40,
                    "threshold": 7000,
                    "alert_state": "ACTIVATED",
                },
            ),
            1_794_900_000,
            False,
            NOBODY,
        )
    ],
    "field_group_participants_update_join": [
        (
            notice.GroupUpdate(
                group="Y2FwaV9ncm91cDpjb21wb3NlZA==",
                kind="group_participants_add",
                reason="invite_link",
                added=("+34600111222",),
                details={
                    "timestamp": "1794900000",
                    "group_id": "Y2FwaV9ncm91cDpjb21wb3NlZA==",
                    "type": "group_participants_add",
                    "reason": "invite_link",
                    "added_participants": [{"wa_id": "34600111222", "user_id": "ES.90817263544536271"}],
                },
            ),
            1_794_900_000,
            True,
            Person(
                identities=(
                    Identity(kind="group", value="Y2FwaV9ncm91cDpjb21wb3NlZA==", scope="401122334455667"),
                )
            ),
        )
    ],
}
