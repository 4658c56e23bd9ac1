"""The few words that the gateway adds."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from gateway.fit.words import LANGUAGES, words_for
from gateway.model.capability import Limits


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words(language: str) -> None:
    """Each its own, on one line, and the button within its limit."""
    words = asdict(words_for(language))

    assert all(text.strip() == text != "" and "\n" not in text for text in words.values())
    assert len(words["choose"]) <= Limits().list_button
    assert language == "en" or not set(words.values()) & set(asdict(words_for("en")).values())


def test_a_language_is_found_by_its_first_part() -> None:
    """Others get English."""
    assert words_for("pt-BR") == words_for("pt_PT") == words_for("PT")
    assert words_for("xx") == words_for("") == words_for("en-GB")
