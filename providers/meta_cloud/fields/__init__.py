"""Every field of a webhook but "messages" (wire.md §1.8): the table from its name to its reader."""

from __future__ import annotations

from providers.meta_cloud.fields import (
    account,
    calls,
    contact,
    flows,
    groups,
    history,
    number,
    phone,
    templates,
)
from providers.meta_cloud.fields.base import Change, Reader, each, read_other, whole
from providers.meta_cloud.found import Found

_GROUPS = each(groups=groups.read_group, errors=account.read_error)
_USERNAME = whole(number.read_username)

#: Fields that stand here with `read_other` are known, and kept whole: nobody has seen all their shapes, or
#: they are for others. A copy in `standby` is somebody else's conversation and must never be answered.
FIELDS: dict[str, Reader] = {
    "message_template_status_update": whole(templates.read_status),
    "template_category_update": whole(templates.read_category),
    "template_correct_category_detection": read_other,
    "message_template_quality_update": whole(templates.read_quality),
    "message_template_components_update": whole(templates.read_components),
    "phone_number_quality_update": whole(number.read_quality),
    "phone_number_name_update": whole(number.read_name),
    "business_capability_update": whole(number.read_limit),
    "account_update": whole(account.read_update),
    "account_review_update": whole(account.read_review),
    "account_alerts": whole(account.read_alert),
    "account_settings_update": read_other,
    "security": whole(number.read_security),
    "user_preferences": each(user_preferences=contact.read_preference, errors=account.read_error),
    "user_id_update": each(user_id_update=contact.read_user_id, errors=account.read_error),
    "business_username_updates": _USERNAME,
    "business_username_update": _USERNAME,
    "smb_message_echoes": each(message_echoes=phone.read_echo, errors=account.read_error),
    "smb_app_state_sync": each(state_sync=phone.read_sync, errors=account.read_error),
    "history": history.read_history,
    "calls": each(calls=calls.read_call, statuses=calls.read_call_status, errors=account.read_error),
    "flows": whole(flows.read_flow),
    "group_lifecycle_update": _GROUPS,
    "group_participants_update": _GROUPS,
    "group_settings_update": _GROUPS,
    "group_status_update": _GROUPS,
    "messaging_handovers": read_other,
    "standby": read_other,
    "automatic_events": read_other,
    "payment_configuration_update": read_other,
    "partner_solutions": read_other,
    "tracking_events": read_other,
}


def read_field(change: Change, found: Found) -> None:
    """Add the events of *change* to *found*; a field that we do not know is kept whole."""
    FIELDS.get(change.field, read_other)(change, found)
