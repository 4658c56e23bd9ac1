"""What became of a template (wire.md §1.8). Its language is written "en_US" and "en-US"; ours is the first.

{"event": "REJECTED", "message_template_id": 559911223344, "message_template_name": "visit_reminder",
 "message_template_language": "es", "reason": "INVALID_FORMAT", "message_template_category": "MARKETING",
 "rejection_info": {"reason": "Parameters are adjacent.", "recommendation": "Put text between them."}}
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.model import notice
from providers.meta_cloud.clean import decode, moment, plain
from providers.meta_cloud.fields.base import text
from providers.meta_cloud.wire import Number


class Named(Struct, kw_only=True):
    """Which template."""

    message_template_name: str
    message_template_id: Number = None
    message_template_language: str | None = None


class Disable(Struct):
    """`{"disable_date": "2026-12-01"}`."""

    disable_date: Number = None


class OtherInfo(Struct):
    """`{"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}`."""

    title: str | None = None
    description: str | None = None


class Rejection(Struct):
    """`{"reason": "Parameters are adjacent.", "recommendation": "Put text between them."}`."""

    reason: str | None = None
    recommendation: str | None = None


class Status(Named, kw_only=True):
    """`message_template_status_update`."""

    event: str
    reason: str | None = None
    message_template_category: str | None = None
    disable_info: Disable | None = None
    other_info: OtherInfo | None = None
    rejection_info: Rejection | None = None


class Category(Named, kw_only=True):
    """`template_category_update`: `new_category` is the one that counts now, in both of its forms."""

    new_category: str
    previous_category: str | None = None
    correct_category: str | None = None
    category_update_timestamp: Number = None


class Quality(Named, kw_only=True):
    """`message_template_quality_update`."""

    new_quality_score: str
    previous_quality_score: str | None = None


class Components(Named, kw_only=True):
    """`message_template_components_update`."""

    message_template_element: str | None = None
    message_template_title: str | None = None
    message_template_footer: str | None = None
    message_template_buttons: list[dict[str, Any]] | None = None


_STATUS = msgspec.json.Decoder(Status)
_CATEGORY = msgspec.json.Decoder(Category)
_QUALITY = msgspec.json.Decoder(Quality)
_COMPONENTS = msgspec.json.Decoder(Components)


def _named(found: Named) -> dict[str, str]:
    return {
        "template_id": text(found.message_template_id),
        "template": found.message_template_name,
        "language": (found.message_template_language or "").replace("-", "_"),
    }


def read_status(value: bytes) -> notice.TemplateStatus:
    """A template was judged, paused, disabled, …"""
    found = decode(_STATUS, value)
    other, rejection = found.other_info or OtherInfo(), found.rejection_info or Rejection()
    return notice.TemplateStatus(
        **_named(found),
        status=found.event,
        category=found.message_template_category or "",
        reason=found.reason or "",
        title=other.title or "",
        text=other.description or rejection.reason or "",
        advice=rejection.recommendation or "",
        disable_date=text(found.disable_info.disable_date) if found.disable_info else "",
    )


def read_category(value: bytes) -> notice.TemplateCategory:
    """A template's category changed, or will."""
    found = decode(_CATEGORY, value)
    return notice.TemplateCategory(
        **_named(found),
        category=found.new_category,
        previous=found.previous_category or "",
        next_category=found.correct_category or "",
        changes_at=moment(found.category_update_timestamp),
    )


def read_quality(value: bytes) -> notice.TemplateQuality:
    """How contacts take a template."""
    found = decode(_QUALITY, value)
    return notice.TemplateQuality(
        **_named(found), quality=found.new_quality_score, previous=found.previous_quality_score or ""
    )


def read_components(value: bytes) -> notice.TemplateEdited:
    """A template's content after an edit."""
    found = decode(_COMPONENTS, value)
    return notice.TemplateEdited(
        **_named(found),
        body=found.message_template_element or "",
        header=found.message_template_title or "",
        footer=found.message_template_footer or "",
        buttons=tuple(plain(button) for button in found.message_template_buttons or ()),
    )
