"""What the tests of the Meta provider share: samples and settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from providers.meta_cloud.settings import MetaSettings

FOLDER = Path(__file__).parents[2] / "samples" / "meta"


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """Reads one sample by name, without its ending."""
    return lambda name: (FOLDER / f"{name}.json").read_bytes()


@pytest.fixture
def settings() -> MetaSettings:
    """A channel's settings."""
    return make_settings()


def make_settings(**given: Any) -> MetaSettings:
    """A channel's settings, with *given* in place of ours."""
    values = {
        "phone_number_id": "401122334455667",
        "access_token": "token-1",
        "app_secret": "composed-app-secret-0001",
        "verify_token": "hello",
    }
    return msgspec.convert(values | given, MetaSettings)
