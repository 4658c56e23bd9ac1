"""The resources that configure the gateway: tenants, channels, providers, plugins."""

from __future__ import annotations

from gateway.api.configure.channels import Channels, Providers
from gateway.api.configure.plugins import Plugins
from gateway.api.configure.rules import Policies, Retentions
from gateway.api.configure.tenants import Tenants
from gateway.api.configure.usage import Usage
from gateway.api.parts import Parts
from gateway.api.route import Route
from gateway.tenants.ground import Ground
from gateway.tenants.service import Service


def configuration(parts: Parts) -> list[Route]:
    """Their routes."""
    breaker = parts.line.dispatcher.breaker

    def put_aside(plugin: str, tenant: str) -> bool:
        return breaker.state(plugin, tenant) != "closed"

    service = Service(
        Ground(parts.store, parts.directory, parts.channels, parts.host, parts.seal, parts.clock, put_aside)
    )
    return [
        *Tenants(service, parts.cursors).routes(),
        *Usage(parts.line.quotas, parts.directory).routes(),
        *Policies(service).routes(),
        *Retentions(service).routes(),
        *Channels(service, parts.cursors).routes(),
        *Providers(service).routes(),
        *Plugins(service).routes(),
    ]
