"""What a key may do: "*" is everything, "read" every reading, "contacts:read" and "contacts:write" one
resource. Who may write may read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.settings.decode import suggest

#: What a scope may be about, and what that covers. docs/keys.md has this table.
RESOURCES = {
    "messages": "send, plan, schedule, cancel and look at messages",
    "contacts": "people, their identities and attributes",
    "conversations": "conversations and what was said in them",
    "media": "files",
    "events": "the log of all that happened",
    "webhooks": "the addresses that events are sent to",
    "dead_letters": "what could not be done, and doing it again",
    "jobs": "what plugins do outside of conversations: look, take back, run at once",
    "templates": "templates of messages",
    "plugins": "plugins and their settings",
    "channels": "numbers and their settings",
    "tenant": "the business itself",
    "keys": "keys for the API",
    "audit": "who changed what",
}
#: For keys of operators beside those.
OPERATORS = {"tenants": "every business, and the audit log of all"}

ALL, READ = "*", "read"
#: What a key may do at the routes of a plugin.
_OF_PLUGIN = re.compile(r"plugin\.[A-Za-z_][A-Za-z0-9_-]{0,63}:(read|write)")


def known(*, operator: bool = False) -> tuple[str, ...]:
    """Every scope that a key may have."""
    names = [*RESOURCES, *(OPERATORS if operator else ())]
    return (ALL, READ, *(f"{name}:{act}" for name in names for act in ("read", "write")))


def unknown(scopes: Iterable[str], *, operator: bool = False) -> tuple[int, str] | None:
    """The place of the first of *scopes* that there is not, and a sentence about it; None when all are. A
    plugin's own, "plugin.shop:read", are there whether or not it is installed."""
    all_of_them = known(operator=operator)
    for place, scope in enumerate(scopes):
        if scope not in all_of_them and not _OF_PLUGIN.fullmatch(scope):
            near = suggest(scope[:64], all_of_them)
            return place, f"there is no scope {scope[:64]!r}: {near}"
    return None


def tidy(scopes: Iterable[str]) -> tuple[str, ...]:
    """*scopes* without those that others imply, in the order of `known`."""
    given = set(scopes)
    if ALL in given:
        return (ALL,)
    kept = {scope for scope in given if not _implied(scope, given)}
    ours = known(operator=True)
    return (*(scope for scope in ours if scope in kept), *sorted(kept.difference(ours)))


def covers(own: frozenset[str], scope: str) -> bool:
    """Whether whoever has the scopes *own* has *scope* too, which may be "*" or "read"."""
    if ALL in own or scope in own:
        return True
    resource, _, act = scope.partition(":")
    return act == "read" and (READ in own or f"{resource}:write" in own)


def _implied(scope: str, given: set[str]) -> bool:
    resource, _, act = scope.partition(":")
    return act == "read" and (READ in given or f"{resource}:write" in given)
