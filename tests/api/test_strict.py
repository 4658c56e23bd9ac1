"""Bodies and queries that could be read in two ways, or that a database does not take, are refused."""

from __future__ import annotations

import json
import sys

import pytest
from msgspec import Struct

from gateway.api.problems import Problem
from gateway.api.strict import decode_body
from tests.support.house import ANA, House

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n%b\r\n\r\nhello\r\n--b--\r\n'


class Inner(Struct, forbid_unknown_fields=True):
    """Something within."""

    words: list[str] = []
    more: dict[str, object] = {}


class Outer(Struct, forbid_unknown_fields=True):
    """A body."""

    name: str = ""
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b'{"name": "a", "name": "b"}', 400, ""),
        (b'{"name": "a", "n\\u0061me": "b"}', 400, ""),
        (b'{"inner": {"more": {"x": [{"a": 1, "a": 2}]}}}', 400, ""),
        (b'{"name": "a\\u0000"}', 422, "/name"),
        (b'{"inner": {"words": ["", "\\u0000"]}}', 422, "/inner/words/1"),
        (b'{"inner": {"more": {"\\u0000": 1}}}', 422, "/inner/more"),
        (b'{"inner": {"more": {"a/b": {"c": "\\u0000"}}}}', 422, "/inner/more/a~1b/c"),
    ],
)
def test_what_is_said_twice_or_holds_nul(body: bytes, status: int, pointer: str) -> None:
    """A field that is there twice is 400: two readers would see two requests. NUL is 422, with its place."""
    with pytest.raises(Problem) as refused:
        decode_body(body, Outer)
    assert (refused.value.status, refused.value.pointer) == (status, pointer)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "\\\\u0000"}',
        b'{"name": "name", "inner": {"words": ["name", "name"], "more": {"name": 1}}}',
    ],
)
def test_what_only_looks_so(body: bytes) -> None:
    """The words backslash-u-0000 are no NUL; the same name in another object is no repetition."""
    assert isinstance(decode_body(body, Outer), Outer)


@pytest.mark.parametrize("depth", [5_000, 40_000])
def test_nested_beyond_reason(depth: int) -> None:
    """As deep as a body may be long: 400 or 422, whatever limit another test has left behind."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        _refused(depth)
    finally:
        sys.setrecursionlimit(limit)


def _refused(depth: int) -> None:
    with pytest.raises(Problem) as refused:
        decode_body(b'{"inner": {"more": {"x": ' + b"[" * depth + b"]" * depth + b"}}}", Outer)
    assert refused.value.status in (400, 422)


async def test_a11_a_field_twice(house: House) -> None:
    """Over HTTP: 400, nothing is sent."""
    text = json.dumps({"type": "text", "text": "hi"})
    body = f'{{"channel": "duka-main", "to": "{ANA}", "to": "+254700000009", "message": {text}}}'
    code, told = await house.api("POST", data=body.encode(), headers=JSON)
    assert (code, told["code"]) == (400, "bad_json")
    code, told = await house.api("GET", "/api/v1/messages?limit=1&limit=200")
    assert (code, told["code"]) == (400, "repeated_parameter")
    assert await house.sent() == []


async def test_nul_in_a_message_s_words(any_house: House) -> None:
    """422 on either database, with the place, whether it is in the text or in what is quoted."""
    for place in ("text", "reply_to"):
        message = {"type": "text", "text": "hi", place: "a\0b"}
        body = {"channel": "duka-main", "to": ANA, "message": message}
        code, told = await any_house.api("POST", json=body)
        assert (code, told["errors"][0]["pointer"]) == (422, f"/message/{place}")


@pytest.mark.parametrize(
    "lines", [b"X: " + b"a" * 70_000, b"X: a\r\n" * 20_000 + b"Y: b", b"a b: c", b"X: a\0b", b"X: \xff\r\n:"]
)
async def test_a_form_whose_headers_cannot_be_read(house: House, lines: bytes) -> None:
    """400: a file that somebody else packed wrongly is nobody's failure here."""
    code, told = await house.api("POST", "/api/v1/media", data=PART % lines, headers=FORM)
    assert (code, told["code"]) == (400, "no_file")
