"""Answers as people send them: with thanks, with marks, with spaces that nobody sees."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from gateway.flows import fields
from gateway.flows.fields import Answer, Field
from gateway.model import inbound
from tests.flows.fields.reading import read, refusal


def test_an_amount_fits_a_column_of_the_database() -> None:
    """In its smallest units too: a bigint holds less than 10^19."""
    assert read(fields.money(currency="KES"), "9999999999999999").minor == 999999999999999900
    for text in ("999999999999999999", "-99999999999999999"):
        assert refusal(fields.money(currency="KES", low=None), text).startswith("Please write an amount")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (fields.money(currency="JPY"), "500.5", "Please write a whole amount, without decimals."),
        (fields.decimal(places=0), "2.5", "Please write a whole number, such as 3."),
        (fields.decimal(places=1), "1.25", "Please write a number with at most one decimal."),
        (fields.decimal(places=2), "1.2555", "Please write a number with at most 2 decimals."),
    ],
)
def test_how_many_decimals_are_too_many(field: Field[object], text: str, words: str) -> None:
    """None and one are said in words; more than a number can have are no limit."""
    assert refusal(field, text) == words
    assert read(fields.decimal(places=20), "123456789012345678.5") == Decimal("123456789012345678.5")


@pytest.mark.parametrize(
    "text",
    [
        "Yes please",
        "sí, por favor",
        "ndiyo tafadhali",
        "Sawa sawa",
        "ok 👍",
        "yes!! 👍🏿",
        "claro, gracias",
        "👌",
    ],
)
def test_yes_is_read_with_thanks(text: str) -> None:
    """Whoever is polite has answered too."""
    assert read(fields.yes_no, text) is True


@pytest.mark.parametrize(
    "text", ["No thanks", "no, gracias", "Hapana, asante sana", "no no", "No, thank you."]
)
def test_no_is_read_with_thanks(text: str) -> None:
    """Whoever is polite has answered too; who says both, or something else, has not."""
    assert read(fields.yes_no, text) is False
    for unclear in ("yes no", "no problem", "thanks", "please", "yes but blue", "", "!"):
        assert refusal(fields.yes_no, unclear) == "Please answer yes or no."


@pytest.mark.parametrize("text", ["pizza", "Pizza!", "🍕 pizza.", "#1", "(1)", "1️⃣"])
def test_a_choice_is_said_without_its_emoji(text: str) -> None:
    """Marks and emoji around the words do not count, as they do not in a menu."""
    assert read(fields.choice({"p": "🍕 Pizza", "t": "Té"}), text) == "p"
    assert read(fields.choice({"up": "👍", "down": "👎"}), "👎") == "down"
    assert read(fields.choice({"more": "+1", "less": "-1"}), "-1") == "less"
    assert refusal(fields.choice({"a": "A+", "b": "A"}), "a!!") == "Please choose one of the options."


@pytest.mark.parametrize("text", ["\u200f", "\u200b \u2060", "\u3164", "\u2800\u2800", "\ufe0f"])
def test_what_nobody_can_see_is_no_text(text: str) -> None:
    """Some apps send an empty message in this way."""
    assert refusal(fields.text, text) == "Please answer in words."


def test_a_day_is_read_with_spaces_between_its_numbers() -> None:
    """Also as Swahili counts the months."""
    assert read(fields.date, "24 12 2026") == date(2026, 12, 24)
    assert read(fields.date, "tarehe 24 mwezi wa 12") == date(2026, 12, 24)
    assert refusal(fields.date, "24 12").startswith("Please write a day")


@pytest.mark.parametrize("text", ["3p.m.", "3:00p.m.", "3 p.m.", "3 P. M."])
def test_a_time_is_read_with_dots(text: str) -> None:
    """With a space before them or without."""
    assert read(fields.time, text) == time(15)


def test_a_phone_is_read_with_two_zeros_for_the_plus() -> None:
    """Wherever the contact is, also where other digits are dialled to call abroad."""
    for country in ("KE", "ES", "US", ""):
        assert read(fields.phone, "00254 712 345678", country=country) == "+254712345678"


@pytest.mark.parametrize(
    ("text", "value"),
    [("Yes", True), ("si", True), ("ok", True), ("no gracias", False), ("2", False), ("Nein", False)],
)
def test_a_question_of_yes_or_no_is_answered_in_any_words(text: str, value: bool) -> None:
    """The words of the two buttons, their numbers, and all that `fields.yes_no` reads."""
    field = fields.Agreement({"yes": "Ja", "no": "Nein"})
    assert (read(field, text) == "yes") is value
    assert refusal(field, "maybe") == "Please choose one of the options."
    assert field.read(Answer(inbound.ButtonReply("no"), "Nein", "no")) == "no"
