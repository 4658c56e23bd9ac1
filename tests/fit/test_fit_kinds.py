"""Each kind of message where the channel has no such thing, or no room."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.capability import Capabilities, Level, Limits, MediaLimit
from gateway.model.outbound import Outbound
from tests.fit.tables import EVERYTHING

LINK = "https://cdn.example.org/a"
B = [out.Button("yes", "Yes"), out.Button("no", "No")]


def channel(limits: Limits | None = None, **levels: Level) -> Capabilities:
    """A channel that carries everything but what *levels* say; "__" stands for a dot."""
    named: dict[str, Level] = {name.replace("__", "."): level for name, level in levels.items()}
    return Capabilities(EVERYTHING | named, limits or Limits())


def sent(message: Outbound, capabilities: Capabilities, **more: str) -> list[Outbound]:
    """What goes."""
    return list(fit(message, capabilities, **more).messages)


def texts(message: Outbound, capabilities: Capabilities, **more: str) -> list[str]:
    """What goes, when all of it is texts."""
    return [each.text for each in sent(message, capabilities, **more) if isinstance(each, out.Text)]


def hows(message: Outbound, capabilities: Capabilities, **more: str) -> list[tuple[str, str]]:
    """The losses."""
    return [(loss.what, loss.how) for loss in fit(message, capabilities, **more).losses]


def test_an_empty_text_is_not_sent() -> None:
    """That is a loss, and nothing is asked."""
    result = fit(out.Text(" \n"), channel(), quoted="Hi")
    assert (result.messages, result.menu) == ((), None)
    assert [(loss.what, loss.how) for loss in result.losses] == [("text", "dropped")]


def test_a_header_stands_on_top_and_a_footer_at_the_end() -> None:
    """In bold and italics; without marks where the words have them."""
    message = out.Buttons("Confirm?", B, "Visit", "Ruiz SL")
    (made,) = sent(message, channel(buttons__header="fallback", buttons__footer="fallback"))
    assert made == out.Buttons("*Visit*\n\nConfirm?\n\n_Ruiz SL_", B)
    marked = replace(message, header="2 * 3", footer="a_b")
    (made,) = sent(marked, channel(buttons__header="fallback", buttons__footer="fallback"))
    assert made == out.Buttons("2 * 3\n\nConfirm?\n\na_b", B)
    assert hows(message, channel(buttons__header="dropped", buttons__footer="dropped")) == [
        ("footer", "dropped"),
        ("header", "dropped"),
    ]


def test_a_headers_file_goes_first() -> None:
    """Whatever it is, by link, by the id of an upload, or as a file that the gateway keeps."""
    table = channel(buttons__header_media="fallback")
    heads: list[tuple[out.Header, Outbound]] = [
        (out.Header(image=LINK), out.Image(link=LINK)),
        (out.Header(video="9001"), out.Video(media_id="9001")),
        (out.Header(document="stored:7", filename="a.pdf"), out.Document(stored="7", filename="a.pdf")),
    ]
    for head, file in heads:
        assert sent(out.Buttons("Confirm?", B, head), table) == [file, out.Buttons("Confirm?", B)]


def test_a_long_text_goes_first_and_its_end_with_the_buttons() -> None:
    """The header stands where the text begins; nothing stands after the buttons."""
    words = "One two three. " * 10
    first, last = sent(out.Buttons(words, B, "Head", "Foot"), channel(Limits(text=500, interactive_body=60)))
    assert isinstance(first, out.Text)
    assert isinstance(last, out.Buttons)
    assert first.text.startswith("*Head*\n\nOne two three.")
    assert (last.header, last.footer, last.buttons) == ("", "Foot", B)
    assert len(last.text) > 30
    assert f"{first.text} {last.text}".removeprefix("*Head*\n\n") == words.strip()


def test_more_buttons_than_three_are_a_list_and_more_than_ten_a_text() -> None:
    """The list's own button is in the tenant's language; a file goes before it."""
    five = [out.Button(str(n), f"Fruit {n}") for n in "abcde"]
    image, made = sent(out.Buttons("Which?", five, out.Header(image=LINK)), channel(), language="es-MX")
    assert image == out.Image(link=LINK)
    rows = [out.Row(each.id, each.title) for each in five]
    assert made == out.List("Which?", "Elegir", [out.Section("", rows)])
    many = [out.Button(str(n), f"Fruit {n}") for n in range(11)]
    (text,) = texts(out.Buttons("Which?", many), channel(), language="sw")
    assert text.startswith("Which?\n\n1. Fruit 0\n2. Fruit 1\n")
    assert text.endswith("\n11. Fruit 10\n\nJibu kwa nambari au jina.")


def test_a_list_becomes_buttons_where_there_are_no_lists() -> None:
    """When nothing is lost by it; else it is a text."""
    plain = out.List("Which?", "Show", [out.Section("", [out.Row("a", "A"), out.Row("b", "B")])])
    assert sent(plain, channel(list="fallback")) == [
        out.Buttons("Which?", [out.Button("a", "A"), out.Button("b", "B")])
    ]
    detailed = replace(plain, sections=[out.Section("Top", [out.Row("a", "A", "KES 50")])], footer="Now")
    assert texts(detailed, channel(list="fallback")) == [
        "Which?\n\nShow:\n\n*Top*\n1. A — KES 50\n\nReply with the number or the name.\n\n_Now_"
    ]


def test_options_in_several_texts_are_not_parted_from_their_numbers() -> None:
    """Every line is whole, and the last text says how to answer."""
    many = [out.Button(str(n), f"A fruit with the number {n:03}") for n in range(40)]
    pages = texts(out.Buttons("Which one do you want?", many), channel(Limits(text=200)))
    assert len(pages) > 5
    lines = [line for page in pages for line in page.splitlines() if line[:1].isdigit()]
    assert lines == [f"{n + 1}. A fruit with the number {n:03}" for n in range(40)]
    assert pages[-1].endswith("Reply with the number or the name.")


def test_a_long_title_stands_in_full_below_or_makes_a_text() -> None:
    """No word is lost in either."""
    title = "A box of fruit every Monday"
    message = out.List("Which?", "Show", [out.Section("", [out.Row("a", title, "KES 900")])])
    (made,) = sent(message, channel())
    row = out.Row("a", "A box of fruit every…", f"{title} — KES 900")
    assert made == out.List("Which?", "Show", [out.Section("", [row])])
    longer = replace(message, sections=[out.Section("", [out.Row("a", title * 3, "KES 900")])])
    assert f"1. {title * 3} — KES 900" in texts(longer, channel())[0]


def test_sections_that_a_channel_has_not_stand_with_their_rows() -> None:
    """All rows of one or none; the only section's title stands in the text."""
    rows = [out.Row("a", "A", "d" * 60), out.Row("b", "B")]
    two = out.List(
        "Which?", "Show", [out.Section("Sweet fruit", rows), out.Section("Green", [out.Row("c", "C")])]
    )
    (made,) = sent(two, channel(list__sections="fallback"))
    assert made == out.List("Which?", "Show", [out.Section("", [*rows, out.Row("c", "C", "Green")])])
    assert ("sections[0].title", "dropped") in hows(two, channel(list__sections="fallback"))
    one = out.List("Which?", "Show", [out.Section("Sweet", rows)])
    (made,) = sent(one, channel(list__sections="fallback"))
    assert made == out.List("Which?\n\n*Sweet*", "Show", [out.Section("", rows)])


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (out.Buttons("x", []), "buttons has 0"),
        (out.Buttons(" ", B), "text is empty"),
        (out.Buttons("x", [B[0], B[0]]), r"buttons\[1\].id repeats that of buttons\[0\]"),
        (out.Buttons("x", [B[0], out.Button("b", "Yes")]), r"buttons\[1\].title repeats"),
        (out.Buttons("x", [out.Button("", "Yes")]), r"buttons\[0\].id is empty"),
        (out.Buttons("x", [out.Button("a", " ")]), r"buttons\[0\].title is empty"),
        (out.Buttons("x", [out.Button("i" * 257, "A")]), r"buttons\[0\].id has 257"),
        (out.Buttons("x", B, out.Header(text="a", image="1")), "header has several"),
        (out.List("x", "b", []), "sections has 0"),
        (out.List("x", "", [out.Section("", [out.Row("a", "A")])]), "button is empty"),
        (out.List("x", "b", [out.Section("", [])]), r"sections\[0\].rows has 0"),
        (out.List("x", "b", [out.Section("", [out.Row("i" * 201, "A")])]), r"rows\[0\].id has 201"),
        (out.CtaUrl("x", "Open", "ftp://a.example"), "url must start with https"),
        (out.CtaUrl("x", "Open", "https://a b"), "url holds white space"),
        (out.Carousel("x", []), "cards has 0"),
        (out.Carousel("x", [out.CarouselCard()]), r"cards\[0\] has no picture"),
        (out.Carousel("x", [out.CarouselCard("a", label="Buy")]), r"cards\[0\].label"),
        (out.LocationRequest(""), "text is empty"),
        (out.Contacts([]), "contacts has 0"),
    ],
    ids=range(19),
)
def test_what_is_wrong_everywhere_is_refused_by_name(message: Outbound, field: str) -> None:
    """Whether the channel has the kind or only texts."""
    texts_only = Capabilities(dict.fromkeys(EVERYTHING, "fallback") | {"text": "full"})
    for table in (channel(), texts_only):
        with pytest.raises(SendRefused, match=field):
            fit(message, table)


@pytest.mark.parametrize("message", [out.Text(None), out.Buttons("x", [{"id": "a"}]), out.Contacts([3])])  # type: ignore[arg-type,list-item]
def test_what_is_not_well_formed_is_refused(message: Any) -> None:
    """A plugin may put anything into a message."""
    with pytest.raises(SendRefused):
        fit(message, channel(contacts="fallback"))


def test_a_mapping_in_place_of_a_piece_is_understood() -> None:
    """As the API would read it."""
    message: Any = out.Buttons("x", [{"id": "a", "title": "A"}])  # type: ignore[list-item]
    (made,) = sent(message, channel())
    assert made == out.Buttons("x", [out.Button("a", "A")])


def test_captions_follow_where_they_cannot_stand() -> None:
    """In full, after the file."""
    message = out.Document(link=LINK, filename="17.pdf", caption="Your invoice")
    table = channel(document__caption="fallback", document__filename="fallback")
    assert sent(message, table) == [out.Document(link=LINK), out.Text("17.pdf\n\nYour invoice")]
    named = replace(message, link=f"{LINK}/17.pdf")
    assert sent(named, table) == [replace(named, filename="", caption=""), out.Text("Your invoice")]
    kept = replace(message, link="", stored="7")
    assert sent(kept, table) == [replace(kept, caption=""), out.Text("Your invoice")]
    table = channel(document__caption="dropped", document__filename="fallback")
    assert sent(message, table) == [replace(message, filename="", caption=""), out.Text("17.pdf")]


def test_files_of_a_kind_that_is_not_carried() -> None:
    """A sound file for a voice note, a document for a picture, a link for a document."""
    voice = out.Voice(link=LINK)
    assert sent(voice, channel(voice__flag="dropped")) == [out.Audio(link=LINK)]
    assert sent(voice, channel(voice="fallback", audio="fallback")) == [out.Document(link=LINK)]
    image = out.Image(link=LINK, caption="Door")
    assert sent(image, channel(image="fallback")) == [out.Document(link=LINK, caption="Door")]
    nothing = channel(image="fallback", document="fallback")
    assert sent(image, nothing) == [out.Text(f"Door\n\n{LINK}")]
    with pytest.raises(SendRefused, match="give a link"):
        fit(out.Image(media_id="9001"), nothing)


def test_a_sticker_is_a_picture_or_a_file() -> None:
    """As the channel's pictures may be."""
    sticker = out.Sticker(link=LINK)
    assert sent(sticker, channel(sticker="fallback")) == [out.Image(link=LINK)]
    table = Capabilities(EVERYTHING | {"sticker": "fallback"}, media={"image": MediaLimit(("image/png",), 5)})
    assert sent(sticker, table) == [out.Document(link=LINK, filename="sticker.webp")]


def test_a_place_in_words() -> None:
    """With a link that opens a map; or its address beside its name."""
    place = out.Location(latitude=40.4168, longitude=-3.7038, name="Shop", address="Calle Mayor 1")
    assert texts(place, channel(location="fallback")) == [
        "Shop\nCalle Mayor 1\nhttps://maps.google.com/?q=40.4168,-3.7038"
    ]
    assert sent(place, channel(location__address="fallback")) == [
        replace(place, name="Shop, Calle Mayor 1", address="")
    ]
    with pytest.raises(SendRefused, match="latitude"):
        fit(replace(place, latitude=91), channel(location="fallback"))


def test_quotes() -> None:
    """Native, in words, or lost; of a reaction too."""
    text = out.Text("Yes", reply_to="wamid.1")
    assert sent(text, channel()) == [text]
    table = channel(reply_to="fallback", reaction="fallback")
    assert texts(text, table, quoted="Is it\nripe?") == ["> Is it ripe?\nYes"]
    assert texts(text, table) == ["Yes"]
    assert hows(text, table) == [("reply_to", "dropped")]
    assert texts(out.Reaction("wamid.1", "👍"), table, quoted="Ripe?") == ["> Ripe?\n👍"]
    assert sent(out.Reaction("wamid.1", "👍"), channel(reaction="fallback")) == [
        out.Text("👍", reply_to="wamid.1")
    ]
    sound = out.Audio(link=LINK, reply_to="wamid.1")
    assert sent(sound, table, quoted="Ripe?") == [out.Audio(link=LINK)]
    assert hows(sound, table, quoted="Ripe?") == [("reply_to", "dropped")]
    (made,) = texts(text, table, quoted="word " * 60)
    assert made.splitlines()[0].endswith("word…")
    assert len(made.splitlines()[0]) <= 82


def test_requests_in_words() -> None:
    """They say how to answer, in the tenant's language."""
    table = channel(location_request="fallback", contact_request="fallback", address_request="fallback")
    (place,) = texts(out.LocationRequest("¿Dónde?"), table, language="es")
    assert place == "¿Dónde?\n\nToca 📎 o +, elige Ubicación y envíala."
    (phone,) = texts(out.ContactRequest("Nambari?"), table, language="sw")
    assert phone == "Nambari?\n\nAndika nambari yako ya simu pamoja na msimbo wa nchi."
    request = out.AddressRequest(
        "Where?", errors={"pin": "We do not know 411"}, saved=[out.SavedAddress("1", {"a": "Pune"})]
    )
    assert texts(request, table) == ["Where?\n\n• We do not know 411\n\nWrite your full address.\n\n• Pune"]


def test_a_carousel_in_single_messages() -> None:
    """In order, and the numbers run on where there is only text."""
    cards = [
        out.CarouselCard(
            f"Mug {n}", image=LINK, buttons=[out.Button(f"{n}a", "Take"), out.Button(f"{n}b", "More")]
        )
        for n in (1, 2)
    ]
    message = out.Carousel("New", cards)
    assert sent(message, channel(carousel="fallback")) == [
        out.Text("New"),
        *(out.Buttons(card.text, card.buttons, out.Header(image=LINK)) for card in cards),
    ]
    table = channel(
        carousel="fallback", buttons="fallback", list="fallback", image="fallback", document="fallback"
    )
    how = "Reply with the number or the name."
    assert texts(message, table) == [
        "New", LINK, f"Mug 1\n\n1. Take\n2. More\n\n{how}", LINK, f"Mug 2\n\n3. Take\n4. More\n\n{how}",
    ]  # fmt: skip
    menu = fit(message, table).menu
    assert menu is not None
    assert [option.id for option in menu.options] == ["1a", "1b", "2a", "2b"]


def test_extra_goes_with_the_message_of_its_kind() -> None:
    """Its objects once, the rest on every part; and so does the category."""
    extra: dict[str, dict[str, Any]] = {"meta_cloud": {"interactive": {"x": 1}, "flag": True}}
    first, last = sent(
        out.Buttons("word " * 300, B, extra=extra, category="utility"), channel(Limits(interactive_body=900))
    )
    assert (first.extra, last.extra) == ({"meta_cloud": {"flag": True}}, extra)
    assert (first.category, last.category) == ("utility", "utility")
    assert hows(out.Text("x", category="utility"), channel(category="dropped")) == [("category", "dropped")]
