"""Webhooks without a person in them: the same shape, read the same way."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import inbound
from gateway.model.event import MessageReceived
from providers.twilio import provider
from providers.twilio.scrub import scrub
from tests.providers.twilio.conftest import ACCOUNT, FOLDER
from tests.support.examples import examples

WEBHOOKS = [path for path in sorted(FOLDER.glob("*.form")) if path.stem.startswith(("in_", "status_"))]
PEOPLE = ("Lucia", "Prado", "34600111222", "90817263544536271", "Buenos", "Mayor", "CONFIRM", "invoice")


def kinds(body: bytes) -> list[tuple[str, str]]:
    """What our reader makes of it, by type."""
    parsed = provider.parse(body)
    assert parsed.failures == ()
    return [(type(event).__name__, type(getattr(event, "content", None)).__name__) for event in parsed.events]


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_a_sample_keeps_its_shape_and_loses_its_people(path: object) -> None:
    """Every parameter, every length, every kind; no name, no number, no word of anybody."""
    body = path.read_bytes()  # type: ignore[attr-defined]
    clean = scrub(body)

    before = parse_qsl(body.decode().strip(), keep_blank_values=True)
    after = parse_qsl(clean.decode(), keep_blank_values=True)
    degrees = ("Latitude", "Longitude")
    assert [(n, len(v)) for n, v in before if n not in degrees] == [
        (n, len(v)) for n, v in after if n not in degrees
    ]
    assert kinds(clean) == kinds(body)
    for word in (*PEOPLE, ACCOUNT):
        assert word not in urlencode(after), word
        assert word not in json.dumps(after), word
    assert scrub(body) == clean


def test_the_same_number_is_the_same_number_afterwards() -> None:
    """A contact and their address still belong together, and the country is still the same."""
    told = dict(parse_qsl(scrub((FOLDER / "in_text.form").read_bytes()).decode()))
    assert told["From"] == f"whatsapp:+{told['WaId']}"
    assert told["WaId"].startswith("34600")
    assert told["ExternalUserId"].startswith("whatsapp:ES.")
    assert told["MessageSid"] == told["SmsSid"]
    assert json.loads(told["ChannelMetadata"])["data"]["context"]["WaId"] == told["WaId"]


def test_a_file_s_address_is_still_twilio_s() -> None:
    """With other ids in it."""
    told = dict(parse_qsl(scrub((FOLDER / "in_video.form").read_bytes()).decode()))
    assert told["MediaUrl0"].startswith(f"https://api.twilio.com/2010-04-01/Accounts/{told['AccountSid']}/")
    assert told["MediaContentType0"] == "video/mp4"


def test_a_form_s_answers_are_all_replaced() -> None:
    """Their names stay, even where they are words of Twilio's."""
    flow = json.dumps({"flow_token": "tok-17", "status": "married", "level": 12, "deep": '{"type": "Ana"}'})
    body = urlencode(
        {
            "MessageSid": "SM" + "1" * 32, "AccountSid": ACCOUNT, "From": "whatsapp:+34600111222",
            "To": "whatsapp:+15550104477", "FlowData": flow, "Body": f"Ask SM{'2' * 32} Ana",
        }
    ).encode()  # fmt: skip
    clean = scrub(body)
    (event,) = provider.parse(clean).events
    assert isinstance(event, MessageReceived)
    assert isinstance(event.content, inbound.FlowReply)
    assert set(event.content.data) == {"status", "level", "deep"}
    for word in (b"married", b"tok-17", b"Ana", b"Ask"):
        assert word not in clean


def test_a_message_of_the_list_is_scrubbed_too() -> None:
    """Dates, directions and statuses stay."""
    body = (FOLDER / "response_message_created.json").read_bytes()
    clean = json.loads(scrub(body))
    assert set(clean) == set(json.loads(body))
    assert clean["status"] == "queued"
    assert clean["date_created"] == "Fri, 20 Nov 2026 10:00:00 +0000"
    assert b"34600111222" not in scrub(body)
    assert clean["uri"].startswith(f"/2010-04-01/Accounts/{clean['account_sid']}/Messages/{clean['sid']}")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"{", b"&&", b"{}x"])
def test_what_is_no_webhook_is_refused(body: bytes) -> None:
    """As the command that records fixtures expects."""
    with pytest.raises(ValueError):
        scrub(body)


@examples(200)
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=30), min_size=1, max_size=6))
def test_anything_may_be_scrubbed(parameters: dict[str, str]) -> None:
    """It never raises another error, and keeps every parameter."""
    body = urlencode(parameters, errors="replace").encode()
    try:
        clean = scrub(body)
    except ValueError:
        assert body.lstrip().startswith(b"{")
        return
    assert len(clean.split(b"&")) == len(body.split(b"&"))
