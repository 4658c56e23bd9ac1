"""Phones, e-mails, files, places, addresses, texts, yes and no."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.flows import fields
from gateway.flows.fields import Answer, Attachment, Invalid
from gateway.model import inbound
from gateway.model.outbound import Button
from tests.flows.fields.reading import read, refusal
from tests.support.examples import examples


@pytest.mark.parametrize(
    "text",
    ["0712345678", "+254 712 345 678", "254712345678", "712-345678", "٠٧١٢٣٤٥٦٧٨", "It's 0712 345678."],
)
def test_a_phone_is_read_in_every_writing(text: str) -> None:
    """National or international, as E.164."""
    assert read(fields.phone, text) == "+254712345678"


def test_a_phone_without_a_country_is_of_the_contacts_or_the_fields() -> None:
    """A field's region comes before the contact's country; without one a "+" is needed."""
    assert read(fields.phone(region="GB"), "07400 123456") == "+447400123456"
    assert refusal(fields.phone, "0712345678", country="").startswith("Please write a phone number")
    assert refusal(fields.phone, "123") == "Please write a phone number, such as +254 712 123456."
    assert refusal(fields.phone, "no phone").startswith("Please write a phone number")


def test_a_phone_is_taken_from_a_shared_card() -> None:
    """The first number of the card that can exist."""
    phones = (inbound.ContactPhone("nonsense"), inbound.ContactPhone("0712 345678"))
    card = inbound.Contacts((inbound.ContactCard("Amina", phones=phones),))
    assert fields.phone.read(Answer(card, country="KE")) == "+254712345678"


@examples(100)
@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_a_phone_comes_back_from_every_country(region: str) -> None:
    """Its national and its international writing."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if number is None or not phonenumbers.is_valid_number(number):
        return
    form = phonenumbers.PhoneNumberFormat
    expected = phonenumbers.format_number(number, form.E164)
    assert read(fields.phone, phonenumbers.format_number(number, form.INTERNATIONAL), country="") == expected
    assert read(fields.phone, expected) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.co", "a@b.co"), (" Juma @ Gmail.com ", "Juma@gmail.com"),
        ("mailto:x.y+z@ex-ample.org.", "x.y+z@ex-ample.org"),
        ("<a@b.com>", "a@b.com"), ("josé@exämple.com", "josé@exämple.com"),
    ],
)  # fmt: skip
def test_an_email_is_read(text: str, address: str) -> None:
    """Its domain in lower case; what is in front of the @ is the owner's."""
    assert read(fields.email, text) == address


@pytest.mark.parametrize(
    "text", ["", "a@b", "a.b.co", "@b.co", "a@@b.co", "a..b@c.de", ".a@b.co", "a b@c.de", "a@-b.co", "a@b.1"]
)
def test_what_is_no_email_is_asked_again(text: str) -> None:
    """Nothing is sent to find out."""
    assert refusal(fields.email, text) == "Please write an e-mail address, such as name@example.com."


@pytest.mark.parametrize(
    "text",
    [
        "-1.2921, 36.8219", "-1.2921 36.8219", "1.2921° S, 36.8219° E", "geo:-1.2921,36.8219",
        "https://www.google.com/maps/place/Duka/@-1.2921,36.8219,17z/data=x",
        "https://maps.google.com/?q=-1.2921,36.8219",
        "see https://www.google.com/maps/search/?api=1&query=-1.2921%2C36.8219",
        "https://maps.apple.com/?ll=-1.2921,36.8219&q=x",
        "https://www.openstreetmap.org/?mlat=-1.2921&mlon=36.8219#map=15/1/1",
        "https://www.openstreetmap.org/#map=15/-1.2921/36.8219",
    ],
)  # fmt: skip
def test_a_place_is_read_without_the_network(text: str) -> None:
    """Degrees, or a link that has them in it."""
    place = read(fields.location, text)
    assert (place.latitude, place.longitude) == (-1.2921, 36.8219)


def test_a_place_is_a_shared_location() -> None:
    """With its name; one that is nowhere on earth is asked again, as is a short link."""
    pin = inbound.Location(-1.3, 36.8, "Duka", "Moi Avenue")
    assert fields.location.read(Answer(pin)) is pin
    for text in ("91, 0", "Nairobi", "https://maps.app.goo.gl/abc"):
        assert (
            refusal(fields.location, text) == "Please share your location: tap the paper clip, then Location."
        )
    with pytest.raises(Invalid):
        fields.location.read(Answer(inbound.Location(float("nan"), 0.0)))


def test_an_address_is_a_form_a_location_or_text() -> None:
    """What is known of it is there by name."""
    form = inbound.AddressReply(
        {"name": "Asha", "address": "MG Road 5", "in_pin_code": 560001, "city": "Bengaluru"}
    )
    address = fields.address.read(Answer(form))
    assert address.text == "Asha\nMG Road 5\n560001 Bengaluru"
    assert (address.name, address.postcode, address.city) == ("Asha", "560001", "Bengaluru")
    place = fields.address.read(Answer(inbound.Location(-1.3, 36.8, "Duka", "Moi Avenue")))
    assert (place.text, place.latitude, place.longitude) == ("Duka, Moi Avenue", -1.3, 36.8)
    assert read(fields.address, " Moi  Avenue 12 \n\n Nairobi ").text == "Moi Avenue 12\nNairobi"
    for text in ("", "12", "home", "123456789"):
        assert refusal(fields.address, text) == "Please write the whole address: street, house, place."


def test_a_file_says_how_to_have_it() -> None:
    """The message it came with, what it is, and its caption."""
    picture = inbound.Image(media_id="9", mime_type="image/jpeg", caption="my roof")
    assert fields.media.read(Answer(picture, message="m1")) == Attachment(
        "m1", "image", "image/jpeg", "", "my roof"
    )
    scan = inbound.Document(mime_type="image/png", filename="id.png")
    assert fields.media("image").read(Answer(scan, message="m1")).kind == "document"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (fields.media("image"), "Please send a picture."),
        (fields.media("image", "document"), "Please send a file."),
        (fields.media, "Please send a file."),
        (fields.media("voice"), "Please send a voice note."),
    ],
)
def test_what_is_no_file_is_asked_again(field: fields.Field[Attachment], words: str) -> None:
    """In the words of the one kind that is wanted."""
    assert refusal(field, "I have none") == words


def test_a_file_of_another_kind_is_asked_again() -> None:
    """By its kind and by its type."""
    video = Answer(inbound.Video(mime_type="video/mp4"))
    with pytest.raises(Invalid, match="Please send a picture"):
        fields.media("image").read(video)
    with pytest.raises(Invalid, match="another kind"):
        fields.media(types=("image/", "application/pdf")).read(video)


def test_a_voice_note_is_audio() -> None:
    """Whoever is asked for audio is asked for a voice note; music is none."""
    note, song = inbound.Voice(mime_type="audio/ogg"), inbound.Audio(mime_type="audio/mpeg")
    assert [fields.media("audio").read(Answer(sent)).kind for sent in (note, song)] == ["voice", "audio"]
    assert fields.media("image", "audio").read(Answer(note)).kind == "voice"
    with pytest.raises(Invalid, match="Please send a voice note"):
        fields.media("voice").read(Answer(song))


def test_a_text_has_limits() -> None:
    """Of length and of form; the form's own words are the question's *otherwise*."""
    assert read(fields.text, "  hi ") == "hi"
    assert refusal(fields.text, " ") == "Please answer in words."
    assert refusal(fields.text(longest=3), "four") == "That is too long: please write at most 3 characters."
    assert refusal(fields.text(shortest=3), "no") == "That is too short: please write at least 3 characters."
    assert read(fields.text(pattern=re.compile(r"[A-Z]{3}\d")), "KBA1") == "KBA1"
    assert refusal(fields.text(pattern=r"[A-Z]{3}\d"), "kba1") == ""


@pytest.mark.parametrize("text", ["Yes", "y", "sí", "NDIYO!", "👍🏿", "ok.", "Sawa"])
def test_yes_is_read(text: str) -> None:
    """In three languages, or a thumb."""
    assert read(fields.yes_no, text) is True


@pytest.mark.parametrize("text", ["no", "NOPE", "hapana", "👎", "la"])
def test_no_is_read(text: str) -> None:
    """In three languages, or a thumb."""
    assert read(fields.yes_no, text) is False
    assert refusal(fields.yes_no, "maybe") == "Please answer yes or no."
    assert fields.yes_no.read(Answer(inbound.ButtonReply("no"), "Keep it", "no")) is False
    assert fields.yes_no.read(Answer(inbound.ButtonReply("b7"), "Sí", "b7")) is True


def test_a_choice_is_tapped_numbered_or_said() -> None:
    """However it is written; a number that is an option's own word is that option."""
    sizes = fields.choice({"s": "Small", "m": "Médium", "42": "7"})
    assert [read(sizes, text) for text in ("SMALL", "medium", "1", "2.", "7", "3")] == [
        "s",
        "m",
        "s",
        "m",
        "42",
        "42",
    ]
    assert fields.choice([Button("a", "Yes")]).read(Answer(inbound.ButtonReply("a"), "Yes", "a")) == "a"
    assert refusal(sizes, "9") == refusal(sizes, "") == "Please choose one of the options."
