"""`gateway.provider.TemplateDirectory` for 360dialog (wire.md §2.7, §3).

The content of a template is Meta's, the calls are 360dialog's. Where wire.md marks a call as unconfirmed,
the other known one is tried when the first is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition
from gateway.provider import HttpAnswer, ProviderError, Steps
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.templates.calls import CONFIGS, EDGE, NOT_THERE, answered, request
from providers.dialog360.templates.listing import list_templates
from providers.meta_cloud.refusal import as_kind
from providers.meta_cloud.templates.bodies import created, creation, edited, edition, named
from providers.meta_cloud.templates.lint import lint

_HUB = "do it in the 360dialog Hub, and run `gateway templates sync`"


class Dialog360Templates:
    """The templates of the account that the channel's key belongs to."""

    def account(self, settings: Dialog360Settings) -> str:
        """The account's id. Without one in the settings it is the number: the key says which account is
        meant, so templates work all the same, but are kept for each number by itself."""
        return settings.waba_id or settings.phone_number_id

    def list(self, settings: Dialog360Settings) -> Steps[tuple[TemplateDefinition, ...]]:
        """See `listing.list_templates`."""
        return list_templates(settings)

    def create(
        self, definition: TemplateDefinition, settings: Dialog360Settings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Submit."""
        _check(definition)
        try:
            told = answered((yield request("POST", CONFIGS, settings, body=creation(definition))))
        except ProviderError as error:
            raise named(error) from None
        return created(definition, told)

    def edit(
        self, definition: TemplateDefinition, settings: Dialog360Settings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace all components, with Meta's own call, which 360dialog passes on (unconfirmed)."""
        if not definition.provider_id:
            raise ProviderError("invalid", title="only a template with an id can be edited")
        _check(definition)
        path = quote(definition.provider_id, safe="")
        answer: HttpAnswer = yield request("POST", path, settings, body=edition(definition))
        try:
            told = answered(answer)
        except ProviderError as error:
            if answer.status in NOT_THERE:
                raise as_kind(
                    error, "invalid", f"360dialog does not edit this template here; {_HUB}"
                ) from None
            raise
        return edited(definition, told)

    def delete(self, definition: TemplateDefinition, settings: Dialog360Settings) -> Steps[None]:
        """Delete one language by its id, or every language of the name."""
        if definition.provider_id:
            # Only Meta's call deletes one language; the other would take all with it.
            query: dict[str, str | int] = {"hsm_id": definition.provider_id, "name": definition.name}
            answered((yield request("DELETE", EDGE, settings, query)))
            return
        path = f"{CONFIGS}/{quote(definition.name, safe='')}"
        answer: HttpAnswer = yield request("DELETE", path, settings)
        if answer.status in NOT_THERE:
            answer = yield request("DELETE", EDGE, settings, {"name": definition.name})
        answered(answer)

    def bind(self, message: Template, definition: TemplateDefinition) -> Template:
        """*message* as it is: templates are sent by their names."""
        return message


def _check(definition: TemplateDefinition) -> None:
    """Refuse what cannot be. A sample is uploaded through an app of Meta's, and here is none."""
    lint(definition)
    headers = [definition.header, *(card.header for card in definition.cards)]
    if any(header is not None and header.sample for header in headers):
        raise ProviderError(
            "invalid",
            title="a media sample cannot be uploaded through 360dialog",
            hint="make the template with its sample in the 360dialog Hub, or write the sample's handle",
        )
