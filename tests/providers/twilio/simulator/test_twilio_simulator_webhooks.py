"""What contacts send is told as Twilio tells it: the parameters of every sample, signed in each way."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, BEN, SAMPLES, Business, sample, signature

AD: dict[str, Any] = {"referral": {}}
KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("in_text.form", "text", {"text": "Buenos días, ¿abren hoy? 👋"}),
    ("in_text_reply.form", "text", {"text": "Yes", "reply_to": "SM00000000000000000000000000002329"}),
    ("in_text_forwarded.form", "text", {"text": "fwd", "forwarded": 1}),
    ("in_text_referral_ad.form", "text", {"text": "I saw your ad", **AD}),
    ("in_image_with_caption.form", "image", {"caption": "Front door"}),
    ("in_video.form", "video", {}),
    ("in_audio_file.form", "audio", {}),
    ("in_audio_voice_note.form", "voice", {}),
    ("in_document.form", "document", {"filename": "invoice-17.pdf"}),
    ("in_sticker.form", "sticker", {}),
    ("in_location.form", "location", {"latitude": 40.4168, "longitude": -3.7038, "name": "Mercado",
                                      "address": "Plaza Mayor 1, Madrid"}),
    ("in_button_reply.form", "button_reply", {"id": "CONFIRM-17", "title": "Confirmar", "reply_to": "MM1"}),
    ("in_list_reply_listid.form", "list_reply", {"id": "mon-9", "title": "09:00"}),
]  # fmt: skip
#: Parameters whose values are not the sample's: ids, and what stands for them.
OWN = frozenset(
    {"MessageSid", "SmsSid", "SmsMessageSid", "MediaUrl0", "OriginalRepliedMessageSid", "ReferralMediaId"}
)


@pytest.mark.parametrize(("name", "kind", "fields"), KINDS)
async def test_a_message_has_the_parameters_of_its_sample(
    sim: TwilioSimulator, business: Business, name: str, kind: str, fields: dict[str, Any]
) -> None:
    """The same names, and the same values where they are the contact's or the message's."""
    sim.contact(ANA, "Lucia Prado")
    sid = await sim.sends(ANA, kind, **fields)
    [told], wanted = business.params, sample(name)
    assert told.keys() == wanted.keys()
    assert told["MessageSid"] == told["SmsSid"] == sid
    for key in wanted.keys() - OWN - {"ExternalUserId", "ReferralMediaUrl", "ReferralCtwaClid"}:
        assert told[key] == wanted[key], key
    assert sid[:2] == wanted["MessageSid"][:2]


async def test_a_messaging_service_is_named(business: Business) -> None:
    """Senders that are in a messaging service say so."""
    service = "MG00000000000000000000000000000007"
    async with TwilioSimulator(messaging_service_sid=service, webhook_url=f"{business.base}/hook") as sim:
        await sim.says(ANA, "via service")
        assert business.params[0].keys() == sample("in_text_messaging_service.form").keys()
        assert business.params[0]["MessagingServiceSid"] == service
        assert sim.channel_settings()["messaging_service_sid"] == service


async def test_contacts_come_as_a_file(sim: TwilioSimulator, business: Business) -> None:
    """A contact card is a vCard among the media."""
    await sim.sends(ANA, "contacts")
    [told] = business.params
    assert (told["MessageType"], told["NumMedia"], told["MediaContentType0"]) == (
        "contacts",
        "1",
        "text/vcard",
    )


async def test_a_flow_comes_twice(sim: TwilioSimulator, business: Business) -> None:
    """The answers of a form are in FlowData and in InteractiveData."""
    await sim.sends(ANA, "flow_reply", data={"flow_token": "t", "day": "mon"})
    [told] = business.params
    assert json.loads(told["FlowData"]) == {"flow_token": "t", "day": "mon"}
    assert json.loads(told["InteractiveData"])["flowResponse"]["day"] == "mon"


async def test_a_hidden_number_is_not_told(sim: TwilioSimulator, business: Business) -> None:
    """The user id stands in From, WaId is absent everywhere, until the business has written to the number."""
    contact = sim.contact(BEN, hidden=True)
    await sim.says(BEN, "guess who")
    [told] = business.params
    assert told["From"] == told["ExternalUserId"] == f"whatsapp:{contact.user_id}"
    assert "WaId" not in told
    assert BEN.lstrip("+") not in told["ChannelMetadata"]
    await business.sent(contact.user_id, Body="who?")
    await sim.settle()
    await sim.says(BEN, "still me")
    assert business.params[-1]["From"] == f"whatsapp:{contact.user_id}"
    await business.sent(BEN, Body="Ben!")
    await sim.settle()
    await sim.says(BEN, "yes")
    assert business.params[-1]["From"] == f"whatsapp:{BEN}"
    await sim.pass_time(days=31)
    await sim.says(BEN, "guess again")
    assert business.params[-1]["From"] == f"whatsapp:{contact.user_id}"


async def test_other_digits_are_told_and_answered(sim: TwilioSimulator, business: Business) -> None:
    """A WaId that is not the phone's reaches the same contact."""
    sim.contact("+525511112222", digits="5215511112222")
    await sim.says("+525511112222", "hola")
    assert business.params[0]["WaId"] == "5215511112222"
    await business.sent("+5215511112222", Body="hola")
    assert [seen.text for seen in sim.inbox("+525511112222")] == ["hola"]


async def test_often_forwarded_is_told(sim: TwilioSimulator, business: Business) -> None:
    """More than five times is often."""
    await sim.says(ANA, "chain", forwarded=6)
    assert business.params[0]["FrequentlyForwarded"] == "true"


async def test_what_nobody_knows_is_told_as_it_stands(sim: TwilioSimulator, business: Business) -> None:
    """A kind of tomorrow is its MessageType, with its parameters."""
    await sim.sends(ANA, "hologram", Depth=3, Shape={"a": 1})
    [told] = business.params
    assert (told["MessageType"], told["Body"], told["Depth"], told["Shape"]) == (
        "hologram",
        "",
        "3",
        '{"a": 1}',
    )


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "system", "request_welcome"])
async def test_what_twilio_does_not_tell_cannot_be_sent(
    sim: TwilioSimulator, business: Business, kind: str
) -> None:
    """Reactions, edits and the like never reach a business."""
    with pytest.raises(LookupError, match=kind):
        await sim.sends(ANA, kind)
    assert kind not in sim.kinds
    assert business.taken == []


async def test_forms_are_signed_with_the_auth_token(sim: TwilioSimulator, business: Business) -> None:
    """HMAC-SHA1 over the URL with its query and the sorted parameters; the fragment is not sent."""
    sim.webhook_url = f"{business.base}/hook?tenant=t%201#rc=2"
    await sim.says(ANA, "ñ 👋 a+b=c&d")
    [got] = business.taken
    assert got.url == f"{business.base}/hook?tenant=t%201"
    assert got.headers["X-Twilio-Signature"] == signature(got.url, got.params)
    assert got.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"


async def test_a_shared_key_signs_alone(sim: TwilioSimulator, business: Business) -> None:
    """With the knob, the key is named in a header and HMAC-SHA256 is used; the settings have the key."""
    sim.shared_key = True
    await sim.says(ANA, "hi")
    [got] = business.taken
    [key] = sim.channel_settings()["shared_key"]
    settings = got.headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings == f"key={key['id']},algorithm=HMAC_SHA256"
    assert got.headers["X-Twilio-Signature"] == signature(got.url, got.params, key["secret"], "sha256")


async def test_json_carries_the_digest_of_its_body(sim: TwilioSimulator, business: Business) -> None:
    """With the knob, bodies are JSON, and the URL alone is signed."""
    sim.json_bodies = True
    await sim.says(ANA, "ñ")
    [got] = business.taken
    assert json.loads(got.body)["Body"] == "ñ"
    digest = hashlib.sha256(got.body).hexdigest()
    assert got.url == f"{business.base}/hook?bodySHA256={digest}"
    assert got.headers["X-Twilio-Signature"] == signature(got.url, {})


async def test_a_get_has_its_parameters_in_the_url(sim: TwilioSimulator, business: Business) -> None:
    """Where a sender wants GET, the URL is all that is signed."""
    line = sim._lines.first
    line.webhook = {"callback_url": f"{business.base}/get?x=1", "callback_method": "GET"}
    await sim.says(ANA, "hi")
    [got] = business.taken
    assert got.url.startswith(f"{business.base}/get?x=1&SmsMessageSid=")
    assert got.body == b""
    assert got.headers["X-Twilio-Signature"] == signature(got.url, {})


def test_the_vectors_hold() -> None:
    """The signatures of samples/twilio come out of the simulator's own code."""
    from urllib.parse import parse_qsl

    from providers.twilio.simulator.signing import signature as sign

    for vector in json.loads((SAMPLES / "SIGNATURE_VECTORS.json").read_text()):
        algorithm = "sha256" if "X-Twilio-Webhooks-Signature-Settings" in vector else "sha1"
        pairs = parse_qsl(vector.get("form", ""), keep_blank_values=True)
        url = vector.get("url_signed", vector["url"])
        assert sign(vector["secret"], url, pairs, algorithm) == vector["signature"], vector["name"]


async def test_signed_is_authentic_and_not_sent(sim: TwilioSimulator, business: Business) -> None:
    """A webhook that is only made is complete, opens the window, and is in no list."""
    made = sim.signed("image", contact=ANA, caption="look")
    assert business.taken == []
    from urllib.parse import parse_qsl

    params = dict(parse_qsl(made.body.decode(), keep_blank_values=True))
    assert made.headers["X-Twilio-Signature"] == signature(sim.webhook_url, params)
    assert (made.proof, made.covers) == (("x-twilio-signature",), ("body", "url"))
    assert await business.listed() == []
    sim.windows = True
    await business.sent(Body="answer")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"[1]", b"x=1&x=2&=", b"not a webhook", b"null"])
async def test_anything_can_be_signed(sim: TwilioSimulator, business: Business, body: bytes) -> None:
    """Bytes that can be a form are signed as one, others as JSON whose digest is in the URL."""
    made = sim.sign(body)
    assert made.body == body
    assert ("bodySHA256=" in made.query) == (b"=" not in body)


async def test_rotation_keeps_both(sim: TwilioSimulator, business: Business) -> None:
    """After a rotation the settings have the new token first, and both open the API."""
    old = sim.credentials.auth_token
    sim.rotate_secret()
    new, before = sim.channel_settings()["auth_token"]
    assert (before, new == old) == (old, False)
    for token in (new, old):
        assert (await business.call("GET", f"{business.account}.json", word=token))[0] == 200
    await sim.says(ANA, "hi")
    [got] = business.taken
    assert got.headers["X-Twilio-Signature"] == signature(got.url, got.params, new)


async def test_the_user_id_may_become_another(sim: TwilioSimulator, business: Business) -> None:
    """Twilio says nothing of it: the next message has the new one, and the old one reaches nobody."""
    old = sim.contact(ANA).user_id
    new = sim.changes_user_id(ANA)
    await sim.says(ANA, "hi")
    assert business.params[0]["ExternalUserId"] == f"whatsapp:{new}" != f"whatsapp:{old}"
    sid = await business.sent(old, Body="hi")
    await sim.settle()
    assert business.params[-1]["ErrorCode"] == "63024"
    assert business.statuses(sid) == ["undelivered"]
