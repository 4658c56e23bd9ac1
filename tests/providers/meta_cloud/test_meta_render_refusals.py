"""What WhatsApp would refuse is refused before the call, with the field's path and the limit."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import SendRefused
from gateway.model import outbound as out
from gateway.model.capability import Loss
from gateway.model.outbound import Outbound
from gateway.provider import ProviderError
from providers.meta_cloud import provider
from tests.providers.meta_cloud.conftest import make_settings

SETTINGS = make_settings()
LINK = "https://example.org/p/1"
B = out.Button("a", "A")


def card(**given: Any) -> out.CarouselCard:
    """A good card of a carousel, with *given* in place of ours."""
    return out.CarouselCard(**({"text": "Mug", "image": "9001", "label": "Buy", "url": LINK} | given))


def replies(*buttons: out.Button) -> out.CarouselCard:
    """A card with reply buttons."""
    return card(label="", url="", buttons=buttons)


def carousel(second: out.CarouselCard, **given: Any) -> out.Carousel:
    """A carousel with a good first card."""
    return out.Carousel("x", [card(), second], **given)


def template(**given: Any) -> out.Template:
    """A template send."""
    return out.Template("t", "es", **given)


def buttons(*values: Any) -> out.Template:
    """A template send with buttons."""
    return template(buttons=list(values))


def contact(**given: Any) -> out.Contacts:
    """The second card of two."""
    return out.Contacts([out.Card("Ana"), out.Card("Ana", **given)])


S = [out.ProductSection("s", ["a"])]
TIMES = out.Section("Monday", [out.Row("a", "A")])

REFUSALS: list[tuple[Outbound, str]] = [
    # files and places
    (out.Image(link="ftp://example.org/a"), "link must start with https://"),
    (out.Image(link="https://"), "link must start with https://"),
    (out.Image(link="https://example.org/a b"), "link holds white space"),
    (
        out.CtaUrl("x", "y", "https://example.org/" + "a" * 2000),
        "url has 2020 characters, WhatsApp takes 2000",
    ),
    (out.Sticker(media_id=" "), "media_id is empty"),
    (out.Document(media_id="1", filename=" "), "filename is empty"),
    (out.Location(latitude=float("nan"), longitude=0), "latitude is nan"),
    (out.Location(latitude=0, longitude=180.5), "longitude is 180.5, degrees are within ±180"),
    # reactions and pins
    (out.Reaction("wamid.1", "ok"), "emoji must be one emoji"),
    (out.Reaction("wamid.1", "👍👍"), "emoji must be one emoji"),
    (out.Reaction("wamid.1", "1"), "emoji must be one emoji"),
    (out.Reaction("m" * 513, "👍"), "message_id has 513 characters, WhatsApp takes 512"),
    (out.Pin(""), "message_id is empty"),
    (out.Pin("m", days=2), "days is 1, 7 or 30"),  # type: ignore[arg-type]
    (out.Text("x", reply_to=" "), "reply_to is empty"),
    # contact cards
    (out.Contacts([out.Card(" ")]), "contacts[0].name is empty"),
    (contact(phones=[out.CardPhone("")]), "contacts[1].phones[0].phone is empty"),
    (contact(phones=[out.CardPhone("+34", wa_id="x")]), "contacts[1].phones[0].wa_id has 5 to 15 digits"),
    (contact(emails=[out.CardEmail(" ")]), "contacts[1].emails[0].email is empty"),
    (contact(urls=[out.CardUrl("example.org")]), "contacts[1].urls[0].url must start with https://"),
    (contact(addresses=[out.CardAddress()]), "contacts[1].addresses[0] is empty"),
    (contact(birthday="31.12.1990"), "contacts[1].birthday is a day such as 1990-12-31"),
    (contact(birthday="1990-02-30"), "contacts[1].birthday is a day"),
    (out.Contacts([out.Card("Ana")] * 258), "contacts has 258 items, WhatsApp takes 1 to 257"),
    # interactive messages
    (out.Buttons("x", [B, out.Button("b", " ")]), "buttons[1].title is empty"),
    (out.Buttons("x", [B], out.Header(gif="1")), "header has a gif or a parameter"),
    (out.Buttons("x", [B], out.Header("h", parameter="p")), "header has a gif or a parameter"),
    (out.Buttons("x", [B], out.Header(document="ftp://x")), "header.document must start with https://"),
    (out.Buttons("x", [B], out.Header("h", filename="f")), "header.filename is the name of a document"),
    (out.Buttons("x", [B], footer=" "), "footer is empty"),
    (
        out.List("x", "b", [TIMES, out.Section("T", [out.Row("a", "B")])]),
        "sections[1].rows[0].id repeats that of sections[0].rows[0]",
    ),
    (out.List("x", "b", [out.Section("", [out.Row("", "A")])]), "sections[0].rows[0].id is empty"),
    (out.List("x", "b", [TIMES], header="h" * 61), "header has 61 characters, WhatsApp takes 60"),
    (out.CtaUrl("x", "Open", "mailto:a@example.org"), "url must start with https://"),
    (out.Product("", "a"), "catalog_id is empty"),
    (out.Product("1", ""), "sku is empty"),
    (out.ProductList("x", "1", [*S, out.ProductSection("", ["b"])], "h"), "sections[1].title is empty"),
    (out.ProductList("x", "1", [*S, out.ProductSection("t", [])], "h"), "sections[1].skus has 0 items"),
    (out.ProductList("x", "1", [out.ProductSection("t", ["a"] * 31)], "h"), "sections.skus has 31 items"),
    (out.ProductList("x", "1", S * 11, "h"), "sections has 11 items, WhatsApp takes 1 to 10"),
    (out.FlowForm("x", "1", "Book 📅"), "label has an emoji"),
    (out.FlowForm("x", "1", "l" * 31), "label has 31 characters, WhatsApp takes 30"),
    (out.FlowForm("x", label="l"), "flow_id or flow_name"),
    (out.FlowForm("x", "1", "l", flow_name="n"), "flow_id or flow_name"),
    (out.AddressRequest("x", saved=[out.SavedAddress("")]), "saved[0].id is empty"),
    (out.AddressRequest("x", saved=[out.SavedAddress("a")] * 2), "saved[1].id repeats 'a'"),
    (out.AddressRequest("x", saved=[out.SavedAddress("a", {"b": 1})]), "saved[0].values.b is a text"),
    (out.AddressRequest("x", values={"city": ["Pune"]}), "values.city is a text"),
    (out.AddressRequest("x", country="India"), "country is two capital letters such as IN"),
    (out.CallButton("x", "l" * 21), "label has 21 characters, WhatsApp takes 20"),
    (out.CallButton("x", "l", minutes=-1), "minutes is -1, WhatsApp takes 1 to 43200"),
    # carousels
    (carousel(card(image="", video="")), "cards[1] needs exactly one of image and video"),
    (carousel(card(video="9002")), "cards[1] needs exactly one of image and video"),
    (carousel(card(text="t" * 161)), "cards[1].text has 161 characters, WhatsApp takes 160"),
    (carousel(card(text="a\nb\nc\nd")), "cards[1].text has 3 line breaks, WhatsApp takes 2"),
    (carousel(card(label="l" * 21)), "cards[1].label has 21 characters, WhatsApp takes 20"),
    (carousel(card(url="x")), "cards[1].url must start with https://"),
    (carousel(card(url="")), "cards[1] needs either url and label, or buttons"),
    (carousel(replies(B)), "cards[1] has quick_reply 1, the first card cta_url 0"),
    (out.Carousel("x", [replies(B), replies(B, out.Button("b", "B"))]), "cards[1] has quick_reply 2"),
    (out.Carousel("x", [replies(B)] * 11), "cards has 11 items, WhatsApp takes 2 to 10"),
    (
        out.Carousel("x", [replies(B), replies(out.Button("a", "t" * 21))]),
        "cards[1].buttons[0].title has 21 characters, WhatsApp takes 20",
    ),
    (
        out.Carousel("x", [replies(out.Button("i" * 21, "t"))] * 2),
        "cards[0].buttons[0].id has 21 characters, WhatsApp takes 20",
    ),
    (out.Carousel("x", [replies(B, B)] * 2), "cards[0].buttons[1].id repeats 'a'"),
    (carousel(out.CarouselCard(sku="a"), catalog_id="1"), "cards[1] has product, the first card cta_url"),
    (out.Carousel("x", [out.CarouselCard(sku="a")] * 2), "catalog_id is empty"),
    (out.Carousel("x", [card(sku="a")] * 2, catalog_id="1"), "cards[0].text has no place"),
    (carousel(card(), catalog_id="1"), "catalog_id is for cards of products"),
    # templates
    (template(values=["a", "b\nc"]), "values[1] has a line break, a tab or more than 4 spaces"),
    (template(values={"day": "b\tc"}), "values.day has a line break, a tab"),
    (template(values=["a     b"]), "values[0] has a line break, a tab or more than 4 spaces"),
    (template(values=[out.Day("a\nb")]), "values[0].text has a line break"),
    (template(values=[out.Money("EUR 1", "euro", 1000)]), "values[0].currency is an ISO 4217 code"),
    (template(values=[out.Money("EUR", "EUR", 10**16)]), "values[0].amount_1000 is over"),
    (template(values=["v" * 1025]), "values[0] has 1025 characters, WhatsApp takes 1024"),
    (template(values={"": "v"}), "a name in values is empty"),
    (out.Template("t", "English"), "language is the template's own code, such as es or en_US"),
    (template(header="a\nb"), "header has a line break"),
    (template(header="h" * 61), "header has 61 characters, WhatsApp takes 60"),
    (template(header="h", place=out.Place(0, 0)), "header, place and product exclude each other"),
    (template(place=out.Place(91, 0)), "place.latitude is 91"),
    (template(product=out.ProductHeader("", "a")), "product.catalog_id is empty"),
    (template(header=out.Header(gif="9")), "header.gif goes through the marketing endpoint only"),
    (template(header=out.Header(image="9", parameter="p")), "header.parameter names the variable of a text"),
    (template(header=out.Header(parameter="p")), "header.parameter names the variable of a text"),
    (buttons(*["p"] * 11), "buttons has 11 items, WhatsApp takes 0 to 10"),
    (buttons("p", ""), "buttons[1].payload is empty"),
    (buttons("url:"), "buttons[0].suffix is empty"),
    (buttons("url:a", "p", "url:b", "url:c"), "buttons[3] is one of 3 links, a template has 2"),
    (buttons(out.CopyCode("c" * 16)), "buttons[0].code has 16 characters, WhatsApp takes 15"),
    (buttons(out.CopyCode("c"), out.CopyCode("d")), "buttons[1] is one of 2 codes to copy"),
    (buttons(out.OneTimeCode("1" * 16)), "buttons[0].code has 16 characters, WhatsApp takes 15"),
    (buttons("p", out.OneTimeCode("1")), "buttons has a one-time code behind the first button"),
    (template(values=["2"], buttons=[out.OneTimeCode("1")]), "values of a template with a one-time code"),
    (buttons(out.ProductsStart("", S)), "buttons[0].thumbnail_sku is empty"),
    (buttons(out.ProductsStart("a", [])), "buttons[0].sections has 0 items, WhatsApp takes 1 to 10"),
    (buttons(out.CallStart(minutes=50_000)), "buttons[0].minutes is 50000, WhatsApp takes 1 to 43200"),
    (template(offer_until=-5), "offer_until is the end of the offer"),
    (template(cards=[out.TemplateCard()]), "cards has 1 items, WhatsApp takes 2 to 10"),
    (
        template(cards=[out.TemplateCard(), out.TemplateCard(buttons=[out.CopyCode("c" * 16)])]),
        "cards[1].buttons[0].code has 16 characters",
    ),
    (
        template(cards=[out.TemplateCard(), out.TemplateCard(values=["a\nb"])]),
        "cards[1].values[0] has a line break",
    ),
    (
        template(cards=[out.TemplateCard(buttons=[out.OneTimeCode("1")])] * 2),
        "cards[0].buttons has a one-time code",
    ),
    # Direct Send
    (out.Image(media_id="1", category="utility"), "category cannot go with image"),
    (template(category="utility"), "category cannot go with template"),
    # what is no text at all
    (out.Text("half \ud83d"), "a text holds '\\ud83d', which is no character"),
    (out.FlowForm("x", "1", "l", screen="S", data={"a": {1, 2, object()}}), "a value cannot be written"),
]


@pytest.mark.parametrize(("message", "says"), REFUSALS, ids=[says for _, says in REFUSALS])
def test_the_refusal_names_field_and_limit(message: Outbound, says: str) -> None:
    """So that its author can mend it."""
    with pytest.raises(SendRefused) as caught:
        provider.render(message)
    assert str(caught.value).startswith(f"meta_cloud: {says}")


MISTYPED: list[tuple[Any, str]] = [
    (out.Text(5), "Expected `str`, got `int` - at `$.text`"),  # type: ignore[arg-type]
    (out.Buttons("x", [{"id": "a", "title": 1}]), "at `$.buttons[0].title`"),  # type: ignore[list-item]
    (out.Location(latitude="40", longitude=0), "at `$.latitude`"),  # type: ignore[arg-type]
    (out.Template("t", "es", [7]), "got `int` - at `$.values[0]`"),  # type: ignore[list-item]
    (out.Carousel("x", 3), "at `$.cards`"),  # type: ignore[arg-type]
    ("a text", "Expected `object`, got `str`"),
    (None, "Expected `object`, got `null`"),
]


@pytest.mark.parametrize(("message", "says"), MISTYPED, ids=[says for _, says in MISTYPED])
def test_what_has_the_wrong_type_is_refused_with_its_place(message: Any, says: str) -> None:
    """A plugin may put anything into a field; it is told where."""
    with pytest.raises(SendRefused) as caught:
        provider.render(message)
    assert "the message is not well formed" in str(caught.value)
    assert says in str(caught.value)


def test_a_mapping_in_place_of_a_piece_is_understood() -> None:
    """As in the API."""
    mapped = out.Buttons("x", [{"id": "a", "title": "A"}])  # type: ignore[list-item]
    assert provider.render(mapped) == provider.render(out.Buttons("x", [B]))


@pytest.mark.parametrize(
    "emoji", ["👍", "👍🏽", "❤️", "❤", "🇪🇸", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "👨‍👩‍👧‍👦", "1️⃣", "🏳️‍🌈", "❤️‍🔥", "🧑🏽‍🚀"]
)
def test_every_kind_of_emoji_can_be_reacted_with(emoji: str) -> None:
    """Skin tones, flags, families and keycaps are one emoji."""
    (part,) = provider.render(out.Reaction("wamid.1", emoji)).parts
    assert part["reaction"]["emoji"] == emoji


@pytest.mark.parametrize("label", ["Book #1", "Reservar 2", "Réserver!", "予約"])
def test_a_label_without_emoji(label: str) -> None:
    """Digits, accents and other scripts are no emoji."""
    assert provider.render(out.FlowForm("x", "1", label)).parts


@pytest.mark.parametrize("message", [out.Reaction("wamid.1", "👍", reply_to="w"), out.Pin("w", reply_to="w")])
def test_what_is_about_a_message_quotes_none(message: Outbound) -> None:
    """The quote is left out, and that is told."""
    rendered = provider.render(message)
    assert "context" not in rendered.parts[0]
    assert rendered.losses == (Loss("reply_to", "dropped", "a reaction or a pin quotes nothing"),)


def started(message: Outbound, to: str) -> ProviderError:
    """The error that a send ends with before any call."""
    (part,) = provider.render(message).parts
    with pytest.raises(ProviderError) as caught:
        next(provider.send(part, to, "", SETTINGS))
    assert caught.value.http == 0
    return caught.value


@pytest.mark.parametrize("to", ["ES.90817263544536271", "ES.ENT.55"])
@pytest.mark.parametrize(
    "message", [buttons(out.OneTimeCode("482913")), out.Text("482913", category="authentication")]
)
def test_codes_go_to_phone_numbers_only(message: Outbound, to: str) -> None:
    """Meta would refuse with 131062; it is not asked, and the error says what to do."""
    error = started(message, to)
    assert (error.kind, error.code) == ("invalid", 131062)
    assert "user id" in error.title
    assert "phone" in error.hint


def test_a_pin_goes_to_a_group_only() -> None:
    """Not to a person."""
    assert "group" in started(out.Pin("wamid.1"), "+34600111222").title
