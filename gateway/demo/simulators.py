"""The simulators of the providers that are installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.errors import SettingsError
from gateway.provider import Provider
from gateway.simulator import Seen, Simulator, Tappable

__all__ = ["Seen", "Simulator", "Tappable", "simulators"]


def simulators(
    providers: Mapping[str, Provider], making: Callable[[Any], Simulator] = lambda make: make()
) -> dict[str, Simulator]:
    """One simulator for each provider that offers one, made by *making*. Raises `SettingsError` when none
    does."""
    found: dict[str, Simulator] = {}
    for name, provider in providers.items():
        offered = getattr(provider, "simulator", None)
        make = offered() if offered is not None else None
        if make is not None:
            found[name] = making(make)
    if not found:
        remedy = "install channel-gateway again, or a provider that comes with a simulator"
        raise SettingsError("providers", "none that is installed offers a simulator", remedy)
    return found
