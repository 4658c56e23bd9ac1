"""Strategies for messages of every kind: mostly good, often at a limit, sometimes just over it.

They are made from the model's own types, so a new kind or field is drawn without a change here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.model import outbound as out
from providers.meta_cloud.limits import LIMITS

T = TypeVar("T")

EMOJI = ["👍", "👍🏽", "❤️", "🇪🇸", "👨‍👩‍👧‍👦", "1️⃣", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"]
LETTERS = st.characters(categories=["L", "Nd", "Po", "Pd", "Zs"])
#: Where a text's limit is not 40; near-limit texts are drawn around it.
SIZES: dict[str, int] = {
    "List.text": LIMITS.list_body,
    "text": LIMITS.interactive_body,
    "CarouselCard.text": LIMITS.card_text,
    "footer": LIMITS.footer,
    "List.header": LIMITS.header,
    "ProductList.header": LIMITS.header,
    "Header.text": LIMITS.header,
    "Button.id": LIMITS.card_button_id,
    "Button.title": LIMITS.button_title,
    "Row.id": LIMITS.row_id,
    "Row.title": LIMITS.row_title,
    "description": LIMITS.row_description,
    "Section.title": LIMITS.section_title,
    "ProductSection.title": LIMITS.section_title,
    "List.button": LIMITS.list_button,
    "label": LIMITS.label,
    "FlowForm.label": LIMITS.flow_label,
    "payload": LIMITS.payload,
    "message_id": LIMITS.message_id,
    "code": LIMITS.copy_code,
}
#: How many entries a list takes at most, where that is not 3.
COUNTS = {"rows": 6, "sections": 3, "buttons": 3, "cards": 10, "skus": 12}


def seldom(good: st.SearchStrategy[T], other: st.SearchStrategy[T], one_in: int = 12) -> st.SearchStrategy[T]:
    """*good*, and once in a while *other*."""
    return st.integers(1, one_in).flatmap(lambda drawn: other if drawn == one_in else good)


def words(limit: int) -> st.SearchStrategy[str]:
    """A text of at most *limit*, often near it; seldom over it, blank, or with strange signs."""
    short = st.text(LETTERS, min_size=1, max_size=min(limit, 12))
    near = st.integers(limit - 2, limit).flatmap(lambda size: st.just("a" * size))
    strange = st.sampled_from(["", " ", "a" * (limit + 1), "a\nb", "a     b", "\ud83d", "\0", *EMOJI])
    return seldom(seldom(short, near, 5), strange, 25)


LINKS = seldom(
    st.sampled_from(["https://example.org/a.jpg", "http://example.org/?a=1#b"]),
    st.sampled_from(
        ["", "ftp://example.org", "https://", "https://a b", "https://example.org/" + "a" * 2000]
    ),
    25,
)
MEDIUM = LINKS | st.sampled_from(["900200000000001", "9001"])
#: Up to 12,000 characters.
PROSE = st.builds(lambda piece, times: piece * times, st.text(LETTERS, max_size=30), st.integers(1, 400))
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "Text.text": words(LIMITS.text) | PROSE,
    "ProductList.header": words(LIMITS.header),
    "FlowForm.label": words(LIMITS.flow_label),
    "FlowForm.flow_id": words(40),
    "FlowForm.flow_name": words(40),
    "caption": words(LIMITS.caption) | PROSE | st.just(""),
    "link": LINKS,
    "url": LINKS,
    "image": MEDIUM,
    "video": MEDIUM,
    "document": MEDIUM,
    "gif": MEDIUM,
    "emoji": seldom(st.sampled_from(["", *EMOJI]), words(3), 5),
    "birthday": seldom(st.dates().map(str), words(10), 5) | st.just(""),
    "wa_id": seldom(st.just("34600999888"), words(8), 5) | st.just(""),
    "CardPhone.phone": seldom(st.just("+34600999888"), words(15), 5),
    "currency": seldom(st.just("EUR"), words(3)),
    "language": seldom(st.sampled_from(["es", "en_US", "fil"]), words(8), 20),
    "country": seldom(st.just("IN"), words(2)),
    "Template.name": seldom(st.just("visit_reminder"), words(512), 20),
    "latitude": seldom(st.floats(-90, 90), st.floats()),
    "longitude": seldom(st.floats(-180, 180), st.floats()),
    "minutes": seldom(st.integers(0, 43_200), st.integers()),
    "amount_1000": seldom(st.integers(0, 10**9), st.integers()),
    "offer_until": seldom(st.just(0) | st.just(1_794_986_400_000_000), st.integers()),
    "reply_to": seldom(st.sampled_from(["", "wamid.SU5C"]), words(512)),
    "category": seldom(st.just(""), st.sampled_from(["utility", "authentication"]), 4),
    "extra": st.just({}),
    "components": st.just([]),
    "AddressRequest.values": st.dictionaries(words(10), words(10) | st.integers(), max_size=2),
    "SavedAddress.values": st.dictionaries(words(10), words(10), max_size=2),
    "FlowForm.data": st.dictionaries(words(10), words(10) | st.integers(-5, 5) | st.none(), max_size=2),
    "FlowStart.data": st.dictionaries(words(10), words(10) | st.integers(-5, 5) | st.none(), max_size=2),
    "data": st.just(b""),
    "stored": st.just(""),
}


def field(owner: type, named: msgspec.inspect.Field) -> st.SearchStrategy[Any]:
    """Values of one field."""
    name, long = named.name, f"{owner.__name__}.{named.name}"
    special = SPECIAL.get(long, SPECIAL.get(name))
    if special is not None:
        return special
    made = values(named.type, SIZES.get(long) or SIZES.get(name) or 40, COUNTS.get(name, 3))
    if isinstance(named.type, msgspec.inspect.StrType) and not named.required:
        return st.just("") | made  # what can be left out often is
    return made


def values(kind: Any, limit: int, most: int) -> st.SearchStrategy[Any]:
    """Values of a type; texts of about *limit*, lists of up to *most*."""
    info = msgspec.inspect
    if isinstance(kind, info.StructType):
        return structs(kind.cls)
    if isinstance(kind, info.UnionType):
        return st.one_of([values(one, limit, most) for one in kind.types])
    if isinstance(kind, (info.ListType, info.CollectionType)):
        item = values(kind.item_type, limit, most)
        return seldom(st.lists(item, min_size=1, max_size=most), st.lists(item, max_size=most + 1))
    if isinstance(kind, info.DictType):
        return st.dictionaries(words(8), values(kind.value_type, limit, most), max_size=3)
    if isinstance(kind, info.LiteralType):
        return st.sampled_from(kind.values)
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        info.StrType: words(limit),
        info.IntType: st.integers(),
        info.FloatType: st.floats(),
        info.BoolType: st.booleans(),
        info.NoneType: st.none(),
    }
    return scalars[type(kind)]


def structs(cls: type) -> st.SearchStrategy[Any]:
    """Messages or their pieces; what excludes each other is mostly sorted out."""
    info = msgspec.inspect.type_info(cls)
    assert isinstance(info, msgspec.inspect.StructType)
    drawn = st.builds(cls, **{named.encode_name: field(cls, named) for named in info.fields})
    mend = next((made for kind, made in MENDS.items() if issubclass(cls, kind)), None)
    return seldom(st.composite(mend)(drawn), drawn, 15) if mend else drawn


def _one_of(draw: Any, value: Any, *names: str) -> Any:
    """*value* with all of *names* but one at their defaults."""
    kept = draw(st.sampled_from(names))
    blank = {named.name: named.default for named in msgspec.structs.fields(type(value))}
    return replace(value, **{name: blank[name] for name in names if name != kept})


def _media(draw: Any, drawn: Any) -> Any:
    return _one_of(draw, draw(drawn), "link", "media_id")


def _header(draw: Any, drawn: Any) -> Any:
    head = _one_of(draw, draw(drawn), "text", "image", "video", "document")
    return replace(head, filename=head.filename if head.document else "", parameter="", gif="")


def _flow(draw: Any, drawn: Any) -> Any:
    form = _one_of(draw, draw(drawn), "flow_id", "flow_name")
    return form if form.screen else replace(form, data={})


def _numbered(items: Any) -> list[Any]:
    """Pieces with ids and titles of their own."""
    return [
        replace(item, id=f"{index}{item.id[1:]}", title=f"{index}{item.title[1:]}")
        for index, item in enumerate(items)
    ]


def _buttons(draw: Any, drawn: Any) -> Any:
    message = draw(drawn)
    return replace(message, buttons=_numbered(message.buttons))


def _list(draw: Any, drawn: Any) -> Any:
    message = draw(drawn)
    left, sections = iter("abcdefghijklmnopqrstuvwxyz"), []
    for section in message.sections:
        rows = [replace(row, id=next(left) + row.id[1:]) for row in section.rows]
        sections.append(replace(section, rows=rows))
    return replace(message, sections=sections)


def _carousel(draw: Any, drawn: Any) -> Any:
    """Cards of one shape."""
    message = draw(drawn)
    shape, cards = draw(st.sampled_from(["link", "replies", "product"])), []
    for card in message.cards:
        if shape == "product":
            cards.append(out.CarouselCard(sku=card.sku or "SKU-1"))
            continue
        picture = {"image": card.image or "9001", "video": "", "sku": ""}
        tapped = {"label": "", "url": "", "buttons": [out.Button("a", "A"), out.Button("b", "B")]}
        linked = {"label": card.label or "Buy", "url": card.url or "https://example.org", "buttons": ()}
        cards.append(replace(card, **picture, **(linked if shape == "link" else tapped)))
    return replace(
        message, cards=cards * (2 if len(cards) == 1 else 1), catalog_id="7" * (shape == "product")
    )


def _template(draw: Any, drawn: Any) -> Any:
    template = _one_of(draw, draw(drawn), "header", "place", "product")
    cards = template.cards if draw(st.booleans()) else []
    buttons = template.buttons[:1] if draw(st.booleans()) else draw(st.just(["p", None, "url:a"]))
    coded = any(isinstance(button, out.OneTimeCode) for button in buttons)
    return replace(template, cards=cards, buttons=buttons, values=[] if coded else template.values)


def _template_card(draw: Any, drawn: Any) -> Any:
    card = _one_of(draw, draw(drawn), "header", "place", "product")
    return replace(
        card, buttons=draw(st.sampled_from([[], ["more"], ["more", "url:a"], [out.CopyCode("A")]]))
    )


MENDS: dict[type, Callable[..., Any]] = {
    out.Media: _media,
    out.Header: _header,
    out.FlowForm: _flow,
    out.Buttons: _buttons,
    out.List: _list,
    out.Carousel: _carousel,
    out.Template: _template,
    out.TemplateCard: _template_card,
}
