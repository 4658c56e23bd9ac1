"""Templates of the number's account, through 360dialog (wire.md §2.7, §3)."""

from __future__ import annotations

from providers.dialog360.templates.directory import Dialog360Templates

__all__ = ["Dialog360Templates"]
