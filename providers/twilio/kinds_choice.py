"""Answers to what we sent: taps on buttons, rows of lists, flows (wire.md §4.1).

Buttons and rows have parameters of their own. Where they are missing, the answer is looked for in the JSON
of `InteractiveData` and `ChannelMetadata`, of which Twilio documents little.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.model import inbound
from providers.twilio.wire import BAD, Parameters, read_object

_LISTS = ("list_reply", "listReply", "listResponse")
_BUTTONS = ("button_reply", "buttonReply", "buttonResponse")
_FLOWS = ("flowResponse", "flow_response", "nfm_reply", "nfmReply")
#: Words of `MessageType` under which the answer may be in the metadata.
_ANSWERS = frozenset({"interactive", "list", "list_reply", "button", "button_reply", "flow", "nfm_reply"})
#: Of `MessageType`, when the row of a list comes as `ButtonPayload`.
_ROWS = frozenset({"list", "list_reply"})
_DEPTH = 8


def read_choice(parameters: Parameters) -> inbound.Inbound | None:
    """The answer in *parameters*, or None when there is none."""
    get = parameters.get
    body, kind = get("Body", ""), get("MessageType", "").lower()
    if get("ListId") or get("ListTitle"):
        title = get("ListTitle") or body
        return inbound.ListReply(get("ListId") or title, title, get("ListDescription", ""))
    if get("ButtonPayload") or get("ButtonText"):
        title = get("ButtonText") or body
        # A button without a payload of ours has its words as its id, as on the other providers.
        id = get("ButtonPayload") or title
        return inbound.ListReply(id, title) if kind in _ROWS else inbound.ButtonReply(id, title)
    if get("FlowData"):
        return _flow(_object(get("FlowData", "")), body)
    if get("InteractiveData") or kind in _ANSWERS:
        return _buried(parameters, body)
    return None


def _buried(parameters: Parameters, body: str) -> inbound.Inbound | None:
    """An answer within the JSON parameters."""
    for name in ("InteractiveData", "ChannelMetadata"):
        told = _object(parameters.get(name, ""))
        if told is None:
            continue
        if row := _find(told, _LISTS):
            return inbound.ListReply(_id(row, body), _title(row, body), _word(row, "description"))
        if tap := _find(told, _BUTTONS):
            return inbound.ButtonReply(_id(tap, body), _title(tap, body))
        if form := _find(told, _FLOWS):
            return _flow(form, body)
    return None


def _flow(found: dict[str, Any] | None, body: str) -> inbound.Inbound | None:
    """A completed form; None when its data is no JSON object, so that what was told is kept whole."""
    if found is None:
        return None
    nested = found.get("response_json")
    data = (_object(nested) if isinstance(nested, str) else None) or dict(found)
    token = data.pop("flow_token", "")
    return inbound.FlowReply(token if isinstance(token, str) else "", data, body)


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object in *text*, or None."""
    try:
        return read_object(text) if text else None
    except BAD:
        return None


def _find(value: Any, names: tuple[str, ...], depth: int = _DEPTH) -> dict[str, Any] | None:
    """The object that is called by one of *names*, wherever it is; it may be JSON within a text."""
    if depth == 0:
        return None
    for name, item in _items(value):
        if name in names:
            found = _object(item) if isinstance(item, str) else item
            if isinstance(found, dict):
                return found
        deeper = _find(item, names, depth - 1)
        if deeper is not None:
            return deeper
    return None


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from (("", item) for item in value)


def _word(found: dict[str, Any], *names: str) -> str:
    """The first text under *names*."""
    return next((value for name in names if isinstance(value := found.get(name), str) and value), "")


def _id(found: dict[str, Any], body: str) -> str:
    return _word(found, "id", "payload", "postback_data") or _title(found, body)


def _title(found: dict[str, Any], body: str) -> str:
    return _word(found, "title", "text") or body
