"""A plugin's route under /p/<plugin>/, as data. Four kinds; `page` waits for sign-in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["page", "public_page", "api", "webhook"]


class PluginRoute(Struct, frozen=True, kw_only=True):
    """One method at one address behind /p/<plugin>. Made by `public_page`, `api` and `webhook`, which say
    what their handlers take. *name* is the handler's; *verify* is a webhook's own check, *key* what makes two
    of its requests one; *scope* is what the key of an API's caller needs, "read" or "write", *status* what a
    success of it is. *value* is the type of what a page's links carry, *forms_to* are the origins to which
    its forms may lead."""

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
    status: int = 200
    summary: str = ""
    value: Any = None
    forms_to: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in braces, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    @property
    def shape(self) -> tuple[str, str]:
        """What is the same for two routes that answer the very same requests."""
        return self.method, re.sub(r"\{\w+\}", "{}", self.path)

    def __str__(self) -> str:
        return f'{self.kind}("{self.method}", "{self.path}")'
