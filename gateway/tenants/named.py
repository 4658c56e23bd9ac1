"""The tenant that a command names."""

from __future__ import annotations

from collections.abc import Collection

from gateway.errors import GatewayError


def tenant_named(tenant: str, known: Collection[str]) -> str:
    """*tenant*, when it is one of those that are *known*. Raises `GatewayError` that names them all."""
    if tenant not in known:
        names = ", ".join(known) or "none: gateway tenant add ID makes one"
        raise GatewayError(f"there is no tenant {tenant!r}; there are: {names}")
    return tenant
