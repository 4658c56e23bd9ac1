"""Who is spoken to in which language."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.errors import PluginError
from gateway.facts import Tenant
from gateway.hooks.host import Host
from gateway.hooks.mark import hook
from gateway.hooks.offers import Command
from gateway.language.guess import languages_of, region_of
from gateway.language.speech import Speech
from tests.language.catalogues import entry, write

ANA = "+254700000001"
SHOP = """\
from gateway import Command, Chat, Message, hook

@hook.register_commands
def commands():
    return [
        Command("cart", {"en": ["cart", "basket"], "es": ["carrito"]}, "Your cart", run),
        Command("hidden", ["hidden"], "", run),
    ]

async def run(message: Message, chat: Chat, rest: str) -> None: ...
"""


def speech(folder: Path, *plugins: str, **languages: str) -> Speech:
    """The speech of a tenant with *plugins*, each with catalogues in its languages ("es sw")."""
    paths = []
    for name in plugins:
        (folder / f"{name}.py").write_text(SHOP)
        paths.append(folder / f"{name}.py")
        for language in languages.get(name, "").split():
            write(folder / f"{name}_locales", language, entry("Your cart", f"cart in {language}"))
    return Speech(Host.load(paths, entry_points=False, strict=True), lambda tenant: plugins)


@pytest.mark.parametrize(
    ("address", "region", "languages"),
    [
        (ANA, "KE", ("sw", "en")),
        ("+255700000001", "TZ", ("sw", "en")),
        ("+34600111222", "ES", ("es",)),
        ("+5215512345678", "MX", ("es",)),
        ("+18095551234", "DO", ("es",)),
        ("+12125551234", "US", ("en",)),
        ("+77012345678", "KZ", ("ru", "kk")),
        ("+5531987654321", "BR", ("pt",)),
        ("US.1234567890", "", ()),
        ("+", "", ()),
        ("+999123", "", ()),
        ("+٣٤", "", ()),
        ("", "", ()),
    ],
)
def test_what_a_phone_number_tells(address: str, region: str, languages: tuple[str, ...]) -> None:
    """Its country, and what is official or widely spoken there; nothing for what is no phone."""
    assert (region_of(address), languages_of(address)) == (region, languages)


@pytest.mark.parametrize(
    ("home", "known", "said", "address", "expected"),
    [
        ("en", "es sw", "", ANA, "en"),  # the tenant's language is one of Kenya's
        ("sw", "es", "", ANA, "sw"),
        ("es", "sw", "", ANA, "sw"),
        ("es", "fr", "", ANA, "en"),  # what the code says is English
        ("fr", "", "", ANA, "fr"),  # who has no catalogues says one thing only
        ("en", "es", "", "+34600111222", "es"),
        ("en", "sw", "", "+34600111222", "en"),
        ("en", "es", "sw", "+34600111222", "sw"),
        ("en", "es", "pt_br", ANA, "pt-BR"),
        ("en", "es", "not a code", "+34600111222", "es"),
    ],
)
def test_the_language_of_a_contact(
    tmp_path: Path, home: str, known: str, said: str, address: str, expected: str
) -> None:
    """What was said, else what the country speaks and the plugins can, else the tenant's."""
    words = speech(tmp_path, "shop", shop=known).words("shop", Tenant("duka", language=home), said, address)
    assert words.language == expected


def test_a_guess_needs_all_plugins(tmp_path: Path) -> None:
    """One plugin that cannot speak it is enough not to; but it can be chosen."""
    found = speech(tmp_path, "shop", "crm", "bare", shop="es sw", crm="sw")
    tenant = Tenant("duka", language="fr")
    assert found.words("shop", tenant, "", "+34600111222").language == "fr"
    assert found.words("shop", tenant, "", ANA).language == "sw"
    assert found.words("shop", tenant, "", ANA).languages == ("fr", "en", "es", "sw")


def test_what_was_found_once_is_remembered_until_something_changes(tmp_path: Path) -> None:
    """The same words for all contacts of a country; others when the tenant's language or zone is another."""
    found = speech(tmp_path, "shop", shop="es")
    first = found.words("shop", Tenant("duka"), "", ANA)
    assert found.words("shop", Tenant("duka"), "", "+254799999999") is first
    assert found.words("shop", Tenant("duka", "Africa/Nairobi"), "", ANA).time_zone == "Africa/Nairobi"
    assert found.words("shop", Tenant("duka", language="es"), "es", ANA).t("Your cart") == "cart in es"


def test_help_is_in_the_contacts_language(tmp_path: Path) -> None:
    """The first word and the help of each language; words that an earlier plugin has are not taught."""
    found = speech(tmp_path, "shop", "other", shop="es")
    tenant = Tenant("duka")
    assert [(each.words, each.help) for each in found.help(tenant, "es")] == [("CARRITO", "cart in es")]
    assert [(each.words, each.help) for each in found.help(tenant, "sw")] == [("CART", "Your cart")]
    assert [each.reply_id for each in found.help(tenant, "en")] == ["command:shop.cart"]


def test_a_plugin_that_is_not_loaded_speaks_english() -> None:
    """Nothing is missing that could raise."""
    words = Speech(Host()).words("gone", Tenant("duka"), "", ANA)
    assert (words.t("Yes"), words.core("Yes")) == ("Yes", "Yes")
    assert Speech(Host()).words("gone", Tenant("duka"), "sw", ANA).core("Yes") == "Ndiyo"
    assert Speech(Host()).help(Tenant("duka"), "sw") == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"english": ["cart"]}, "'english' is no language"),
        ({"xx": ["cart"]}, "'xx' is no language"),
        ({"en": "cart"}, "must be a list, or a list for each language"),
        ({"en": ["cart", " "]}, "has an empty word"),
    ],
)
def test_words_that_nobody_could_write_are_refused(words: Any, problem: str) -> None:
    """A command that could never be understood keeps its plugin out."""

    async def run(message: object, chat: object, rest: str) -> None: ...

    @hook.register_commands
    def commands() -> list[Command]:
        return [Command("cart", words, "", run)]

    with pytest.raises(PluginError, match=problem):
        Host().register(SimpleNamespace(commands=commands), "shop")
