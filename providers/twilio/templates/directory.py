"""`gateway.provider.TemplateDirectory` for Twilio (wire.md §4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition
from gateway.provider import ProviderError, Steps
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.settings import TwilioSettings
from providers.twilio.templates.bind import bind
from providers.twilio.templates.kept import Content, friendly, keep
from providers.twilio.templates.lint import lint
from providers.twilio.templates.listing import list_templates
from providers.twilio.templates.read import category, status
from providers.twilio.templates.write import write


class TwilioTemplates:
    """The templates of the account that a channel's `account_sid` names."""

    def account(self, settings: TwilioSettings) -> str:
        """The account's SID."""
        return settings.account_sid

    def list(self, settings: TwilioSettings) -> Steps[tuple[TemplateDefinition, ...]]:
        """See `listing.list_templates`."""
        return list_templates(settings)

    def create(
        self, definition: TemplateDefinition, settings: TwilioSettings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Make the content, then ask WhatsApp for its approval. A content that cannot be submitted is taken
        away again: it would be a template that nobody asked for."""
        lint(definition)
        content, body = _body(definition)
        url = f"{settings.content_base}/v1/Content"
        sid = answered((yield call("POST", url, settings, body))).get("sid")
        if not isinstance(sid, str) or not sid.startswith("HX"):
            raise ProviderError("unavailable", title="Twilio made a content without a sid")
        try:
            return (yield from _submit(replace(definition, provider_id=sid), content, settings))
        except ProviderError:
            yield call("DELETE", f"{url}/{sid}", settings)
            raise

    def edit(
        self, definition: TemplateDefinition, settings: TwilioSettings, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace the content of one that was rejected, and submit it again. Raises `ProviderError` for
        all others: what WhatsApp approved keeps its content at Twilio."""
        if definition.status != "REJECTED" or not definition.provider_id:
            raise ProviderError(
                "invalid",
                title=f"Twilio cannot change the template {definition.name}; nothing was changed",
                hint="give it another name in the file, or delete it and apply again",
            )
        bare = replace(definition, unknown=[])
        lint(bare)
        content, body = _body(bare)
        url = f"{settings.content_base}/v1/Content/{definition.provider_id}"
        answered((yield call("PUT", url, settings, body)))
        return (yield from _submit(replace(bare, reason=""), content, settings))

    def delete(self, definition: TemplateDefinition, settings: TwilioSettings) -> Steps[None]:
        """Delete one content by its SID, or every language of the name."""
        sids = [definition.provider_id]
        if not definition.provider_id:
            listed = yield from list_templates(settings)
            sids = [one.provider_id for one in listed if one.name == definition.name]
        for sid in sids:
            answered((yield call("DELETE", f"{settings.content_base}/v1/Content/{sid}", settings)))

    def bind(self, message: Template, definition: TemplateDefinition) -> Template:
        """See `bind.bind`."""
        return bind(message, definition)


def _body(definition: TemplateDefinition) -> tuple[Content, dict[str, Any]]:
    """The content of *definition*, and the call's body for it."""
    content, samples = write(definition)
    return content, {
        "friendly_name": friendly(definition.name, content.names),
        "language": definition.language,
        "variables": samples,
        "types": {content.type: content.fields},
    }


def _submit(
    definition: TemplateDefinition, content: Content, settings: TwilioSettings
) -> Steps[TemplateDefinition]:
    """Ask WhatsApp to approve the content with *definition*'s id."""
    url = f"{settings.content_base}/v1/Content/{definition.provider_id}/ApprovalRequests/whatsapp"
    asked = {"name": definition.name, "category": definition.category.upper()}
    told = answered((yield call("POST", url, settings, asked)))
    return replace(
        definition,
        status=status(told.get("status") or "received"),
        category=category(told["category"]) if told.get("category") else definition.category,
        unknown=keep(content),
    )
