"""ETags, where two may edit: the hash of what is shown, so that nothing has to be counted."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from gateway.api.problems import Problem


def etag_of(shown: Any) -> str:
    """The ETag of a representation. What a Struct names in its class variable `moving` changes by itself,
    without anybody's edit, and does not count."""
    if moving := getattr(type(shown), "moving", ()):
        shown = {name: value for name, value in msgspec.to_builtins(shown).items() if name not in moving}
    return '"' + hashlib.sha256(msgspec.json.encode(shown, order="sorted")).hexdigest()[:24] + '"'


def check(if_match: str, shown: Any) -> None:
    """Raise 412 when the caller saw another state than *shown*, what there is now. Without If-Match the
    last writer wins. Call it in the transaction of the change."""
    if not if_match or if_match.strip() == "*":
        return
    given = {each.strip() for each in if_match.split(",")}
    if etag_of(shown) not in given:
        raise Problem(
            412, "changed_meanwhile", "somebody changed it since you read it; read it again and repeat"
        )
