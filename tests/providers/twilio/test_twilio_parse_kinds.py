"""What a contact sent, inferred from which parameters are there (wire.md §4.1)."""

from __future__ import annotations

import pytest

from gateway.model import inbound
from tests.providers.twilio.forms import BASE, SID, URL, content, events, form, media


@pytest.mark.parametrize(
    ("mime_type", "hint", "kind"),
    [
        ("image/jpeg", "image", inbound.Image),
        ("image/png", "", inbound.Image),
        ("IMAGE/PNG", "", inbound.Image),
        ("image/png", "document", inbound.Document),
        ("image/webp", "sticker", inbound.Sticker),
        ("image/webp", "", inbound.Sticker),
        ("image/webp", "image", inbound.Image),
        ("video/3gpp", "", inbound.Video),
        ("audio/ogg; codecs=opus", "audio", inbound.Voice),
        ("audio/ogg", "", inbound.Voice),
        ("audio/amr", "", inbound.Audio),
        ("application/zip", "", inbound.Document),
        ("text/plain", "", inbound.Document),
        ("nonsense", "", inbound.Document),
        ("", "", inbound.Document),
        ("", "image", inbound.Image),
        ("", "sticker", inbound.Sticker),
        ("", "voice", inbound.Voice),
        ("", "video", inbound.Video),
        ("text/vcard", "", inbound.Contacts),
        ("text/x-vcard; charset=utf-8", "contacts", inbound.Contacts),
        ("", "contacts", inbound.Contacts),
    ],
)
def test_a_file_s_kind_follows_from_its_type(mime_type: str, hint: str, kind: type) -> None:
    """The hint counts where the type says nothing, or a document's says too much."""
    assert type(media(mime_type, MessageType=hint)) is kind


def test_a_file_is_told_with_id_type_address_and_words() -> None:
    """The type without its parameters."""
    assert media("image/jpeg; x=y", Body="Look") == inbound.Image(
        "ME1", "image/jpeg", url=URL, caption="Look"
    )
    assert media("", MessageType="image") == inbound.Image("ME1", "", url=URL)
    other = content(NumMedia="1", MediaUrl0="https://cdn.example/a.jpg", MediaContentType0="image/jpeg")
    assert other == inbound.Image("", "image/jpeg", url="https://cdn.example/a.jpg")


@pytest.mark.parametrize(
    ("body", "filename", "caption"),
    [
        ("invoice-17.pdf", "invoice-17.pdf", ""),
        ("Meu orçamento 2.docx", "Meu orçamento 2.docx", ""),
        ("Here it is", "", "Here it is"),
        ("Two\nlines.pdf", "", "Two\nlines.pdf"),
        ("a/b.pdf", "", "a/b.pdf"),
        ("That is 17.50", "", "That is 17.50"),
        ("", "", ""),
    ],
)
def test_the_words_of_a_document_may_be_its_name(body: str, filename: str, caption: str) -> None:
    """Twilio has no parameter for it."""
    told = media("application/pdf", Body=body)
    assert told == inbound.Document("ME1", "application/pdf", url=URL, filename=filename, caption=caption)


def test_several_files_are_as_many_messages() -> None:
    """None is lost: each has an id of its own that is made of the SID; the words are the first one's."""
    found = events(
        form(
            NumMedia="3", Body="Both", MediaUrl0=URL, MediaContentType0="image/jpeg",
            MediaUrl1=URL + "2", MediaContentType1="application/pdf",
            MediaUrl2=URL + "3", MediaContentType2="text/vcard", OriginalRepliedMessageSid="SM7",
        )
    )  # fmt: skip

    assert [event.message_id for event in found] == [SID, f"{SID}:1", f"{SID}:2"]
    assert [event.content for event in found] == [
        inbound.Image("ME1", "image/jpeg", url=URL, caption="Both"),
        inbound.Document("ME12", "application/pdf", url=URL + "2"),
        inbound.Contacts(file=inbound.Media("ME13", "text/vcard", url=URL + "3")),
    ]
    assert {event.context.reply_to for event in found} == {"SM7"}


def test_files_are_found_without_their_number() -> None:
    """And a number without files is said."""
    found = events(form(MediaUrl0=URL, MediaContentType0="image/png", MediaUrl1=URL, NumMedia="nonsense"))
    assert len(found) == 2
    assert content(NumMedia="1", MessageType="image", Body="x") == inbound.Unsupported("image", text="x")
    assert content(NumMedia="1") == inbound.Unsupported("media")
    gap = events(form(NumMedia="2", MediaUrl1=URL, MediaContentType1="image/png"))
    assert [type(event.content) for event in gap] == [inbound.Image]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"ButtonPayload": "yes-1", "ButtonText": "Yes", "Body": "Yes"}, inbound.ButtonReply("yes-1", "Yes")),
        ({"ButtonPayload": "yes-1", "Body": "Yes"}, inbound.ButtonReply("yes-1", "Yes")),
        ({"ButtonText": "Yes"}, inbound.ButtonReply("Yes", "Yes")),
        ({"ButtonPayload": "x", "ButtonType": "ACTION"}, inbound.ButtonReply("x", "")),
        ({"ButtonPayload": "", "ButtonText": "", "Body": "Hi"}, inbound.Text("Hi")),
        ({"ListId": "r1", "ListTitle": "Row", "ListDescription": "More"},
         inbound.ListReply("r1", "Row", "More")),
        ({"ListId": "r1", "Body": "Row"}, inbound.ListReply("r1", "Row")),
        ({"ListTitle": "Row"}, inbound.ListReply("Row", "Row")),
        ({"ListId": "r1", "ListTitle": "Row", "ButtonPayload": "b", "ButtonText": "B"},
         inbound.ListReply("r1", "Row")),
        ({"ButtonPayload": "r1", "Body": "Row", "MessageType": "list_reply"}, inbound.ListReply("r1", "Row")),
        ({"InteractiveData": '{"list_reply": {"id": "r1", "title": "Row", "description": "More"}}'},
         inbound.ListReply("r1", "Row", "More")),
        ({"InteractiveData": '{"a": [{"listReply": "{\\"id\\": \\"r1\\"}"}]}', "Body": "Row"},
         inbound.ListReply("r1", "Row")),
        ({"InteractiveData": '{"button_reply": {"payload": "b1", "text": "B"}}'},
         inbound.ButtonReply("b1", "B")),
        ({"MessageType": "interactive", "Body": "Row",
          "ChannelMetadata": '{"type": "whatsapp", "data": {"interactive": {"list_reply": {"id": "r1"}}}}'},
         inbound.ListReply("r1", "Row")),
        ({"MessageType": "text", "Body": "Row",
          "ChannelMetadata": '{"data": {"interactive": {"list_reply": {"id": "r1"}}}}'}, inbound.Text("Row")),
        ({"InteractiveData": "nonsense", "Body": "Row"}, inbound.Text("Row")),
        ({"InteractiveData": '["list_reply"]', "Body": "Row"}, inbound.Text("Row")),
        ({"InteractiveData": '{"list_reply": 7}', "Body": "Row"}, inbound.Text("Row")),
        ({"FlowData": '{"flow_token": "tok-17", "day": "mon"}', "Body": "Sent"},
         inbound.FlowReply("tok-17", {"day": "mon"}, "Sent")),
        ({"FlowData": '{"day": 1}'}, inbound.FlowReply("", {"day": 1})),
        ({"FlowData": '{"flow_token": 7}'}, inbound.FlowReply("", {})),
        ({"InteractiveData": '{"flowResponse": {"flow_token": "t", "a": [1]}}'},
         inbound.FlowReply("t", {"a": [1]})),
        ({"InteractiveData": '{"nfm_reply": {"response_json": "{\\"flow_token\\": \\"t\\", \\"a\\": 1}"}}'},
         inbound.FlowReply("t", {"a": 1})),
    ],
)  # fmt: skip
def test_answers_are_found_wherever_they_are(parameters: dict[str, str], expected: inbound.Inbound) -> None:
    """Rows before buttons before flows, parameters before JSON; what cannot be read stays a text."""
    assert content(**parameters) == expected


def test_a_flow_that_is_no_json_is_kept_whole() -> None:
    """As an unknown kind, with all parameters."""
    told = content(FlowData="nonsense")
    assert isinstance(told, inbound.Unknown)
    assert told.payload["FlowData"] == "nonsense"


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("91", "0"), ("0", "181"), ("nan", "0"), ("x", "0"), ("", ""), ("0", "inf")]
)
def test_a_place_that_is_nowhere_is_kept_whole(latitude: str, longitude: str) -> None:
    """It is no location, and not lost."""
    told = content(Latitude=latitude, Longitude=longitude, Body="Here")
    assert isinstance(told, inbound.Unknown)
    assert (told.kind, told.payload["Latitude"]) == ("location", latitude)


def test_a_place_without_a_label_has_the_words() -> None:
    """And one degree alone is none."""
    assert content(Latitude="1.5", Longitude="-2", Body="Shop") == inbound.Location(1.5, -2.0, "Shop")
    assert isinstance(content(Latitude="1.5"), inbound.Unknown)


@pytest.mark.parametrize("kind", ["reaction", "order", "unsupported", "poll", "REACTION"])
def test_what_is_not_passed_on_is_said(kind: str) -> None:
    """Twilio has no parameters for it."""
    assert content(MessageType=kind, Body="") == inbound.Unsupported(kind)


def test_a_message_of_nothing_is_kept_whole() -> None:
    """With the word that Twilio has for it."""
    for hint, kind in (("", ""), ("text", ""), ("hologram", "hologram")):
        told = content(MessageType=hint, Body="")
        assert isinstance(told, inbound.Unknown)
        assert (told.kind, told.payload["From"]) == (kind, BASE["From"])
    assert content(MessageType="hologram", Body="Hi") == inbound.Text("Hi")
