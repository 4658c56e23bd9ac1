"""What the tests of the Twilio provider share: samples and settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from providers.twilio.settings import TwilioSettings

FOLDER = Path(__file__).parents[2] / "samples" / "twilio"
ACCOUNT = "AC00000000000000000000000000000009"
SENDER = "XE00000000000000000000000000000003"
NUMBER = "+15550104477"


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """Reads one sample by name, with its ending."""
    return lambda name: (FOLDER / name).read_bytes()


@pytest.fixture
def settings() -> TwilioSettings:
    """A channel's settings."""
    return make_settings()


def make_settings(**given: Any) -> TwilioSettings:
    """A channel's settings, with *given* in place of ours."""
    values = {"account_sid": ACCOUNT, "auth_token": "composed-auth-token", "from": f"whatsapp:{NUMBER}"}
    return msgspec.convert(values | given, TwilioSettings)
