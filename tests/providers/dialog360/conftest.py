"""What the tests of the 360dialog provider share: samples and settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from providers.dialog360.settings import Dialog360Settings

FOLDER = Path(__file__).parents[2] / "samples" / "dialog360"
VALUE = "composed-header-value-of-forty-characters"
BASE = "https://waba-v2.360dialog.io"


def sample(name: str) -> bytes:
    """One sample by name, without its ending."""
    return (FOLDER / f"{name}.json").read_bytes()


def make_settings(**given: Any) -> Dialog360Settings:
    """A channel's settings, with *given* in place of ours; None takes one away."""
    values = {
        "phone_number_id": "401122334455667",
        "api_key": "key-1",
        "webhook_header": {"name": "X-Gateway-Secret", "value": VALUE},
    }
    kept = {name: value for name, value in (values | given).items() if value is not None}
    return msgspec.convert(kept, Dialog360Settings)
