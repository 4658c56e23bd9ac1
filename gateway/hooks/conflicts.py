"""Where plugins are in each other's way, or wait for what nobody says: told, and refused only where it cannot
work."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from gateway.hooks.plugin import Plugin
from gateway.hooks.returned import spoken
from gateway.language.reserved import meaning

#: Words that mean the same whoever answers: no plugin is in another's way with them.
SHARED = ("menu", "help")


class Conflict(Struct, frozen=True):
    """Something to know about *plugins*. *said* names them with their distributions and says what happens."""

    plugins: tuple[str, ...]
    said: str
    remedy: str


def conflicts(plugins: Iterable[Plugin]) -> tuple[Conflict, ...]:
    """All of *plugins*, which are loaded."""
    known = list(plugins)
    return (*_commands(known), *_events(known), *_listeners(known))


def out_of_order(plugins: Mapping[str, Plugin], used: Sequence[str]) -> Iterator[Conflict]:
    """Which plugins of a tenant, that uses *used* in this order, come before one that they require."""
    for place, name in enumerate(used):
        known = plugins.get(name)
        for needed in known.offers.requires if known else ():
            if needed in used[place:]:
                yield Conflict(
                    (name, needed),
                    f"'{name}' requires '{needed}' and comes before it, so it meets each message first",
                    f"put '{needed}' before '{name}'",
                )


def twice_answered(plugins: Mapping[str, Plugin], used: Sequence[str]) -> Iterator[Conflict]:
    """MENU and HELP that several plugins of a tenant, which uses *used* in this order, have: they mean the
    same in all of them, and the first one's are the tenant's."""
    for meant in SHARED:
        rivals = [name for name in used if name in plugins and _has(plugins[name], meant)]
        if len(rivals) > 1:
            first, *others = (f"'{name}'" for name in rivals)
            yield Conflict(
                tuple(rivals),
                f"{meant.upper()} is that of {first}, which comes before {' and '.join(others)}",
                "put the one first that is to answer",
            )


def lacking(plugins: Mapping[str, Plugin], used: Sequence[str], name: str) -> tuple[str, ...]:
    """What *name* requires and a tenant that uses *used* does not use."""
    known = plugins.get(name)
    return tuple(each for each in known.offers.requires if each not in used) if known else ()


def without(name: str, needed: Sequence[str]) -> str:
    """The sentence for a tenant's plugin that lacks what it requires."""
    return f"plugin '{name}' cannot work without {' and '.join(repr(each) for each in needed)}"


def _has(plugin: Plugin, meant: str) -> bool:
    commands = plugin.offers.commands
    return any(meaning(word, [language]) == meant for each in commands for language, word in spoken(each))


def _commands(plugins: Sequence[Plugin]) -> Iterator[Conflict]:
    claims: dict[tuple[str, str], list[Plugin]] = defaultdict(list)
    for plugin in plugins:
        for language, word in {word for command in plugin.offers.commands for word in spoken(command)}:
            if meaning(word, [language]) not in SHARED:
                claims[language, word].append(plugin)
    for (language, word), rivals in sorted(claims.items(), key=lambda claim: claim[0]):
        if len(rivals) > 1:
            yield Conflict(
                tuple(each.name for each in rivals),
                f"the command '{word}' ({language}) is claimed by {_named(rivals)}; for a tenant that uses "
                "both, the plugin that comes first gets it",
                "order the tenant's plugins, or give one command another word",
            )


def _events(plugins: Sequence[Plugin]) -> Iterator[Conflict]:
    claims: dict[str, list[Plugin]] = defaultdict(list)
    for plugin in plugins:
        for event in plugin.offers.events:
            claims[event].append(plugin)
    for event, rivals in sorted(claims.items()):
        if len(rivals) > 1:
            yield Conflict(
                tuple(each.name for each in rivals),
                f"the event '{event}' is registered by {_named(rivals)}; who listens to it hears both",
                "rename one, or let listeners look at event.plugin",
            )


def _listeners(plugins: Sequence[Plugin]) -> Iterator[Conflict]:
    events = {event for plugin in plugins for event in plugin.offers.events}
    for plugin in plugins:
        for event in plugin.offers.listeners:
            if event not in events and event not in plugin.offers.optional:
                near = difflib.get_close_matches(event, sorted(events), n=1)
                known = f"; did you mean '{near[0]}'?" if near else ""
                yield Conflict(
                    (plugin.name,),
                    f"{_named([plugin])} listens to '{event}', which no installed plugin registers{known}",
                    "correct the name, install the plugin that tells it, or mark it optional=True",
                )


def _named(plugins: Sequence[Plugin]) -> str:
    return " and ".join(f"'{each.name}' ({each.source})" for each in plugins)
