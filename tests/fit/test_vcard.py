"""Contact cards as vCard files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.fit.vcard import filename, vcards
from gateway.model import outbound as out
from gateway.model.vcard import read_vcards
from tests.support.examples import examples

ANA = out.Card(
    "Ana Ruiz; López, Dr.",
    "+34600999888",
    "Ana",
    "Ruiz",
    "ana@example.org",
    "Ruiz; Sons, SL",
    department="Fruit",
    title="Owner",
    birthday="1990-12-31",
    phones=[out.CardPhone("600 11", "HOME"), out.CardPhone("0600", "CELL", "34600")],
    emails=[out.CardEmail("a@example.org", "HOME")],
    urls=[out.CardUrl("https://example.org/?a=1,\r\n2")],
    addresses=[out.CardAddress("Calle Mayor 1\n2º", "Madrid", "", "28001", "Spain", "ES")],
)


def test_a_card_has_all_that_is_known() -> None:
    """One line each; what separates values is marked."""
    assert vcards([ANA]).decode().split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Ruiz;Ana;;;",
        "FN:Ana Ruiz\\; López\\, Dr.",
        "TEL;TYPE=WORK;waid=34600999888:+34600999888",
        "TEL;TYPE=HOME:600 11",
        "TEL;TYPE=CELL;waid=34600:0600",
        "EMAIL;TYPE=INTERNET:ana@example.org",
        "EMAIL;TYPE=HOME:a@example.org",
        "URL;TYPE=WORK:https://example.org/?a=1,2",
        "ADR;TYPE=WORK:;;Calle Mayor 1\\n2º;Madrid;;28001;Spain",
        "ORG:Ruiz\\; Sons\\, SL;Fruit",
        "TITLE:Owner",
        "BDAY:1990-12-31",
        "END:VCARD",
        "",
    ]


def test_a_file_is_called_after_the_one_person() -> None:
    """Without what a file's name may not hold."""
    assert filename([out.Card("Ana/Ruiz")]) == "Ana Ruiz.vcf"
    assert filename([out.Card("..")]) == "contacts.vcf"
    assert filename([ANA, ANA]) == "contacts.vcf"


@examples(100)
@given(st.builds(out.Card, *[st.text(max_size=120)] * 6), st.integers(1, 3))
def test_any_card_is_a_file_of_whole_lines(card: out.Card, times: int) -> None:
    """No line is over 75 bytes, none begins with anything but a property, and the name comes back."""
    text = vcards([card] * times).decode("utf-8")
    lines = text.split("\r\n")

    assert all(len(line.encode()) <= 75 for line in lines)
    assert not set("".join(lines)) & {"\r", "\n"}
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert unfolded.count("BEGIN:VCARD") == unfolded.count("END:VCARD") == times
    (name,) = {line[3:] for line in unfolded if line.startswith("FN:")}
    plain = name.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    if "\\" not in card.name and "\r" not in card.name:
        assert plain == card.name.encode("utf-8", "replace").decode()


def test_what_is_written_is_what_we_read() -> None:
    """Our own reader of contacts' cards finds every part."""
    (read,) = read_vcards(vcards([ANA]))

    assert (read.name, read.first_name, read.last_name) == (ANA.name, "Ana", "Ruiz")
    assert [(each.phone, each.wa_id) for each in read.phones] == [
        ("+34600999888", "34600999888"),
        ("600 11", ""),
        ("0600", "34600"),
    ]
    assert read.emails == ("ana@example.org", "a@example.org")
    assert (read.company, read.department, read.title) == ("Ruiz; Sons, SL", "Fruit", "Owner")
    assert read.birthday == "1990-12-31"
    assert read.addresses[0]["street"] == "Calle Mayor 1\n2º"
