"""Contact cards out of vCard files."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.inbound import ContactCard, ContactPhone
from gateway.model.vcard import MOST, read_vcards
from tests.support.examples import examples

FULL = """\
BEGIN:VCARD
VERSION:3.0
N:Ruiz;Ana;María;Dra.;PhD
FN:Ana Ruiz
TEL;type=CELL;type=VOICE;waid=34600999888:+34 600 999 888
item1.TEL;type="HOME,VOICE":+34910000000
EMAIL;type=INTERNET;type=WORK:ana@example.org
URL:https://example.org/a\\;b
ADR;type=HOME:;2nd floor;Calle Mayor 1;Madrid;MD;28013;Spain
ORG:Ruiz SL;Sales
TITLE:Head\\, of everything
BDAY:1990-12-31
X-WA-BIZ-NAME:Ruiz
END:VCARD
"""


def one(text: str) -> ContactCard:
    """The only card of *text*, without its own words."""
    (card,) = read_vcards(text.encode())
    return msgspec.structs.replace(card, vcard="")


def test_a_card_says_all_that_its_lines_hold() -> None:
    """Names, phones with their WhatsApp id, mail, address, company, birthday, and its own words."""
    assert one(FULL) == ContactCard(
        name="Ana Ruiz",
        first_name="Ana",
        last_name="Ruiz",
        middle_name="María",
        prefix="Dra.",
        suffix="PhD",
        phones=(
            ContactPhone("+34 600 999 888", "34600999888", "CELL"),
            ContactPhone("+34910000000", "", "HOME"),
        ),
        emails=("ana@example.org",),
        urls=("https://example.org/a;b",),
        addresses=(
            {
                "street": "Calle Mayor 1, 2nd floor",
                "city": "Madrid",
                "state": "MD",
                "zip": "28013",
                "country": "Spain",
                "type": "HOME",
            },
        ),
        company="Ruiz SL",
        department="Sales",
        title="Head, of everything",
        birthday="1990-12-31",
    )
    assert read_vcards(FULL.encode())[0].vcard == FULL.replace("\n", "\r\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_is_one(newline: str) -> None:
    """Also behind a mark of the byte order."""
    text = "\ufeff" + FULL.replace("\n", newline)
    assert one(text) == one(FULL)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FN:Long\n  name", "Long name"),
        ("FN:Long\n\tname", "Longname"),
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9", "José"),
        ("FN;ENCODING=QUOTED-PRINTABLE:Jos=\n=C3=A9", "José"),
        ("fn:lower", "lower"),
        ("FN:a\\nb\\\\c", "a\nb\\c"),
        ("N:Ruiz;Ana", "Ana Ruiz"),
        ("N:Ruiz", "Ruiz"),
        ("ORG:Ruiz SL", "Ruiz SL"),
        ("nonsense", ""),
        ("FN:", ""),
    ],
)
def test_a_name_in_every_spelling(line: str, name: str) -> None:
    """Folded, quoted, escaped, put together from its parts."""
    assert one(f"BEGIN:VCARD\n{line}\nEND:VCARD").name == name


@pytest.mark.parametrize(
    ("line", "phone"),
    [
        ("TEL;CELL;PREF:+1", ContactPhone("+1", "", "CELL")),
        ("TEL;TYPE=work,voice:+1", ContactPhone("+1", "", "WORK")),
        ("TEL;VALUE=uri;TYPE=pref:tel:+1", ContactPhone("+1")),
        ("TEL;waid=abc:+1", ContactPhone("+1")),
        ("TEL:+1", ContactPhone("+1")),
    ],
)
def test_a_phone_in_every_spelling(line: str, phone: ContactPhone) -> None:
    """With what says which one it is."""
    assert one(f"BEGIN:VCARD\n{line}\nEND:VCARD").phones == (phone,)


def test_birthdays_are_dates_where_they_can_be() -> None:
    """Else as they are written."""
    for told, day in (("19901231", "1990-12-31"), ("1990-12-31T00:00", "1990-12-31"), ("--1231", "--1231")):
        assert one(f"BEGIN:VCARD\nBDAY:{told}\nEND:VCARD").birthday == day


def test_several_cards_are_as_many() -> None:
    """One without an end is none, one that begins anew does so; there is a most."""
    assert [card.name for card in read_vcards((FULL + FULL.replace("Ana", "Ben")).encode())] == [
        "Ana Ruiz",
        "Ben Ruiz",
    ]
    assert read_vcards(b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C")[0].name == "B"
    assert len(read_vcards(b"BEGIN:VCARD\nEND:VCARD\n" * (MOST + 5))) == MOST
    assert read_vcards(b"<html>BEGIN:VCARD") == ()


def test_a_card_of_endless_phones_has_some() -> None:
    """A file that was made to keep us busy does not."""
    assert len(one("BEGIN:VCARD\n" + "TEL:+1\n" * 100_000 + "END:VCARD").phones) == 100


LINES = ["BEGIN:VCARD", "END:VCARD", 'TEL;a="b:', "N:;;;;;;;", "ADR:\\;;", "FN;=:=", " x", "ORG:\\"]
TEXT = st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=12)


@examples(300)
@given(st.binary(max_size=300) | TEXT.map(lambda lines: "\n".join(lines).encode("utf-8", "replace")))
def test_whatever_the_bytes_are_there_is_an_answer(data: bytes) -> None:
    """Which any store can write."""
    encoded = msgspec.json.encode(read_vcards(data))
    assert b"\\u0000" not in encoded
    encoded.decode()
