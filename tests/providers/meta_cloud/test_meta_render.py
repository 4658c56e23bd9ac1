"""Every kind is carried, limits refuse by name, losses are told."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.capability import Loss
from gateway.model.outbound import Outbound
from providers.meta_cloud import provider
from tests.providers.meta_cloud.test_meta_golden import INBOUND, MESSAGES

CARDS = [
    out.CarouselCard(f"Item {i}", f"https://cdn.example.org/{i}.jpg", "", "Buy", f"https://example.org/p/{i}")
    for i in (0, 1)
]


def test_every_kind_of_ours_is_carried() -> None:
    """Each outbound kind has a level in the table, and one that we know renders."""
    tags = {kind.__struct_config__.tag for kind in get_args(Outbound)}
    assert set(provider.capabilities.levels) == tags
    others: list[Outbound] = [
        out.Audio(link="https://x.example/a.mp3"),
        out.AddressRequest("Where to?"),
        out.Pin(INBOUND),
        out.CallPermissionRequest("May we call?"),
        out.CallButton("Talk to us", "Call now"),
    ]
    seen = {type(message) for message in [*MESSAGES.values(), *others]}
    assert seen == set(get_args(Outbound))
    kinds = ["audio", "interactive", "pin", "interactive", "interactive"]
    assert [provider.render(message).parts[0]["type"] for message in others] == kinds


def test_an_empty_text_is_a_loss_and_not_an_error() -> None:
    """Nothing is sent, and the log says so."""
    rendered = provider.render(out.Text(" \n"))
    assert rendered.parts == ()
    assert [(loss.what, loss.how) for loss in rendered.losses] == [("text", "dropped")]


def test_a_long_text_is_split_and_quoted_once() -> None:
    """Parts break at a paragraph; only the first one quotes."""
    fitted = fit(out.Text("a" * 4000 + "\n\n" + "b" * 4000, reply_to=INBOUND), provider.capabilities)
    parts = [provider.render(one).parts[0] for one in fitted.messages]
    assert [part["text"]["body"] for part in parts] == ["a" * 4000, "b" * 4000]
    assert ["context" in part for part in parts] == [True, False]
    assert fitted.losses == (Loss("text", "split", "in 2 messages"),)


def test_a_long_caption_follows_as_text() -> None:
    """The picture goes without its words, which come after it."""
    long = out.Image(link="https://x.example/a.jpg", caption="w " * 600)
    fitted = fit(long, provider.capabilities)
    parts = [provider.render(one).parts[0] for one in fitted.messages]
    assert [part["type"] for part in parts] == ["image", "text"]
    assert "caption" not in parts[0]["image"]
    assert fitted.losses[0].how == "split"


B = out.Button("a", "A")
R = out.Row("a", "A")
S = out.Section("S", [R])


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (out.Text("x" * 4097), "text.*4096"),
        (out.Image(link="https://x.example/a", caption="x" * 1025), "caption.*1024"),
        (out.Buttons("x", []), "buttons.*1 to 3"),
        (out.Buttons("x", [out.Button(str(i), str(i)) for i in range(4)]), "buttons.*1 to 3"),
        (out.Buttons("x", [B, out.Button("a", "B")]), r"buttons\[1\].id.*unique"),
        (out.Buttons("x", [B, out.Button("b", "A")]), r"buttons\[1\].title.*unique"),
        (out.Buttons("x", [out.Button("a", "t" * 21)]), r"buttons\[0\].title.*20"),
        (out.Buttons("x", [out.Button("i" * 257, "t")]), r"buttons\[0\].id.*256"),
        (out.Buttons("", [B]), "text is empty"),
        (out.Buttons("x" * 1025, [B]), "text.*1024"),
        (out.Buttons("x", [B], "h" * 61), "header.*60"),
        (out.Buttons("x", [B], out.Header(text="h", image="1")), "header has several"),
        (out.Buttons("x", [B], footer="f" * 61), "footer.*60"),
        (out.List("x" * 4097, "b", [S]), "text.*4096"),
        (out.List("x", "b" * 21, [S]), "button.*20"),
        (out.List("x", "b", []), "sections.*1 to 10"),
        (out.List("x", "b", [out.Section("s", [])]), "rows"),
        (out.List("x", "b", [out.Section("s", [out.Row(str(i), "t") for i in range(11)])]), "rows.*1 to 10"),
        (out.List("x", "b", [S, out.Section("", [out.Row("b", "B")])]), r"sections\[1\].title is empty"),
        (out.List("x", "b", [out.Section("s" * 25, [R])]), r"sections\[0\].title.*24"),
        (out.List("x", "b", [out.Section("s", [R, R])]), r"rows\[1\].id.*unique"),
        (out.List("x", "b", [out.Section("s", [out.Row("a", "t" * 25)])]), r"rows\[0\].title.*24"),
        (out.List("x", "b", [out.Section("s", [out.Row("a", "t", "d" * 73)])]), r"rows\[0\].description.*72"),
        (out.List("x", "b", [out.Section("s", [out.Row("i" * 201, "t")])]), r"rows\[0\].id.*200"),
        (out.CtaUrl("x", "l" * 21, "https://x.example"), "label.*20"),
        (out.ProductList("x", "1", [out.ProductSection("s", ["a"])]), "header is empty"),
        (out.Image(), "exactly one"),
        (out.Image(link="https://x.example/a", media_id="1"), "exactly one"),
        (out.Image(link="file:///etc/passwd"), "https"),
        (out.Location(latitude=91, longitude=0), "latitude"),
        (out.Contacts([]), "contacts.*1 to 257"),
        (out.Reaction(""), "message_id is empty"),
        (out.Template("Bad Name", "en"), "name"),
        (out.Template("ok", ""), "language"),
        (out.Template("ok", "en", [""]), r"values\[0\] is empty"),
        (out.Carousel("x", CARDS[:1]), "cards.*2 to 10"),
        (out.Carousel("x", [CARDS[0], out.CarouselCard("t", "1", buttons=[B])]), "same kind"),
        (out.FlowForm("x", "1", "l", data={"a": 1}), "data needs the screen"),
    ],
    ids=range(38),
)
def test_what_is_over_a_limit_is_refused_by_name(message: Outbound, names: str) -> None:
    """The error names the field and the limit, so that its author can mend it."""
    with pytest.raises(SendRefused, match=names):
        provider.render(message)


def test_extra_is_merged_into_the_body() -> None:
    """The escape hatch reaches into objects; another provider's is left alone."""
    extra: dict[str, dict[str, Any]] = {
        "meta_cloud": {"text": {"preview_url": True}, "category": "utility"},
        "twilio": {"x": 1},
    }
    (part,) = provider.render(out.Text("Hi", extra=extra)).parts
    assert part["text"] == {"body": "Hi", "preview_url": True}
    assert part["category"] == "utility"
    assert "x" not in part
