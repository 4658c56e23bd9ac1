"""`gateway.provider.TemplateDirectory` for Meta (wire.md §2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition
from gateway.provider import ProviderError, Steps, TemplateNameTaken
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates.calls import account, answered, request
from providers.meta_cloud.templates.lint import lint
from providers.meta_cloud.templates.listing import list_templates
from providers.meta_cloud.templates.read import category
from providers.meta_cloud.templates.upload import with_handles
from providers.meta_cloud.templates.write import components, parameter_format

#: Subcode of error 100 at creation: the name's old content is being deleted, which takes 30 days.
_BLOCKED = 2388023


class MetaTemplates:
    """The templates of the WhatsApp Business Account that a channel's `waba_id` names."""

    def account(self, settings: MetaSettings) -> str:
        """The account's id; "" when the settings do not say."""
        return settings.waba_id

    def list(self, settings: MetaSettings) -> Steps[tuple[TemplateDefinition, ...]]:
        """See `listing.list_templates`."""
        return list_templates(settings)

    def create(
        self, definition: TemplateDefinition, settings: MetaSettings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Upload the samples, submit. Meta may put the template into another category than was asked."""
        path = f"{account(settings)}/message_templates"
        lint(definition)
        ready = yield from with_handles(definition, settings, samples)
        body: dict[str, Any] = {
            "name": ready.name,
            "language": ready.language,
            "category": ready.category.upper(),
            "parameter_format": parameter_format(ready),
            "components": components(ready),
        }
        if ready.ttl:
            body["message_send_ttl_seconds"] = ready.ttl
        try:
            told = answered((yield request("POST", path, settings, body=body)))
        except ProviderError as error:
            raise named(error) from None
        return replace(
            ready,
            provider_id=str(told.get("id") or ""),
            status=_status(told),
            category=category(told["category"]) if told.get("category") else ready.category,
        )

    def edit(
        self, definition: TemplateDefinition, settings: MetaSettings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace all components. The category goes along where Meta lets it change: not once approved."""
        if not definition.provider_id:
            raise ProviderError("invalid", title="only a template with an id can be edited")
        lint(definition)
        ready = yield from with_handles(definition, settings, samples)
        body: dict[str, Any] = {"components": components(ready)}
        if ready.status == "REJECTED":
            body["category"] = ready.category.upper()
        if ready.ttl:
            body["message_send_ttl_seconds"] = ready.ttl
        told = answered((yield request("POST", ready.provider_id, settings, body=body)))
        return replace(ready, status=_status(told), reason="")

    def delete(self, definition: TemplateDefinition, settings: MetaSettings) -> Steps[None]:
        """Delete one language by its id, or every language of the name."""
        query: dict[str, str | int] = {"name": definition.name}
        if definition.provider_id:
            query = {"hsm_id": definition.provider_id, **query}
        answered((yield request("DELETE", f"{account(settings)}/message_templates", settings, query)))

    def bind(self, message: Template, definition: TemplateDefinition) -> Template:
        """*message* as it is: Meta's templates are sent by their names."""
        return message


def _status(told: dict[str, Any]) -> str:
    """What Meta says of the review; nothing is said after an edit, which begins one."""
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
