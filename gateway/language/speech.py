"""Who is spoken to in which language, and with which words.

A contact speaks what they chose (`chat.speak`, or the API); else what their number's country speaks, if all
of the tenant's plugins can; else what the tenant does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.facts import CommandHelp, Tenant
from gateway.hooks.host import Host
from gateway.hooks.plugin import Plugin
from gateway.language.catalogue import Catalogues, Texts, read
from gateway.language.codes import base, normal
from gateway.language.commands import words_of
from gateway.language.fold import fold
from gateway.language.guess import languages_of, telling
from gateway.language.words import Words, prepare

if TYPE_CHECKING:
    from gateway.hooks.offers import Command
    from gateway.pipeline.records import OpenEvent

#: Answers that are remembered, of each kind.
KEPT = 10_000
LOCALES = Path(__file__).parent.parent / "locales"

_Key = tuple[str, Tenant, str, str, tuple[str, ...]]


class Speech:
    """The catalogues of the host's plugins. *order* names a tenant's plugins, *tenants* tells of a tenant."""

    def __init__(
        self,
        host: Host,
        order: Callable[[str], Sequence[str]] | None = None,
        tenants: Callable[[str], Tenant] = Tenant,
    ) -> None:
        self._host, self._tenants = host, tenants
        self._order = order if order is not None else lambda tenant: tuple(host.plugins)
        self._core = read(LOCALES, "gateway")
        prepare(each for plugin in host.plugins.values() for each in plugin.offers.catalogues.by_language)
        self._words: dict[_Key, Words] = {}
        self._spoken: dict[_Key, tuple[str, ...]] = {}
        self._texts: dict[tuple[str, str, str], Texts] = {}

    def words(self, plugin: str, tenant: Tenant, language: str, address: str) -> Words:
        """The words of *plugin* for a contact of *tenant* who speaks *language* ("" when nobody said) and is
        reached at *address*."""
        key = (plugin, tenant, language, telling(address), tuple(self._order(tenant.id)))
        found = self._words.get(key)
        if found is None:
            if len(self._words) >= KEPT:
                self._words.clear()
            found = self._words[key] = self._make(*key)
        return found

    def spoken(self, opened: OpenEvent) -> tuple[str, ...]:
        """The languages in which the message *opened* is read: the contact's, the tenant's, English."""
        tenant, language = self._tenants(opened.tenant), opened.language
        key = ("", tenant, language, telling(opened.address), tuple(self._order(tenant.id)))
        found = self._spoken.get(key)
        if found is None:
            if len(self._spoken) >= KEPT:
                self._spoken.clear()
            languages = (self.language(tenant, language, opened.address), tenant.language, "en")
            found = self._spoken[key] = tuple(dict.fromkeys(map(base, languages)))
        return found

    def language(self, tenant: Tenant, language: str, address: str) -> str:
        """The code of the language that is spoken with a contact of *tenant*."""
        if chosen := normal(language):
            return chosen
        common = self._common(tenant)
        likely = languages_of(address) if common else ()
        if base(tenant.language) in likely:
            return tenant.language
        return next((each for each in likely if each in common), tenant.language)

    def offered(self, tenant: Tenant) -> tuple[str, ...]:
        """The languages that contacts of *tenant* may choose: its own, and those of its plugins."""
        found = {base(tenant.language): normal(tenant.language) or "en"}
        for languages in self._languages(tenant):
            for language in languages:
                found.setdefault(base(language), language)
        return tuple(found.values())

    def help(self, tenant: Tenant, language: str) -> Sequence[CommandHelp]:
        """The commands of the tenant's plugins that have help, in *language*."""
        found, taken = [], set[tuple[str, str]]()
        for plugin in self._plugins(tenant):
            words = self.words(plugin.name, tenant, language, "")
            for command in plugin.offers.commands:
                mine = [said for said in words_of(command) if (said[0], fold(said[1])) not in taken]
                taken.update((language, fold(said)) for language, said in mine)
                if command.help and mine:
                    found.append(_shown(plugin.name, command, _best(mine, words, tenant), words))
        return found

    def _make(
        self, plugin: str, tenant: Tenant, language: str, address: str, plugins: tuple[str, ...]
    ) -> Words:
        spoken = self.language(tenant, language, address)
        return Words(
            spoken, tenant.time_zone, country=tenant.country, home=tenant.language,
            languages=self.offered(tenant), texts=self._chain(plugin, spoken, tenant.language),
            core=self._chain("", spoken, tenant.language),
        )  # fmt: skip

    def _chain(self, plugin: str, spoken: str, home: str) -> Texts:
        """What *plugin* ("" is the gateway) says in *spoken*, else in *home*."""
        key = (plugin, spoken, home)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= KEPT:
                self._texts.clear()
            found = self._texts[key] = self._catalogues(plugin).texts((spoken, normal(home)))
        return found

    def _catalogues(self, plugin: str) -> Catalogues:
        if not plugin:
            return self._core
        known = self._host.named(plugin)
        return known.offers.catalogues if known is not None else Catalogues()

    def _plugins(self, tenant: Tenant) -> list[Plugin]:
        known = self._host.plugins
        return [known[name] for name in self._order(tenant.id) if name in known]

    def _languages(self, tenant: Tenant) -> list[list[str]]:
        """The languages of each plugin that has catalogues; what the code says is English."""
        catalogues = (plugin.offers.catalogues for plugin in self._plugins(tenant))
        return [list(dict.fromkeys(("en", *each.by_language))) for each in catalogues if each.by_language]

    def _common(self, tenant: Tenant) -> frozenset[str]:
        """The languages that all of them have."""
        several = [frozenset(map(base, languages)) for languages in self._languages(tenant)]
        return frozenset.intersection(*several) if several else frozenset()


def _best(mine: Sequence[tuple[str, str]], words: Words, tenant: Tenant) -> str:
    """The words of a command to teach: in the contact's language, the tenant's, English, or any."""
    for language in (base(words.language), base(tenant.language), "en"):
        for each, said in mine:
            if each == language:
                return said
    return mine[0][1]


def _shown(plugin: str, command: Command, said: str, words: Words) -> CommandHelp:
    takes = words.t(command.takes) if command.takes else ""
    return CommandHelp(plugin, command.name, said.upper(), takes, words.t(command.help))
