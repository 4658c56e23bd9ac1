"""Templates of a WhatsApp Business Account: read, create, edit, delete (wire.md §2.7)."""

from __future__ import annotations

from providers.meta_cloud.templates.directory import MetaTemplates

__all__ = ["MetaTemplates"]
