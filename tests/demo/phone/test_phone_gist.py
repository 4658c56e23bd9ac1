"""A request in a few words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.demo.phone.gist import LONGEST, gist

FORM = "application/x-www-form-urlencoded"
ANY = st.recursive(
    st.none() | st.booleans() | st.text(), lambda more: st.lists(more) | st.dictionaries(st.text(), more)
)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ('{"type": "text", "text": {"body": "Hello"}}', "", "Hello"),
        ('{"type": "image", "image": {"id": "1", "caption": "Look"}}', "", "image: Look"),
        ('{"status": "read", "message_id": "x", "typing_indicator": {"type": "text"}}', "", "typing…"),
        ('{"entry": [{"statuses": [{"id": "x", "status": "delivered"}]}]}', "", "status: delivered"),
        ("MessageStatus=undelivered&Body=x", FORM, "status: undelivered"),
        ("Body=Hi+there&MessageType=text", FORM, "Hi there"),
        ("channel=whatsapp&messageId=SM1", FORM, "typing…"),
        ("ContentSid=HX1&ContentVariables=%7B%221%22%3A%22Ana%22%7D", FORM, "Ana"),
        (
            '{"friendly_name": "f", "types": {"twilio/quick-reply": {"body": "{{1}}"}}}',
            "",
            "content: quick-reply",
        ),
        ("(512 bytes)", "", ""),
        ("(512 bytes)", "multipart/form-data; boundary=x", "file"),
        ('{"cut": "', "", ""),
    ],
)
def test_the_words_or_the_status(body: str, kind: str, said: str) -> None:
    """What a person would look for in it."""
    assert gist(body, kind) == said


@given(ANY)
def test_any_json_has_a_gist(whole: object) -> None:
    """Short, on one line, and never an error."""
    said = gist(json.dumps(whole))
    assert "\n" not in said.partition(": ")[2]
    assert len(said.rpartition(": ")[2]) <= LONGEST or ": " not in said


@given(st.text(), st.sampled_from(["", FORM, "application/json"]))
def test_any_text_has_a_gist(body: str, kind: str) -> None:
    """Also what is no JSON and no form."""
    gist(body, kind)
