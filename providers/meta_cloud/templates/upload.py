"""The resumable upload of a header's sample: two calls, which end in a handle (wire.md §2.3)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from gateway.model.template import Sample, TemplateDefinition, TemplateHeader
from gateway.provider import HttpRequest, ProviderError, Steps
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates.calls import answered, request


def with_handles(
    definition: TemplateDefinition, settings: MetaSettings, samples: Mapping[str, Sample]
) -> Steps[TemplateDefinition]:
    """*definition* with a handle in place of every sample; each file is uploaded once."""
    handles = _Handles(settings, samples, {})
    if definition.header is not None:
        header = yield from handles.fill(definition.header)
        definition = replace(definition, header=header)
    cards = []
    for card in definition.cards:
        header = yield from handles.fill(card.header)
        cards.append(replace(card, header=header))
    return replace(definition, cards=cards)


class _Handles(Struct, frozen=True):
    """The handles of the samples that were uploaded so far."""

    settings: MetaSettings
    samples: Mapping[str, Sample]
    known: dict[str, str]

    def fill(self, header: TemplateHeader) -> Steps[TemplateHeader]:
        """*header* with its sample's handle."""
        if not header.sample:
            return header
        if header.sample not in self.known:
            sample = self.samples.get(header.sample)
            if sample is None:
                raise ProviderError("media", title=f"the sample {header.sample} was not given")
            self.known[header.sample] = yield from upload(sample, self.settings)
        return replace(header, sample="", handle=self.known[header.sample])


def upload(sample: Sample, settings: MetaSettings) -> Steps[str]:
    """Upload *sample*; its handle."""
    if not settings.app_id:
        raise ProviderError(
            "invalid",
            title="a media sample is uploaded through the app, and app_id is not set",
            hint="write app_id = \"…\" (the app's id at Meta) into the channel's settings",
        )
    described: dict[str, str | int] = {
        "file_name": sample.name,
        "file_length": len(sample.content),
        "file_type": sample.mime,
    }
    begun = answered((yield request("POST", f"{settings.app_id}/uploads", settings, described)))
    session = begun.get("id")
    if not isinstance(session, str) or not session.startswith("upload:"):
        raise ProviderError("unavailable", title="the upload was not begun: Meta gave no session")
    plain = request("POST", session, settings)
    headers = {
        # This one call wants another scheme than all the rest.
        "Authorization": f"OAuth {settings.access_token}",
        "file_offset": "0",
        "Content-Type": "application/octet-stream",
    }
    done = answered((yield HttpRequest("POST", plain.url, headers, sample.content, sends=False)))
    handle = done.get("h")
    if not isinstance(handle, str) or not handle:
        raise ProviderError("unavailable", title="the upload ended without a handle")
    return handle
