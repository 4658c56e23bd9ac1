"""Nothing that arrives can stop the reader, nothing of it is lost. `HYPOTHESIS_EXAMPLES` raises the cases."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.event import MessageReceived
from gateway.provider import Parsed
from providers.twilio import provider
from providers.twilio.scan import scan
from tests.providers.twilio.conftest import FOLDER
from tests.support.examples import examples

SAMPLES = {
    path.stem: dict(parse_qsl(path.read_text().strip(), keep_blank_values=True))
    for path in sorted(FOLDER.glob("*.form"))
    if path.stem.startswith(("in_", "status_"))
}
#: Names that readers look for.
NAMES = st.sampled_from(
    sorted(
        {name for sample in SAMPLES.values() for name in sample}
        | {"FlowData", "InteractiveData", "ListDescription", "FrequentlyForwarded", "ExternalUserIdentifier"}
        | {"MediaUrl1", "MediaContentType1", "ErrorMessage", "Level", "Payload", "Sid"}
    )
)
VALUES = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "0",
        "1",
        "99999999999",
        "whatsapp:+34600111222",
        "whatsapp:+15550104477",
        "whatsapp:ES.90817263544536271",
        "SM00000000000000000000000000000001",
        "image/webp",
        "text/vcard",
        "delivered",
        "failed",
        "received",
        "-91.5",
        "nan",
        "1e400",
        '{"list_reply": {"id": "x"}}',
        '{"flowResponse": {"flow_token": 1}}',
        '{"a": 1e400, "b": 123456789012345678901234567890}',
        "[" * 5000,
        '{"a":' * 200,
        "\0",
        "\ud800",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | VALUES, inner, max_size=5),
    max_leaves=12,
)
RESOURCE = st.dictionaries(
    st.sampled_from(
        [
            *("sid", "direction", "account_sid", "from", "to", "body", "num_media", "status", "error_code"),
            *("date_sent", "date_created", "media_list", "media_base", "messaging_service_sid", "MessageSid"),
        ]
    ),
    JSON,
)


def encoded(parameters: dict[str, str]) -> bytes:
    """A form; what is no text in UTF-8 becomes "?"."""
    return urlencode(parameters, errors="replace").encode()


def check(body: bytes, query: str = "") -> Parsed:
    """Parse *body*: it is an event, a failure, or a status that says nothing; every event is storable."""
    parsed = provider.parse(body, query)
    for event in parsed.events:
        text = msgspec.json.encode(event)
        assert b"\\u0000" not in text
        text.decode("utf-8")
        assert -(2**63) <= event.at < 2**63
        assert event.raw == body
        msgspec.json.decode(text, type=type(event))
    for failure in parsed.failures:
        assert failure.raw == body
    assert parsed == provider.parse(body, query)
    scan(body)
    return parsed


@examples(300)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_arbitrary_bytes_never_raise(body: bytes, query: str) -> None:
    """Bytes of any kind give an answer."""
    check(body, query)


@examples(300)
@given(st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=12), st.text(max_size=20))
def test_any_parameters_give_an_answer(parameters: dict[str, str], query: str) -> None:
    """Names that we look for, with values of any kind."""
    check(encoded(parameters), query)
    check(json.dumps(parameters).encode(), query)


@examples(300)
@given(JSON | RESOURCE)
def test_arbitrary_json_never_raises(value: Any) -> None:
    """As a webhook, and as a message of the list."""
    check(json.dumps(value).encode())


@examples(400)
@given(st.data())
def test_a_mutated_sample_is_never_lost(data: st.DataObject) -> None:
    """Up to four parameters dropped, changed or added: while it has an id and two ends, it is an event."""
    sample = dict(SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))])
    kept = {name: sample[name] for name in ("MessageSid", "From", "To", "AccountSid")}
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(NAMES)
        if data.draw(st.booleans()):
            sample.pop(name, None)
        else:
            sample[name] = data.draw(VALUES)

    parsed = check(encoded(sample | kept), "c=1")

    assert parsed.events
    assert parsed.failures == ()


@examples(200)
@given(st.sampled_from(sorted(SAMPLES)), st.randoms(use_true_random=False))
def test_the_order_of_parameters_does_not_count(name: str, chance: Any) -> None:
    """A form is a set of pairs."""
    pairs = list(SAMPLES[name].items())
    chance.shuffle(pairs)
    shuffled, straight = check(encoded(dict(pairs))).events, check(encoded(SAMPLES[name])).events
    assert [msgspec.structs.replace(event, raw=b"") for event in shuffled] == [
        msgspec.structs.replace(event, raw=b"") for event in straight
    ]


@examples(100)
@given(st.text(max_size=2000))
def test_any_text_comes_through_whole(text: str) -> None:
    """But for what cannot be stored."""
    expected = text.replace("\0", "").encode("utf-8", "replace").decode()
    (event,) = check(encoded(SAMPLES["in_text"] | {"Body": "x" + text})).events
    assert isinstance(event, MessageReceived)
    assert getattr(event.content, "text", None) == "x" + expected
