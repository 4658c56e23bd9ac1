"""Every sample webhook, compared with what it says in full."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from gateway.model import inbound
from gateway.model.event import Context, Identity, MessageReceived, Person, Referral, StatusReceived
from gateway.model.status import Failure, Status
from providers.twilio import provider
from tests.providers.twilio.conftest import ACCOUNT, FOLDER, NUMBER

INDEX = json.loads((FOLDER / "INDEX.json").read_bytes())
NAMES = (Identity("phone", "+34600111222"), Identity("bsuid", "ES.90817263544536271", ACCOUNT))
LUCIA = Person(NAMES, "Lucia Prado")
STATUS_SID = "SM00000000000000000000000000001389"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages"


def file(number: int, mime_type: str) -> dict[str, Any]:
    """What the samples tell of a file."""
    message, media = f"MM{number:032x}", f"ME{number:031x}0"
    return {"media_id": media, "mime_type": mime_type, "url": f"{MEDIA}/{message}/Media/{media}"}


#: Sample: the end of its SID, content, context, referral.
INBOUND: dict[str, tuple[str, inbound.Inbound, Context, Referral | None]] = {
    "in_text": ("SM1", inbound.Text("Buenos días, ¿abren hoy? 👋"), Context(), None),
    "in_text_reply": (
        "SM4",
        inbound.Text("Yes"),
        Context("SM00000000000000000000000000002329", author=NUMBER),
        None,
    ),
    "in_text_forwarded": ("SM5", inbound.Text("fwd"), Context(forwarded=True), None),
    "in_text_messaging_service": ("SM7", inbound.Text("via service"), Context(), None),
    "in_text_referral_ad": (
        "SM8",
        inbound.Text("I saw your ad"),
        Context(),
        Referral(
            source_url="https://fb.example/ad1",
            source_id="120299900011122",
            source_type="ad",
            headline="Tea week",
            body="Chat with us",
            click_id="Afx-composed-click-id",
            media_type="image/jpeg",
            media_url=f"{MEDIA}/x/Media/y",
        ),
    ),
    "in_image_with_caption": (
        "MMa",
        inbound.Image(**file(10, "image/jpeg"), caption="Front door"),
        Context(),
        None,
    ),
    "in_video": ("MMb", inbound.Video(**file(11, "video/mp4")), Context(), None),
    "in_audio_voice_note": ("MMc", inbound.Voice(**file(12, "audio/ogg")), Context(), None),
    "in_audio_file": ("MMd", inbound.Audio(**file(13, "audio/mpeg")), Context(), None),
    "in_document": (
        "MMe",
        inbound.Document(**file(14, "application/pdf"), filename="invoice-17.pdf"),
        Context(),
        None,
    ),
    "in_sticker": ("MMf", inbound.Sticker(**file(15, "image/webp")), Context(), None),
    "in_location": (
        "SM11",
        inbound.Location(40.4168, -3.7038, "Mercado", "Plaza Mayor 1, Madrid"),
        Context(),
        None,
    ),
    "in_button_reply": (
        "SM13",
        inbound.ButtonReply("CONFIRM-17", "Confirmar"),
        Context("MM0000000000000000000000000000232a", author=NUMBER),
        None,
    ),
    "in_list_reply_listid": ("SM15", inbound.ListReply("mon-9", "09:00"), Context(), None),
}

STATUSES: dict[str, tuple[Status, Failure | None]] = {
    "status_accepted": ("accepted", None),
    "status_scheduled": ("accepted", None),
    "status_queued": ("accepted", None),
    "status_sending": ("accepted", None),
    "status_sent": ("sent", None),
    "status_delivered": ("delivered", None),
    "status_read": ("read", None),
    "status_failed_63016_window": (
        "failed",
        Failure("window_closed", 63016, title="Outside the allowed window"),
    ),
    "status_undelivered_63024_invalid_recipient": (
        "failed",
        Failure("undeliverable", 63024, 131026, details="131026 Message Undeliverable."),
    ),
    "status_failed_21610_opted_out": ("failed", Failure("opted_out", 21610)),
}
#: What INDEX.json calls a status, and what it is for us.
NORMALIZED = {"pending": "accepted"}


def test_all_webhook_samples_are_compared_counted_by_kind() -> None:
    """No sample is left out of the tables, and the tables name no other."""
    kinds = Counter(entry["kind"] for entry in INDEX)
    assert (kinds["inbound"], kinds["status"]) == (14, 10)
    for kind, table in (("inbound", INBOUND), ("status", STATUSES)):
        assert {entry["file"].removesuffix(".form") for entry in INDEX if entry["kind"] == kind} == set(table)


@pytest.mark.parametrize("name", INBOUND)
def test_a_message_says_all_that_its_sample_holds(name: str) -> None:
    """The whole event; the kind is the one of INDEX.json."""
    sid, content, context, referral = INBOUND[name]
    body = (FOLDER / f"{name}.form").read_bytes()

    parsed = provider.parse(body)

    assert parsed.failures == ()
    assert parsed.events == (
        MessageReceived(NUMBER, f"{sid[:2]}{sid[2:]:0>32}", LUCIA, content, 0, context, referral, raw=body),
    )
    (entry,) = [each for each in INDEX if each["file"] == f"{name}.form"]
    assert content.__struct_config__.tag == entry["normalized_type"]


@pytest.mark.parametrize("name", STATUSES)
def test_a_status_says_all_that_its_sample_holds(name: str) -> None:
    """The whole event, with the id that we wrote into the address."""
    status, failure = STATUSES[name]
    body = (FOLDER / f"{name}.form").read_bytes()

    parsed = provider.parse(body, "c=0198f00d-1.0")

    assert parsed.failures == ()
    assert parsed.events == (
        StatusReceived(
            NUMBER, STATUS_SID, status, 0, Person(NAMES), "0198f00d-1.0", failure=failure, raw=body
        ),
    )
    (entry,) = [each for each in INDEX if each["file"] == f"{name}.form"]
    told = entry["normalized_status"]
    assert NORMALIZED.get(told, told) == status
