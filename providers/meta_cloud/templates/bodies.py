"""What is said to submit a template, and what the answer makes of it (wire.md §2.7), at every host."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from gateway.model.template import TemplateDefinition
from gateway.provider import ProviderError, TemplateNameTaken
from providers.meta_cloud.templates.read import category
from providers.meta_cloud.templates.write import components, parameter_format

Body = dict[str, Any]
#: Subcode of error 100 at creation: the name's old content is being deleted, which takes 30 days.
_BLOCKED = 2388023


def creation(definition: TemplateDefinition) -> Body:
    """The body that creates *definition*."""
    body: Body = {
        "name": definition.name,
        "language": definition.language,
        "category": definition.category.upper(),
        "parameter_format": parameter_format(definition),
        "components": components(definition),
    }
    if definition.ttl:
        body["message_send_ttl_seconds"] = definition.ttl
    return body


def edition(definition: TemplateDefinition) -> Body:
    """The body that replaces the components of *definition*. The category goes along where Meta lets it
    change: not once approved."""
    body: Body = {"components": components(definition)}
    if definition.status == "REJECTED":
        body["category"] = definition.category.upper()
    if definition.ttl:
        body["message_send_ttl_seconds"] = definition.ttl
    return body


def created(definition: TemplateDefinition, told: Body) -> TemplateDefinition:
    """*definition* as the answer has it. The review may put it into another category than was asked."""
    return replace(
        definition,
        provider_id=str(told.get("id") or ""),
        status=_status(told),
        category=category(told["category"]) if told.get("category") else definition.category,
    )


def edited(definition: TemplateDefinition, told: Body) -> TemplateDefinition:
    """*definition* with a review that begins anew."""
    return replace(definition, status=_status(told), reason="")


def _status(told: Body) -> str:
    """What is said of the review, in capitals as everywhere; nothing is said where one only begins."""
    status = told.get("status")
    return status.upper() if isinstance(status, str) and status else "PENDING"


def named(error: ProviderError) -> ProviderError:
    """*error* of a creation, as `TemplateNameTaken` when only another name will do."""
    if error.subcode != _BLOCKED:
        return error
    return TemplateNameTaken(
        error.kind,
        code=error.code,
        subcode=error.subcode,
        title=error.title,
        details=error.details,
        hint="the name cannot be used for 30 days after a deletion; use another",
        http=error.http,
    )
