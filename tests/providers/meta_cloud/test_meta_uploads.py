"""Files that the gateway keeps, as they go to Meta: uploaded once, sent by their id, never sent twice."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SendRefused
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.provider import Accepted, HttpAnswer, HttpRequest, ProviderError, StoredFile
from providers.dialog360 import provider as dialog360
from providers.meta_cloud import provider as meta
from providers.meta_cloud.cloud import reached
from providers.meta_cloud.uploads import form
from tests.providers.dialog360.conftest import make_settings as dialog360_settings
from tests.providers.meta_cloud.conftest import make_settings
from tests.support.desk import Desk

META, HUB = make_settings(), dialog360_settings()
TO = "+34600111222"
MUG = StoredFile("med_1", "image/jpeg", 1234, "ab" * 32, "mug.jpg")
BILL = StoredFile("med_2", "application/pdf", 99, "cd" * 32, "bill 7.pdf")
NOTE = StoredFile("med_3", "audio/ogg", 50, "ef" * 32)
FILES = (MUG, BILL, NOTE)
DAY = 86_400.0
LINK = "https://example.org"


class Cloud:
    """Uploads get the ids 9001, 9002, …; sends are accepted, but for ids that are *forgotten*, which are
    refused with *code*."""

    def __init__(self, code: int = 131053, http: int = 400) -> None:
        self.uploads: list[HttpRequest] = []
        self.sends: list[dict[str, Any]] = []
        self.forgotten: set[str] = set()
        self.code, self.http, self.upload_answer = code, http, (200, b"")

    def __call__(self, call: HttpRequest) -> HttpAnswer:
        if call.url.endswith("/media"):
            self.uploads.append(call)
            told = json.dumps({"id": f"{9000 + len(self.uploads)}"}).encode()
            status, body = self.upload_answer
            return HttpAnswer(status, {}, body or told)
        self.sends.append(json.loads(call.body))
        if any(f'"{id}"' in call.body.decode() for id in self.forgotten):
            error = {"message": "Media upload error", "code": self.code}
            return HttpAnswer(self.http, {}, json.dumps({"error": error}).encode())
        return HttpAnswer(200, {}, b'{"messages":[{"id":"wamid.1"}]}')


def sent(message: Outbound, desk: Desk, provider: Any = meta, settings: Any = META) -> list[Accepted]:
    """Render and send all parts."""
    parts = provider.render(message).parts
    return [desk.run(provider.send(part, TO, "c", settings)) for part in parts]


def fields(call: HttpRequest) -> dict[str, Any]:
    """A form's fields as a server reads them, with b"BYTES" as the file."""
    head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + call.body + b"BYTES" + call.after, policy=policy.HTTP)
    return {part.get_param("name", header="content-disposition"): part for part in parts.iter_parts()}


@pytest.mark.parametrize(
    ("provider", "settings", "url", "headers"),
    [
        (meta, META, "https://graph.facebook.com/v25.0/401122334455667/media",
         {"Authorization": "Bearer token-1"}),
        (dialog360, HUB, "https://waba-v2.360dialog.io/media", {"D360-API-KEY": "key-1"}),
    ],
)  # fmt: skip
def test_a_file_is_uploaded_and_sent_by_its_id(
    provider: Any, settings: Any, url: str, headers: dict[str, str]
) -> None:
    """A form with the three fields of wire.md §2.3, the bytes streamed in between; then one send."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    sent(out.Image(stored="med_1", caption="Mug"), desk, provider, settings)
    (upload,) = cloud.uploads
    assert (upload.method, upload.url, upload.sends, upload.stored) == ("POST", url, False, "med_1")
    assert headers.items() <= upload.headers.items()
    found = fields(upload)
    assert list(found) == ["messaging_product", "type", "file"]
    assert found["messaging_product"].get_content().strip() == "whatsapp"
    assert found["type"].get_content().strip() == "image/jpeg"
    assert found["file"].get_content_type() == "image/jpeg"
    assert found["file"].get_filename() == "mug.jpg"
    assert found["file"].get_payload(decode=True) == b"BYTES"
    (body,) = cloud.sends
    assert body["image"] == {"id": "9001", "caption": "Mug"}


def test_it_is_uploaded_once_in_a_month() -> None:
    """The id is noted for the number and the bytes, for less than Meta's 30 days."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    for _ in range(3):
        sent(out.Image(stored="med_1"), desk)
    assert len(cloud.uploads) == 1
    assert [body["image"]["id"] for body in cloud.sends] == ["9001"] * 3
    ((key, seconds),) = desk.seconds.items()
    assert key == f"upload:401122334455667:{'ab' * 32}:image/jpeg"
    assert 25 * DAY < seconds < 30 * DAY


def test_another_number_uploads_for_itself() -> None:
    """An id is bound to the number that uploaded."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    sent(out.Image(stored="med_1"), desk)
    sent(out.Image(stored="med_1"), desk, settings=make_settings(phone_number_id="4022"))
    assert [body["image"]["id"] for body in cloud.sends] == ["9001", "9002"]


MANY: list[tuple[Outbound, list[str], list[str]]] = [
    (out.Document(stored="med_2"), ["document"], ["med_2"]),
    (out.Voice(stored="med_3"), ["voice"], ["med_3"]),
    (out.Audio(link="stored:med_3"), ["audio"], ["med_3"]),
    (out.Buttons("x", [out.Button("stored:med_9", "B")], out.Header(image="stored:med_1")), ["image"],
     ["med_1"]),
    (out.CtaUrl("x", "Open", "https://example.org", out.Header(document="stored:med_2")), ["document"],
     ["med_2"]),
    (out.Carousel("x", [out.CarouselCard("a", image="stored:med_1", label="B", url=LINK)] * 2),
     ["image"], ["med_1"]),
    (out.Template("t", "es", header=out.Header(document="stored:med_2", filename="b.pdf")), ["document"],
     ["med_2"]),
    (out.Template("t", "es", components=[
        {"type": "header", "parameters": [{"type": "image", "image": {"link": "stored:med_1"}}]}]),
     ["image"], ["med_1"]),
    (out.Text("stored:med_1"), [], []),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kinds", "stored"), MANY)
def test_files_are_found_wherever_they_stand(message: Outbound, kinds: list[str], stored: list[str]) -> None:
    """In files, heads, cards and templates, each asked for as what it goes; words and ids of buttons that
    look alike are left alone."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    sent(message, desk)
    assert [call.stored for call in cloud.uploads] == stored
    assert desk.kinds == kinds
    (body,) = cloud.sends
    assert [word for word in json.dumps(body).split('"') if word in ("stored:med_1", "stored:med_2")] == (
        ["stored:med_1"] if isinstance(message, out.Text) else []
    )


def test_a_document_without_a_name_has_the_files_own() -> None:
    """One with a name keeps it."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    sent(out.Document(stored="med_2"), desk)
    sent(out.Document(stored="med_2", filename="x.pdf"), desk)
    assert [body["document"]["filename"] for body in cloud.sends] == ["bill 7.pdf", "x.pdf"]


@pytest.mark.parametrize("code", [33, 100, 131009, 131053])
def test_an_id_that_is_not_known_any_more_is_made_anew(code: int) -> None:
    """Refused as unknown, it is forgotten, uploaded once more and sent by the new id."""
    cloud = Cloud(code)
    desk = Desk(cloud, *FILES)
    sent(out.Image(stored="med_1"), desk)
    cloud.forgotten = {"9001"}
    (accepted,) = sent(out.Image(stored="med_1"), desk)
    assert accepted.message_id == "wamid.1"
    assert [body["image"]["id"] for body in cloud.sends] == ["9001", "9001", "9002"]
    assert next(iter(desk.notes.values())) == "9002"


def test_a_second_refusal_is_the_end() -> None:
    """Two uploads and two refused sends, not more; and a fresh upload that is refused is not repeated."""
    cloud = Cloud()
    desk = Desk(cloud, *FILES)
    sent(out.Image(stored="med_1"), desk)
    cloud.forgotten = {"9001", "9002"}
    with pytest.raises(ProviderError) as caught:
        sent(out.Image(stored="med_1"), desk)
    assert caught.value.kind == "media"
    assert len(cloud.uploads) == 2
    fresh = Cloud()
    fresh.forgotten = {"9001"}
    with pytest.raises(ProviderError):
        sent(out.Image(stored="med_1"), Desk(fresh, *FILES))
    assert (len(fresh.uploads), len(fresh.sends)) == (1, 1)


@pytest.mark.parametrize(("code", "http"), [(131000, 500), (131016, 500), (100, 500), (131047, 400)])
def test_what_may_have_been_sent_is_never_sent_again(code: int, http: int) -> None:
    """In doubt, or refused for another reason: one send."""
    cloud = Cloud(code, http)
    desk = Desk(cloud, *FILES)
    sent(out.Image(stored="med_1"), desk)
    cloud.forgotten = {"9001"}
    with pytest.raises(ProviderError):
        sent(out.Image(stored="med_1"), desk)
    assert len(cloud.sends) == 2
    assert len(cloud.uploads) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error":{"code":100,"message":"Param file must be a file with a supported type"}}', "media"),
        (400, b'{"error":{"code":131053,"message":"m"}}', "media"),
        (413, b"", "media"),
        (401, b'{"error":{"code":190,"message":"m"}}', "auth"),
        (429, b"", "rate_limited"),
        (500, b"", "unavailable"),
        (200, b"{}", "unavailable"),
        (200, b"oops", "unavailable"),
    ],
)
def test_an_upload_that_fails_sends_nothing(status: int, body: bytes, kind: str) -> None:
    """And is never in doubt: an upload puts no message on its way."""
    cloud = Cloud()
    cloud.upload_answer = status, body
    with pytest.raises(ProviderError) as caught:
        sent(out.Image(stored="med_1"), Desk(cloud, *FILES))
    assert (caught.value.kind, cloud.sends) == (kind, [])


def test_a_file_that_is_not_there_sends_nothing() -> None:
    """The gateway's own word goes on."""
    cloud = Cloud()
    with pytest.raises(ProviderError, match="there is no file"):
        sent(out.Image(stored="med_9"), Desk(cloud, *FILES))
    assert not cloud.sends


@pytest.mark.parametrize(
    "message",
    [out.Image(stored="a", link="https://example.org/a"), out.Image(stored="a", media_id="9"), out.Image(),
     out.Image(link="stored:"), out.Image(stored="a", data=b"x")],
)  # fmt: skip
def test_a_file_is_named_in_one_way(message: Outbound) -> None:
    """By link, upload, stored id: exactly one."""
    with pytest.raises(SendRefused):
        meta.render(message)


@given(st.text(max_size=60), st.text(max_size=40))
def test_whatever_a_file_is_called_the_form_is_whole(name: str, mime: str) -> None:
    """Three fields, and the file's bytes as they are."""
    call = form(StoredFile("m", mime, 5, "ab" * 32, name.encode("utf-8", "replace").decode()), reached(META))
    found = fields(call)
    assert set(found) == {"messaging_product", "type", "file"}
    assert found["file"].get_payload(decode=True) == b"BYTES"
