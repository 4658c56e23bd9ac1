"""What `register_routes` returns is made by these: `public_page`, `api`, `webhook`, and `page` one day."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Literal

from gateway.pages.route import PluginRoute

if TYPE_CHECKING:
    from markupsafe import Markup

    from gateway.chat import Chat
    from gateway.pages.answer import Page
    from gateway.pages.request import ApiRequest, PageRequest
    from gateway.pages.webhook import WebhookPost

    Shown = Callable[[PageRequest], Coroutine[Any, Any, Page | Markup | str]]
    Answered = Callable[[ApiRequest], Coroutine[Any, Any, Any]]
    Handled = (
        Callable[[WebhookPost, Chat], Coroutine[Any, Any, None]]
        | Callable[[WebhookPost], Coroutine[Any, Any, None]]
    )


def page(method: Literal["GET", "POST"], path: str, handler: Callable[..., Any]) -> PluginRoute:
    """A page for those who have signed in. There is no sign-in yet: a plugin that has one is refused."""
    return PluginRoute(kind="page", method=method, path=path, name=_name(handler), handler=handler)


def public_page(
    method: Literal["GET", "POST"], path: str, handler: Shown, *, value: Any = None,
    forms_to: Sequence[str] = (),
) -> PluginRoute:  # fmt: skip
    """A page for whoever has a link that `chat.link` made. *path* has the one parameter {token}, as in
    "/o/{token}": it carries what was given to `link`, which is handed on as `request.value`, as a *value* (a
    Struct) when that is named. *handler* takes a `PageRequest` and returns a `Page`. A GET changes nothing:
    what looks at links before people do sends GETs too. *forms_to* are origins to which a form of the page
    may be led on, such as "https://pay.example"."""
    return PluginRoute(
        kind="public_page", method=method, path=path, name=_name(handler), handler=handler, value=value,
        forms_to=tuple(forms_to),
    )  # fmt: skip


def api(
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"], path: str, handler: Answered, *,
    scope: Literal["", "read", "write"] = "", body: type[Any] | None = None,
    query: type[Any] | None = None, answer: Any = None, status: Literal[200, 201, 202] = 200,
    summary: str = "",
) -> PluginRoute:  # fmt: skip
    """A route of the API, for who has a key with the scope ``plugin.<name>:<scope>`` (a GET is "read", all
    else is "write", unless *scope* says otherwise). *body* and *query* are Structs, decoded strictly; the
    handler takes an `ApiRequest` and returns an *answer*, or None for an empty one; *status* is 201 where it
    makes something, 202 where it only begins. It is part of the OpenAPI document."""
    return PluginRoute(
        kind="api", method=method, path=path, name=_name(handler), handler=handler, body=body, query=query,
        answer=answer, scope=scope or ("read" if method == "GET" else "write"), status=status,
        summary=summary,
    )  # fmt: skip


def webhook(
    method: Literal["POST", "PUT"], path: str, handler: Handled, *,
    verify: Callable[[WebhookPost, Any], bool], key: Callable[[WebhookPost], str] | None = None,
) -> PluginRoute:  # fmt: skip
    """A webhook of somebody else's, which *path* gives a {tenant} ("/delivery/{tenant}"). *verify* takes the
    `WebhookPost` and the tenant's settings, and says whether it is authentic: compare in constant time, as
    `hmac_sha256` does. What is authentic is kept and answered 200, then *handler* takes the `WebhookPost` and
    a `Chat`, as a turn of its own. *key* is what makes two requests one ("" for none)."""
    return PluginRoute(
        kind="webhook", method=method, path=path, name=_name(handler), handler=handler, verify=verify, key=key
    )


def _name(handler: Callable[..., Any]) -> str:
    return str(getattr(handler, "__name__", type(handler).__name__))
