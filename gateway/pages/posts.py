"""Requests to plugins' own webhooks, handled in turns."""

from __future__ import annotations

import inspect
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from gateway.hooks.plugin import Call, Plugin
from gateway.model.inside import Posted
from gateway.pages.webhook import of_posted

if TYPE_CHECKING:
    from gateway.chat import Chat


class Posts:
    """Finds the handler of what was posted."""

    def handler(self, plugin: Plugin, posted: Posted) -> Call | None:
        """``call(posted, chat)``; None when the plugin has no such route any more."""
        for route in plugin.offers.routes:
            if route.kind == "webhook" and route.name == posted.route:
                return _call(route.handler)
        return None


def _call(handler: Any) -> Call:
    both = len(inspect.signature(handler).parameters) > 1

    def call(posted: Posted, chat: Chat) -> CoroutineType[Any, Any, Any]:
        post = of_posted(chat.tenant.id, posted)
        made: CoroutineType[Any, Any, Any] = handler(post, chat) if both else handler(post)
        return made

    return call
