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
    found: dict[str, tuple[Provider, metadata.EntryPoint]] = {}
    for entry in metadata.entry_points(group=group):
        if entry.name in found:
            origin, other = _origin(entry), _origin(found[entry.name][1])
            if other != origin:
                problem = f"{other} has a provider of this name too"
                raise SettingsError(_where(entry), problem, f"uninstall {origin} or {other}")
        try:
            provider = entry.load()
        except (Exception, SystemExit) as error:
            problem = f"cannot be imported: {type(error).__name__}: {error}"
            raise SettingsError(_where(entry), problem, f"fix or uninstall {_origin(entry)}") from error
        found[entry.name] = (_accepted(provider, entry), entry)
    return {name: provider for name, (provider, _) in found.items()}


def _where(entry: metadata.EntryPoint) -> str:
    return f"provider {entry.name!r} of {_origin(entry)}"


def _origin(entry: metadata.EntryPoint) -> str:
    """The distribution of *entry*. Its description is read for that, so only where somebody asks."""
    return entry.dist.name if entry.dist else "an unknown distribution"


def _accepted(provider: Any, entry: metadata.EntryPoint) -> Provider:
    name = entry.name
    missing = [each for each in _NEEDED if not hasattr(provider, each)]
    if isinstance(provider, type) or missing:
        problem = "is a class" if isinstance(provider, type) else f"has no {missing[0]}"
        raise SettingsError(
            _where(entry), problem, "point the entry point at an instance of gateway.provider.Provider"
        )
    if getattr(provider, "name", "") != name:
        problem = f"calls itself {getattr(provider, 'name', '')!r}"
        fix = f"give provider and entry point one name: name = {name!r}"
        raise SettingsError(_where(entry), problem, fix)
    accepted: Provider = provider
    return accepted
