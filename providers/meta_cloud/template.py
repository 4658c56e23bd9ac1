"""Template sends (wire.md §2.6).

Without the template's definition a button's value does not tell its kind: it is the payload of a
quick reply, unless it begins with "url:", then the rest is the variable end of the link. All other
kinds (codes, flows, offers, carousels) go through `components`, which is sent as it stands.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.model import outbound
from providers.meta_cloud.interactives import header
from providers.meta_cloud.limits import count, needed, refuse

_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_URL = "url:"


def _body(values: list[outbound.Value] | dict[str, outbound.Value]) -> dict[str, Any]:
    if isinstance(values, dict):
        parameters = [
            {"type": "text", "parameter_name": name, "text": _words(text)} for name, text in values.items()
        ]
    else:
        parameters = [{"type": "text", "text": _words(text)} for text in values]
    for parameter in parameters:
        needed("values", parameter["text"], 1024)
    return {"type": "body", "parameters": parameters}


def _words(value: outbound.Value) -> str:
    return value if isinstance(value, str) else value.text


def _button(index: int, value: outbound.ButtonValue) -> dict[str, Any]:
    if isinstance(value, outbound.UrlSuffix | outbound.OneTimeCode):
        value = _URL + (value.suffix if isinstance(value, outbound.UrlSuffix) else value.code)
    elif isinstance(value, outbound.QuickReply):
        value = value.payload
    if not isinstance(value, str):
        refuse("buttons", "of this kind need `components`")
    if value.startswith(_URL):
        kind, parameter = "url", {"type": "text", "text": value.removeprefix(_URL)}
    else:
        kind, parameter = "quick_reply", {"type": "payload", "payload": value}
    return {"type": "button", "sub_type": kind, "index": str(index), "parameters": [parameter]}


def _components(message: outbound.Template) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = []
    head = header(message.header)
    if head:
        components.append({"type": "header", "parameters": [head["header"]]})
    if message.values:
        components.append(_body(message.values))
    count("buttons", message.buttons, 0, 10)
    components.extend(
        _button(index, value) for index, value in enumerate(message.buttons) if value is not None
    )
    return components


def template(message: outbound.Template) -> dict[str, Any]:
    """The template with its values, or with the components as given."""
    if not _NAME.fullmatch(message.name):
        refuse("name", "of a template has 1 to 512 of a-z, 0-9 and _")
    if not message.language:
        refuse("language", "is empty; give the template's own, e.g. en_US")
    body: dict[str, Any] = {"name": message.name, "language": {"code": message.language}}
    components = message.components or _components(message)
    if components:
        body["components"] = components
    return {"type": "template", "template": body}
