"""Cutting one contact out of the webhooks that were stored, which speak of others too.

The journal knows no contacts, only bytes. A JSON body is a tree; what a provider tells of one person is an
element of a list in it ("messages", "statuses", "contacts"). Each element that names the contact, not
counting the lists within it, is taken out, and all else stays as it was. A form is about one message, and
goes whole."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec

from gateway.erasure.who import Who

_GONE = object()


def cut(body: bytes, who: Who, others: Container[str] = ()) -> bytes | None:
    """*body* without the contact; None when it does not speak of the contact. *others* are ids of numbers
    that are another tenant's: what is said of them is not touched, even if the same person wrote to it."""
    text = body.decode("utf-8", "replace").replace("\\/", "/")
    if not _worth_reading(text, who):
        return None
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError):
        return b"" if who.named(text) else None
    left = _without(tree, who, others)
    if left is _GONE:
        return b""
    return None if left is tree else msgspec.json.encode(left)


def _worth_reading(text: str, who: Who) -> bool:
    """A quick look: most webhooks speak of others."""
    return (
        any(number in text for number in who.numbers)
        or any(name in text for name in who.exact)
        or "\\u" in text
        or who.named(text)
    )


def _without(node: Any, who: Who, others: Container[str]) -> Any:
    """*node* without what names the contact: itself when nothing did, `_GONE` when it does itself."""
    if isinstance(node, str):
        return _GONE if who.named(node) else node
    if isinstance(node, int | float):
        return _GONE if who.numbers and str(node) in who.numbers else node
    if isinstance(node, dict):
        if any(isinstance(each, str) and each in others for each in _near(node)):
            return node
        return _mapping(node, who, others)
    return _listing(node, who, others) if isinstance(node, list) else node


def _mapping(node: dict[str, Any], who: Who, others: Container[str]) -> Any:
    changed: dict[str, Any] = {}
    for key, value in node.items():
        left = _without(value, who, others)
        if left is _GONE or who.called(key):
            return _GONE
        if left is not value:
            changed[key] = left
    return {**node, **changed} if changed else node


def _listing(node: list[Any], who: Who, others: Container[str]) -> Any:
    left = [_without(each, who, others) for each in node]
    if all(new is old for new, old in zip(left, node, strict=True)):
        return node
    return [each for each in left if each is not _GONE]


def _near(node: dict[str, Any]) -> list[Any]:
    """The values of *node*, and of the objects right within it ("metadata": {"phone_number_id": …})."""
    found: list[Any] = []
    for value in node.values():
        found += value.values() if isinstance(value, dict) else [value]
    return found
