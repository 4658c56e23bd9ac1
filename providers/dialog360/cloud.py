"""The Cloud API as it is reached through 360dialog: no version, no number in the path (wire.md §3)."""

from __future__ import annotations

from providers.dialog360.errors import read_error
from providers.dialog360.settings import Dialog360Settings
from providers.meta_cloud.cloud import Cloud


def reached(settings: Dialog360Settings) -> Cloud:
    """The channel's number, which its key names."""
    base = settings.api_base.rstrip("/")
    return Cloud(settings.phone_number_id, base, base, {"D360-API-KEY": settings.api_key}, read_error)
