"""A template as the API takes and shows it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from gateway.api.paging import Paging
from gateway.api.problems import Problem
from gateway.clock import rfc3339
from gateway.model.template import TemplateDefinition
from gateway.store.port import Row
from gateway.templates.known import from_row
from gateway.templates.names import version

_WORD = Annotated[str, Meta(max_length=64)]
_NAME = Annotated[str, Meta(max_length=512)]

#: What the provider tells; nobody else sets it.
_TOLD = ("provider_id", "status", "quality", "reason")


class TemplateQuery(Paging, frozen=True):
    """Which templates: of a channel's account, of an account, in a status ("APPROVED"), of a name (the
    provider's, or the one without a version), in a language."""

    channel: _WORD = ""
    account: Annotated[str, Meta(max_length=128)] = ""
    status: _WORD = ""
    name: _NAME = ""
    language: _WORD = ""


class TemplateWhich(Struct, frozen=True):
    """Which one of a name: in one language or in all, in one channel's account."""

    language: _WORD = ""
    channel: _WORD = ""


class NewTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """A template as it shall be at the provider; *template* has the keys of a file of templates. *channel*
    names the account, and may be left out where there is one. With *dry_run* nothing is changed."""

    template: TemplateDefinition
    channel: _WORD = ""
    dry_run: bool = False


class SyncAccount(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose templates are to be read: those of a channel's account."""

    channel: _WORD = ""


class TemplateItem(Struct, frozen=True):
    """One template in one language. *name* is the provider's, *send_as* the name that messages use. *status*
    and *quality* are the provider's words. *definition* is null while its content is not known."""

    account: str
    name: str
    language: str
    send_as: str
    category: str
    status: str
    quality: str
    reason: str
    provider_id: str
    definition: TemplateDefinition | None
    updated_at: str


class TemplateVariants(Struct, frozen=True):
    """A name, in all languages, versions and accounts."""

    name: str
    variants: list[TemplateItem]


class TemplateApplied(Struct, frozen=True):
    """What was done, or would be with *applied* false: create, edit, rename (made as the next version of its
    name, which is *name*) or unchanged. *changes* are the differences, *reason* is why."""

    action: Literal["create", "edit", "rename", "unchanged"]
    applied: bool
    account: str
    name: str
    language: str
    send_as: str
    category: str
    status: str
    reason: str
    changes: list[str]


class TemplateDeleted(Struct, frozen=True):
    """What is deleted now, by language."""

    account: str
    name: str
    languages: list[str]


class TemplatesSynced(Struct, frozen=True):
    """What was read: how many there are, and how many are gone."""

    account: str
    templates: int
    vanished: int


def item_of(row: Row, tenant: str) -> TemplateItem:
    """A row of `list`."""
    known = from_row(row, tenant, row["account"])
    content = replace(known.definition, provider_id="", status="", quality="", reason="")
    told = known.definition
    return TemplateItem(
        known.account, known.name, known.language, row["logical"], told.category, told.status, told.quality,
        told.reason, told.provider_id, content if known.whole else None, rfc3339(row["updated_at"]),
    )  # fmt: skip


def wanted(template: TemplateDefinition) -> TemplateDefinition:
    """*template*, which nobody but its author has written in. Raises `Problem`."""
    for name in _TOLD:
        if getattr(template, name):
            raise Problem(
                422, "invalid", "is told by the provider: leave it out", pointer=f"/template/{name}"
            )
    if not template.name or not template.language:
        raise Problem(422, "invalid", "a template has a name and a language", pointer="/template/name")
    if version(template.name) > 1:
        raise Problem(
            422, "invalid", "leave the version out; it is added where it has to be", pointer="/template/name"
        )
    heads = [("/template/header", template.header)]
    heads += [(f"/template/cards/{n}/header", card.header) for n, card in enumerate(template.cards)]
    for pointer, header in heads:
        if header is not None and header.sample:
            raise Problem(
                422, "invalid", "no file is read from here; give the handle of a sample at the provider, "
                "or apply a file of templates", pointer=f"{pointer}/sample",
            )  # fmt: skip
    return template
