"""The house as a plugin: what `Host.house` is."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from gateway.hooks.naming import HOUSE
from gateway.hooks.offering import offering
from gateway.hooks.plugin import Plugin
from gateway.house import claims

FOLDER = Path(__file__).parent


@cache
def load() -> Plugin:
    """The plugin "gateway", with what is found in the modules that `claims` uses."""
    files = (str(FOLDER),)
    offers = offering(sys.modules[claims.__package__ or ""], HOUSE, files, {})
    return Plugin(HOUSE, str(FOLDER), "", files, {}, {}, {}, None, offers)
