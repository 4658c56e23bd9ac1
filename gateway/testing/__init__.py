"""For the tests of plugins and providers.

plugin.py        what pytest loads: the fixtures `world`, `ana`, `ben`, options and marks
world.py         a gateway with plugins, a provider's simulator, contacts, and a clock that the test moves
contact.py       somebody with a phone: says, taps, sends, waits, sees
web.py           the servers elsewhere that jobs ask
timing.py        the event loop's time, and when nothing is left to do
conformance/     what every provider is held to

The names below are imported when they are asked for: pytest loads this package for every project.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.testing.conformance.waiting import until
    from gateway.testing.contact import Contact
    from gateway.testing.failures import PluginFailed
    from gateway.testing.shown import Shown
    from gateway.testing.world import World

__all__ = ["Contact", "PluginFailed", "Shown", "World", "until"]

_HOMES = {
    "Contact": "gateway.testing.contact",
    "PluginFailed": "gateway.testing.failures",
    "Shown": "gateway.testing.shown",
    "World": "gateway.testing.world",
    "until": "gateway.testing.conformance.waiting",
}


def __getattr__(name: str) -> Any:
    """One of `__all__`."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gateway.testing' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
