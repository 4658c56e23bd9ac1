"""The providers that are installed: what the entry points of all distributions name."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from gateway.errors import SettingsError
from gateway.provider import Provider

GROUP = "gateway.providers"
_NEEDED = ("Settings", "secret_fields", "capabilities", "number", "verify", "parse", "render", "send")


def load_providers(group: str = GROUP) -> dict[str, Provider]:
    """Every installed provider by name. Raises `SettingsError` naming the distribution of a broken one."""
    found: dict[str, tuple[Provider, str]] = {}
    for entry in metadata.entry_points(group=group):
        origin = entry.dist.name if entry.dist else "an unknown distribution"
        where = f"provider {entry.name!r} of {origin}"
        if entry.name in found and found[entry.name][1] != origin:
            problem = f"{found[entry.name][1]} has a provider of this name too"
            raise SettingsError(where, problem, f"uninstall {origin} or {found[entry.name][1]}")
        try:
            provider = entry.load()
        except (Exception, SystemExit) as error:
            problem = f"cannot be imported: {type(error).__name__}: {error}"
            raise SettingsError(where, problem, f"fix or uninstall {origin}") from error
        found[entry.name] = (_accepted(provider, entry.name, where), origin)
    return {name: provider for name, (provider, _) in found.items()}


def _accepted(provider: Any, name: str, where: str) -> Provider:
    missing = [each for each in _NEEDED if not hasattr(provider, each)]
    if isinstance(provider, type) or missing:
        problem = "is a class" if isinstance(provider, type) else f"has no {missing[0]}"
        raise SettingsError(
            where, problem, "point the entry point at an instance of gateway.provider.Provider"
        )
    if getattr(provider, "name", "") != name:
        problem = f"calls itself {getattr(provider, 'name', '')!r}"
        raise SettingsError(where, problem, f"give provider and entry point one name: name = {name!r}")
    accepted: Provider = provider
    return accepted
