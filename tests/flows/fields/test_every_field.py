"""What holds for every field, whatever a contact sends."""

from __future__ import annotations

import pickle
import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.flows import fields
from gateway.flows.fields import Answer, Field, Invalid
from gateway.language.words import Words
from gateway.model import inbound
from tests.support.examples import examples

FIELDS: list[Field[Any]] = [
    fields.text, fields.text(shortest=2, longest=5), fields.integer, fields.integer(low=1, high=20),
    fields.decimal,
    fields.decimal(places=2, low="0.5"), fields.money, fields.money(currency="KES", low=10, high=1000),
    fields.date,
    fields.date(after="today", before=timedelta(days=30)), fields.time, fields.phone,
    fields.phone(region="KE"),
    fields.email, fields.yes_no, fields.media, fields.media("image", types=("image/",)), fields.location,
    fields.address, fields.choice({"a": "Yes", "b": "2"}),
]  # fmt: skip

PIECES = st.sampled_from(
    ["1", "12", "3.5", ",", ".", " ", "-", "/", "k", "KES", "ksh", "elfu", "mil", "kesho", "in", "days",
     "24", "dec", "de",
     "saa", "pm", "usiku", "@", "a", "com", "°", "https://maps.google.com/?q=", "!3d", "!4d", "geo:", "+254",
     "7", "\n", "٣",
     "½", "²", "①", "๙", "Ⅷ", "\u202e", "\x00", "ı", "ß", "{low}", "{", "²³"]
)  # fmt: skip
TEXTS = (
    st.text(max_size=300)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=8).map(" ".join)
)
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
PHONES = st.builds(inbound.ContactPhone, TEXTS, TEXTS)
FORM = st.sampled_from(["name", "address", "city"])
CONTENTS = st.one_of(
    st.builds(inbound.Location, FLOATS, FLOATS, TEXTS, TEXTS),
    st.builds(inbound.Image, mime_type=TEXTS, caption=TEXTS),
    st.builds(inbound.Document, mime_type=TEXTS, filename=TEXTS),
    st.builds(inbound.AddressReply, st.dictionaries(FORM, TEXTS | st.integers())),
    st.builds(inbound.ButtonReply, TEXTS, TEXTS),
    st.builds(lambda phone: inbound.Contacts((inbound.ContactCard(phones=(phone,)),)), PHONES),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Anything that a contact may send, read anywhere, at any time."""
    text = draw(TEXTS)
    content = draw(st.just(inbound.Text(text)) | CONTENTS)
    return Answer(
        content, text, draw(st.just("") | TEXTS), draw(st.integers(-(2**63), 2**63)),
        draw(st.sampled_from(["en", "es", "sw", "ar", "zh-Hant", "", "xx", "../x"])),
        draw(st.sampled_from(["", "KE", "us", "MX", "XX", "IN", "é"])),
        draw(st.sampled_from(["UTC", "Africa/Nairobi", "", "Africa", "/etc/passwd", "nowhere"])), "m1",
    )  # fmt: skip


@examples(100)
@given(st.sampled_from(FIELDS), answers())
def test_a_field_reads_or_says_why_not(field: Field[Any], answer: Answer) -> None:
    """It raises nothing but Invalid, reads the same twice, and its words can be said in every language."""
    first, second = _outcome(field, answer), _outcome(field, answer)
    assert repr(first) == repr(second)
    if isinstance(first, Invalid) and first.words:
        assert first.words[0].isupper()
        assert "{" not in first.words
        assert first.say(Words("es"))


def _outcome(field: Field[Any], answer: Answer) -> Any:
    try:
        return field.read(answer)
    except Invalid as invalid:
        return invalid


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
@pytest.mark.parametrize(
    "text",
    ["1" * 10_000, "1,1" * 3_000, " " * 10_000, "a@" * 5_000, "a." * 5_000 + "@", "-1.2," * 2_500,
     "?q=" * 3_000,
     "https://x/" + "!3d1" * 2_500, "24 " * 3_000, "saa " * 2_500, "﷽" * 10_000, "٣" * 10_000,
     "KES " * 2_500, "\n" * 10_000],
    ids=range(14),
)  # fmt: skip
def test_a_long_text_is_read_at_once(field: Field[Any], text: str) -> None:
    """No regular expression goes astray in ten thousand characters."""
    began = time.process_time()
    _outcome(field, Answer(inbound.Text(text), text, country="KE"))
    assert time.process_time() - began < 2


def test_the_words_of_a_refusal_are_translated_with_their_values() -> None:
    """The plugin's own from its catalogues, ours from the gateway's; numbers and amounts as the reader writes
    them."""

    class Loud(Words):
        def t(self, text: str, /, **values: object) -> str:
            return "plugin:" + text.format(**values)

        def core(self, text: str, /, **values: object) -> str:
            return "core:" + text.format(**values)

        def money(self, minor: int, currency: str) -> str:
            return f"{minor} {currency}"

    with pytest.raises(Invalid) as ours:
        fields.money(currency="KES", low=50).read(Answer(inbound.Text("1"), "1"))
    assert ours.value.say(Loud()) == "core:Please write an amount of 5000 KES or more."
    assert Invalid("No size {size}.", size=4).say(Loud()) == "plugin:No size 4."
    assert (Invalid("").say(Loud()), Invalid("As {it} is").words) == ("", "As {it} is")
    assert pickle.dumps(fields.phone)
