"""What each sample of kind "status" says, in full."""

from __future__ import annotations

from typing import Any

from gateway.model.event import StatusReceived
from gateway.model.status import Failure, Pricing
from tests.providers.meta_cloud.expected.people import LUCIA, PHONE_ONLY, UNNAMED, USER_ONLY


def _priced(model: str, type_: str, category: str, billable: bool) -> Pricing:
    raw: dict[str, Any] = {"billable": billable, "pricing_model": model, "category": category}
    return Pricing(model, type_, category, billable, raw | ({"type": type_} if type_ else {}))


#: Sample → the event; all are of one number, message and time.
STATUSES: dict[str, StatusReceived] = {
    "status_sent_pmp_marketing": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "sent",
        1_794_900_600_000_000,
        LUCIA,
        pricing=_priced("PMP", "regular", "marketing", True),
    ),
    "status_sent_v23_cbp_with_conversation": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "sent",
        1_794_900_600_000_000,
        UNNAMED,
        pricing=_priced("CBP", "", "service", True),
    ),
    "status_sent_free_customer_service": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "sent",
        1_794_900_600_000_000,
        LUCIA,
        pricing=_priced("PMP", "free_customer_service", "service", False),
    ),
    "status_sent_service_billable_after_2026_10": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "sent",
        1_794_900_600_000_000,
        LUCIA,
        pricing=_priced("PMP", "regular", "service", True),
    ),
    "status_delivered": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "delivered",
        1_794_900_600_000_000,
        LUCIA,
        pricing=_priced("PMP", "regular", "utility", True),
    ),
    "status_delivered_without_pricing": StatusReceived(
        "401122334455667", "wamid.U0FNUExFLU9VVEJPVU5ELTE=", "delivered", 1_794_900_600_000_000, LUCIA
    ),
    "status_read": StatusReceived(
        "401122334455667", "wamid.U0FNUExFLU9VVEJPVU5ELTE=", "read", 1_794_900_600_000_000, LUCIA
    ),
    "status_read_with_callback_data": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "read",
        1_794_900_600_000_000,
        LUCIA,
        correlation="order-7781",
    ),
    "status_played_voice": StatusReceived(
        "401122334455667", "wamid.U0FNUExFLU9VVEJPVU5ELTE=", "played", 1_794_900_600_000_000, LUCIA
    ),
    "status_failed_131026": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="undeliverable", code=131026, title="Message undeliverable", details="Message undeliverable."
        ),
    ),
    "status_failed_131047": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="window_closed",
            code=131047,
            title="Re-engagement message",
            details="More than 24 hours have passed since the last reply.",
        ),
    ),
    "status_failed_131049": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="ecosystem_limited",
            code=131049,
            title="Healthy ecosystem engagement",
            details="Not delivered to keep a healthy ecosystem.",
        ),
    ),
    "status_failed_131053": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="media", code=131053, title="Media upload error", details="Unsupported media type."
        ),
    ),
    "status_failed_131042": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="payment",
            code=131042,
            title="Business eligibility payment issue",
            details="Payment method problem.",
        ),
    ),
    "status_failed_130472": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        PHONE_ONLY,
        failure=Failure(
            kind="ecosystem_limited",
            code=130472,
            title="User in experiment",
            details="User number is part of an experiment.",
        ),
    ),
    "status_failed_bsuid_131062": StatusReceived(
        "401122334455667",
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=",
        "failed",
        1_794_900_600_000_000,
        USER_ONLY,
        failure=Failure(
            kind="invalid",
            code=131062,
            title="BSUID recipients not supported",
            details="Business-scoped User ID (BSUID) recipients are not supported for this message.",
        ),
    ),
}
