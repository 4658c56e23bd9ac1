"""`gateway.provider.TemplateDirectory` for Meta (wire.md §2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition
from gateway.provider import ProviderError, Steps
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates.bodies import created, creation, edited, edition, named
from providers.meta_cloud.templates.calls import account, answered, request
from providers.meta_cloud.templates.lint import lint
from providers.meta_cloud.templates.listing import list_templates
from providers.meta_cloud.templates.upload import with_handles


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
        """Upload the samples, submit."""
        path = f"{account(settings)}/message_templates"
        lint(definition)
        ready = yield from with_handles(definition, settings, samples)
        try:
            told = answered((yield request("POST", path, settings, body=creation(ready))))
        except ProviderError as error:
            raise named(error) from None
        return created(ready, told)

    def edit(
        self, definition: TemplateDefinition, settings: MetaSettings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace all components."""
        if not definition.provider_id:
            raise ProviderError("invalid", title="only a template with an id can be edited")
        lint(definition)
        ready = yield from with_handles(definition, settings, samples)
        told = answered((yield request("POST", ready.provider_id, settings, body=edition(ready))))
        return edited(ready, told)

    def delete(self, definition: TemplateDefinition, settings: MetaSettings) -> Steps[None]:
        """Delete one language by its id, or every language of the name."""
        query: dict[str, str | int] = {"name": definition.name}
        if definition.provider_id:
            query = {"hsm_id": definition.provider_id, **query}
        answered((yield request("DELETE", f"{account(settings)}/message_templates", settings, query)))

    def bind(self, message: Template, definition: TemplateDefinition) -> Template:
        """*message* as it is: Meta's templates are sent by their names."""
        return message
