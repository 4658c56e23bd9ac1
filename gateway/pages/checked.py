"""What a plugin's routes must be, checked when it is loaded; each refusal says where and what to write."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from gateway.errors import PluginError
from gateway.hooks.plugin import where
from gateway.pages.route import PluginRoute

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+|\{[a-z][a-z0-9_]*\}")
_METHODS = {
    "public_page": ("GET", "POST"),
    "api": ("GET", "POST", "PUT", "PATCH", "DELETE"),
    "webhook": ("POST", "PUT"),
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]+")
#: The first part of addresses that are ours.
STATIC = "static"


def checked(plugin: str, routes: Sequence[Any]) -> tuple[PluginRoute, ...]:
    """*routes*, as `register_routes` of *plugin* returned them. Raises `PluginError`."""
    known: dict[tuple[str, str], PluginRoute] = {}
    names: dict[str, PluginRoute] = {}
    for route in routes:
        if not isinstance(route, PluginRoute):
            raise PluginError(
                f"plugin '{plugin}': register_routes returns a list of public_page(…), api(…) and "
                f"webhook(…), not a {type(route).__name__}"
            )
        for problem in _problems(route):
            raise PluginError(f"plugin '{plugin}': {route}: {problem} ({where(route.handler)})")
        rival = known.setdefault(route.shape, route)
        if rival is not route:
            raise PluginError(
                f"plugin '{plugin}': {rival} ({where(rival.handler)}) and {route} "
                f"({where(route.handler)}) answer the same requests; give one another path"
            )
        if route.kind == "webhook":
            same = names.setdefault(route.name, route)
            if same.handler is not route.handler:
                raise PluginError(
                    f"plugin '{plugin}': two webhooks have handlers named {route.name} "
                    f"({where(same.handler)}, {where(route.handler)}); what was kept finds its handler by "
                    "its name, so give one another name"
                )
    return tuple(known.values())


def _problems(route: PluginRoute) -> Iterator[str]:
    if route.kind == "page":
        yield (
            "there is no sign-in yet, so it would be open to everybody; write public_page(…) and give out "
            "chat.link(…), or api(…) for who has a key"
        )
    parts = route.path.split("/")[1:]
    if not route.path.startswith("/") or not parts or not all(_SEGMENT.fullmatch(each) for each in parts):
        yield 'a path is written as "/orders/{id}": between slashes letters, digits and -._~, or {a_name}'
    if parts[0] == STATIC or any(set(each) <= {"."} for each in parts):
        yield f'/{STATIC} is for the files in the folder "{STATIC}"; choose another first word'
    if len(set(route.parameters)) < len(route.parameters):
        yield "a name stands in braces twice"
    if route.method not in _METHODS[route.kind]:
        yield f"{route.kind} takes {', '.join(_METHODS[route.kind])}, not {route.method}"
    yield from _handler(route)
    yield from {"public_page": _page, "api": _api, "webhook": _webhook}[route.kind](route)


def _handler(route: PluginRoute) -> Iterator[str]:
    takes = ("request", "chat") if route.kind == "webhook" else ("request",)
    if not inspect.iscoroutinefunction(route.handler):
        yield f"{route.name} must be 'async def', it would block every other tenant"
    elif (count := _positional(route.handler)) not in range(1, len(takes) + 1):
        yield f"{route.name} takes ({', '.join(takes)}), not {count} arguments"


def _page(route: PluginRoute) -> Iterator[str]:
    if route.parameters != ("token",):
        yield 'its path has the one parameter {token}, which chat.link makes: "/o/{token}"'
    for origin in route.forms_to:
        if not _ORIGIN.fullmatch(origin):
            yield f'forms_to holds origins such as "https://pay.example", not {origin!r}'
    yield from _decodable("value", route.value)


def _api(route: PluginRoute) -> Iterator[str]:
    if route.scope not in ("read", "write"):
        yield f'scope is "read" or "write", not {route.scope!r}'
    if route.status not in (200, 201, 202):
        yield f"status is 200, 201 (made) or 202 (begun), not {route.status!r}; what is wrong is a Problem"
    if route.body is not None and route.method == "GET":
        yield "a GET has no body; use query=, or another method"
    for name, shape in (("body", route.body), ("query", route.query)):
        if shape is not None and not (inspect.isclass(shape) and issubclass(shape, msgspec.Struct)):
            yield f"{name} is a msgspec.Struct: class NewOrder(Struct, forbid_unknown_fields=True)"
            return
        yield from _decodable(name, shape)
    yield from _decodable("answer", route.answer)


def _webhook(route: PluginRoute) -> Iterator[str]:
    if "tenant" not in route.parameters:
        yield 'its path needs {tenant}, for whose settings it is checked: "/delivery/{tenant}"'
    if route.verify is None:
        yield "verify= is missing: anybody could send it; write verify(request, settings) -> bool"
    for name, function, count in (("verify", route.verify, 2), ("key", route.key, 1)):
        if function is None:
            continue
        if inspect.iscoroutinefunction(function):
            yield f"{name} is a plain 'def': it is called before anything is kept"
        elif _positional(function) != count:
            wanted = "(request, settings)" if count == 2 else "(request)"
            yield f"{name} takes {wanted} ({where(function)})"


def _decodable(name: str, shape: Any) -> Iterator[str]:
    if shape is not None and (problem := _undescribed(shape)):
        yield f"{name} cannot be described as JSON Schema: {problem}"


@lru_cache(maxsize=512)
def _undescribed(shape: Any) -> str:
    """What is wrong with *shape*, "" for nothing."""
    try:
        msgspec.json.schema(shape)
    except (TypeError, ValueError, NameError) as error:
        return str(error) or type(error).__name__
    return ""


def _positional(function: Callable[..., Any]) -> int:
    """How many arguments it takes by position and needs, or may have."""
    found = inspect.signature(function).parameters.values()
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in found)
