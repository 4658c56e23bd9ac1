"""Requests to plugins' own webhooks, handled in turns."""

from __future__ import annotations

from gateway.hooks.plugin import Call, Plugin
from gateway.model.inside import Posted


class Posts:
    """Finds the handler of what was posted."""

    def handler(self, plugin: Plugin, posted: Posted) -> Call | None:
        """``call(posted, chat)``; None when the plugin has no such route any more."""
        return None
