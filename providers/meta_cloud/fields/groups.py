"""Groups: made, changed, joined, left (wire.md §1.8).

{"timestamp": "1794900000", "group_id": "Y2FwaV9ncm91cDpj", "type": "group_participants_add",
 "reason": "invite_link", "added_participants": [{"wa_id": "34600111222", "user_id": "ES.9081"}]}
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent
from providers.meta_cloud.clean import decode, moment
from providers.meta_cloud.fields.base import Change, event, payload
from providers.meta_cloud.people import group, phone
from providers.meta_cloud.wire import Number


class Participant(Struct):
    """`{"wa_id": "34600111222", "user_id": "ES.9081"}`; `input` is what an invitation named."""

    wa_id: str | None = None
    user_id: str | None = None
    input: str | None = None


class GroupObject(Struct, kw_only=True):
    """One of `groups`. What else is in it differs with the type, and stays in the details."""

    type: str
    group_id: str | None = None
    timestamp: Number = None
    reason: str | None = None
    request_id: Number = None
    added_participants: list[Participant] | None = None
    removed_participants: list[Participant] | None = None


_GROUP = msgspec.json.Decoder(GroupObject)


def _names(participants: list[Participant] | None) -> tuple[str, ...]:
    """Phones where they are shown, else user ids."""
    names = (phone(one.wa_id) or one.user_id or one.input for one in participants or ())
    return tuple(name for name in names if name)


def read_group(raw: bytes, change: Change) -> ChannelEvent:
    """A group's life. It belongs to the group's own conversation, not to those of its participants."""
    found = decode(_GROUP, raw)
    content = notice.GroupUpdate(
        group=found.group_id or "",
        kind=found.type,
        reason=found.reason or "",
        request_id=str(found.request_id or ""),
        added=_names(found.added_participants),
        removed=_names(found.removed_participants),
        details=payload(raw),
    )
    who = group(found.group_id, change.number)
    return event(change, content, raw, at=moment(found.timestamp), person=who)
