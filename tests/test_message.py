"""What a plugin reads of a message."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.message import Message
from gateway.model.event import MessageReceived, Person
from gateway.model.inbound import Text


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        (b"", {}),
        (b'{"a": [1]}', {"a": [1]}),
        (b'{"a": 1e999}', {"a": float("inf")}),
        (b"From=whatsapp%3A%2B34600111222&Body=", {"From": "whatsapp:+34600111222", "Body": ""}),
        (b"Body=%FF", {"Body": "\ufffd"}),
        (b"\xff", {"\ufffd": ""}),
    ],
)
def test_raw_is_decoded(raw: bytes, decoded: Any) -> None:
    """JSON whatever its numbers, and the fields of a form, for providers that send forms."""
    received = MessageReceived("1", "wamid.1", Person(), Text("hi"), 0, raw=raw)
    assert Message("m", received).raw == decoded
