"""The golden files are what is sent, message by message and provider by provider."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from gateway.installed import load_providers
from gateway.model.outbound import Outbound
from tests.golden.catalogue import MESSAGES
from tests.golden.channels import CHANNELS
from tests.golden.files import FOLDER, PAGE, RULES, place, present, wanted, written
from tests.golden.play import HIDDEN, play

MATRIX = [(provider, key) for provider in CHANNELS for key in MESSAGES]


def test_every_kind_and_every_provider_is_in_the_matrix() -> None:
    """All kinds that there are, all providers of ours, and no file too many."""
    assert {type(message) for message in MESSAGES.values()} == set(get_args(Outbound))
    assert set(CHANNELS) == set(load_providers())
    assert present().keys() == {place(*cell) for cell in MATRIX} | {PAGE, RULES}


@pytest.mark.parametrize(("provider", "key"), MATRIX)
def test_what_is_sent_is_what_was_reviewed(provider: str, key: str) -> None:
    """Requests, losses and menu, as the file has them; `make golden` writes the files anew."""
    told = play(load_providers()[provider], CHANNELS[provider], MESSAGES[key])

    assert written(told) == place(provider, key).read_text()


@pytest.mark.parametrize("page", [PAGE, RULES], ids=lambda page: page.name)
def test_the_pages_show_what_is(page: Path) -> None:
    """The matrix is that of the files, the levels those of the providers."""
    assert wanted()[page] == page.read_text()


@pytest.mark.parametrize("key", ["buttons_2", "buttons_5", "buttons_14", "list_14", "document", "text_long"])
@pytest.mark.parametrize("provider", CHANNELS)
def test_what_a_shop_says_every_day_loses_no_word(provider: str, key: str) -> None:
    """Menus of any size, a captioned document, a text of 3,000 characters: nothing is cut or dropped."""
    told = play(load_providers()[provider], CHANNELS[provider], MESSAGES[key])

    assert {loss["how"] for loss in told["losses"]} <= {"converted", "split"}
    options = getattr(MESSAGES[key], "buttons", [])
    assert [each["id"] for each in told.get("menu", {}).get("options", [])][: len(options)] == [
        each.id for each in options
    ]


def test_no_secret_is_in_a_file() -> None:
    """Tokens and keys are hidden, and there are some to hide."""
    texts = [path.read_text() for path in FOLDER.glob("*/*.json")]

    assert all(secret not in text for text in texts for secret in ("token-1", "key-1", "composed-"))
    assert any(HIDDEN in text for text in texts)


def test_menus_are_the_same_everywhere() -> None:
    """The ids, their order, and what comes back are the author's on every provider."""
    for message in MESSAGES.values():
        told = [play(load_providers()[name], golden, message) for name, golden in CHANNELS.items()]
        menus = [each.get("menu") for each in told if each.get("requests")]
        assert all(menu == menus[0] for menu in menus)
