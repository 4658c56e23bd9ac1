"""What became of a template."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class _Template(Struct, frozen=True, omit_defaults=True):
    """Which template. *language* is written "en_US", however the provider wrote it."""

    template_id: str = ""
    template: str = ""
    language: str = ""


class TemplateStatus(_Template, frozen=True, tag="template_status", omit_defaults=True):
    """A template was approved, rejected, paused, disabled, … *status* says which ("APPROVED", "PAUSED").
    *reason* is the provider's word, *title* and *text* its explanation, *advice* what it recommends;
    *disable_date* is as the provider writes it."""

    status: str = ""
    category: str = ""
    reason: str = ""
    title: str = ""
    text: str = ""
    advice: str = ""
    disable_date: str = ""


class TemplateCategory(_Template, frozen=True, tag="template_category", omit_defaults=True):
    """A template's category was changed (*previous* → *category*), or will be at *changes_at* from
    *category*, as it is now, to *next_category*."""

    category: str = ""
    previous: str = ""
    next_category: str = ""
    changes_at: int = 0


class TemplateQuality(_Template, frozen=True, tag="template_quality", omit_defaults=True):
    """How contacts take a template: "GREEN", "YELLOW", "RED" or "UNKNOWN"."""

    quality: str = ""
    previous: str = ""


class TemplateEdited(_Template, frozen=True, tag="template_edited", omit_defaults=True):
    """A template's content after an edit. *buttons* are the provider's own objects."""

    body: str = ""
    header: str = ""
    footer: str = ""
    buttons: tuple[dict[str, Any], ...] = ()
