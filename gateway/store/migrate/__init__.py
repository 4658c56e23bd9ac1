"""Numbered migrations per component, each in a transaction of its own, recorded in `migration`."""

from gateway.store.migrate.runner import migrate, pending
from gateway.store.migrate.source import CORE, Component, Migration

__all__ = ["CORE", "Component", "Migration", "migrate", "pending"]
