"""What `gateway templates apply` will do: pure, from the file's definitions and what the provider has.

A name stands for one category at the provider for as long as it is approved, and a disabled template stays
disabled. What then cannot be edited is made anew as the next version of its name; sends go on under the
name in the file, and reach the new version once it is approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway.model.template import TemplateDefinition
from gateway.templates.differences import differences
from gateway.templates.known import Known
from gateway.templates.names import following, logical, version

Action = Literal["create", "edit", "rename", "unchanged", "refused"]
#: Statuses in which the provider takes an edit (wire.md §2.7).
_EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
_GONE = ("DELETED", "PENDING_DELETION")


class Step(Struct, frozen=True):
    """One template's part of the plan. *definition* is as it will be sent: under the provider's name and
    with the id of what is edited; *logical* is the name in the file. *reason* says why, *changes* what."""

    action: Action
    logical: str
    definition: TemplateDefinition
    reason: str = ""
    changes: list[str] = []

    @property
    def acts(self) -> bool:
        """Whether the provider will be asked for something."""
        return self.action in ("create", "edit", "rename")


def plan(definitions: Iterable[TemplateDefinition], known: Iterable[Known]) -> list[Step]:
    """One step for each of *definitions*, against what is *known* of the account."""
    account = _Account({}, {})
    for one in known:
        if one.definition.status not in _GONE:
            account.versions.setdefault((logical(one.name), one.language), []).append(one)
            account.categories.setdefault(one.name, set()).add(one.definition.category)
    steps = []
    for each in definitions:
        step = _step(each, account)
        # The languages of a file that are made together end under one name.
        account.categories.setdefault(step.definition.name, set()).add(each.category)
        steps.append(step)
    return steps


class _Account(Struct, frozen=True):
    """What is alive: versions by our name and language, and the categories that a name stands for."""

    versions: dict[tuple[str, str], list[Known]]
    categories: dict[str, set[str]]

    def free(self, name: str, category: str) -> str:
        """*name*, or its next version that stands for no other category in another language."""
        while self.categories.get(name, set()) - {category}:
            name = following(name)
        return name


def _step(ours: TemplateDefinition, account: _Account) -> Step:
    versions = account.versions.get((ours.name, ours.language), [])
    if not versions:
        name = account.free(ours.name, ours.category)
        if name == ours.name:
            return Step("create", ours.name, ours)
        words = f"{ours.name} has another category in its other languages"
        return Step("rename", ours.name, replace(ours, name=name), words)
    newest = _meant(ours, versions)
    same = replace(ours, name=newest.name, provider_id=newest.provider_id, status=newest.status)
    anew = replace(ours, name=account.free(following(newest.name), ours.category))
    if newest.category != ours.category:
        return _other_category(ours, newest, same, anew)
    changes = differences(ours, newest)
    if not changes:
        return Step("unchanged", ours.name, same, _standing(newest))
    if newest.status in _EDITABLE:
        return Step("edit", ours.name, same, changes=changes)
    if newest.status == "DISABLED":
        return Step("rename", ours.name, anew, f"{newest.name} is disabled for good", changes)
    words = f"{newest.name} is {newest.status}, in which it cannot be edited: wait for the review to end"
    return Step("refused", ours.name, same, words, changes)


def _meant(ours: TemplateDefinition, versions: list[Known]) -> TemplateDefinition:
    """The version that the file is about: its very name, unless something has forced a newer one. An
    account may have made a "_v2" of its own, which is not ours to edit."""
    for one in versions:
        exact = one.name == ours.name and one.definition.status != "DISABLED"
        if exact and one.definition.category == ours.category:
            return one.definition
    return max(versions, key=lambda one: version(one.name)).definition


def _other_category(
    ours: TemplateDefinition, newest: TemplateDefinition, same: TemplateDefinition, anew: TemplateDefinition
) -> Step:
    changes = [f"category: {newest.category!r} -> {ours.category!r}", *differences(ours, newest)]
    if newest.status == "REJECTED":
        return Step("edit", ours.name, same, changes=changes)
    if newest.status in ("PENDING", "IN_APPEAL"):
        words = (
            f"{newest.name} is in review as {newest.category}, which cannot be changed now: wait, or write "
            f'category = "{newest.category}"'
        )
        return Step("refused", ours.name, same, words, changes)
    words = f"{newest.name} is {newest.status} as {newest.category}, and keeps its category"
    return Step("rename", ours.name, anew, words, changes)


def _standing(newest: TemplateDefinition) -> str:
    """What there is to know of a template that is as the file says."""
    if newest.status == "REJECTED":
        return f"rejected: {newest.reason or 'no reason was given'}; change it and apply again"
    return "" if newest.status == "APPROVED" else newest.status.lower()
