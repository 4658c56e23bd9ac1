"""A plugin's route under /p/<plugin>/, as data. Four kinds; `page` waits for sign-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["page", "public_page", "api", "webhook"]


class PluginRoute(Struct, frozen=True, kw_only=True):
    """One method at one address behind /p/<plugin>. Made by `public_page`, `api` and `webhook`, which say
    what their handlers take. *name* is the handler's; *verify* is a webhook's own check, *key* what makes two
    of its requests one; *scope* is what the key of an API's caller needs."""

    kind: Kind
    method: str
    path: str
    name: str
    handler: Callable[..., Awaitable[Any]]
    verify: Callable[..., bool] | None = None
    key: Callable[..., str] | None = None
    scope: str = ""
    body: type[Any] | None = None
    query: type[Any] | None = None
    answer: Any = None
    summary: str = ""
