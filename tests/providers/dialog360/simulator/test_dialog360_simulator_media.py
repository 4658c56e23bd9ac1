"""Files through 360dialog: Meta's host is never reached, ids die, uploads are found again."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from gateway.model import outbound as out
from gateway.model.event import MessageReceived
from gateway.model.inbound import Media
from gateway.provider import Download, ProviderError
from gateway.simulator.samples import sample
from providers.dialog360 import provider
from providers.dialog360.simulator import Dialog360Simulator
from tests.providers.dialog360.simulator.conftest import Business

CONTACT = "+254700000001"


async def came(sim: Dialog360Simulator, business: Business) -> Media:
    """A picture that a contact sent, as it was parsed."""
    await sim.sends(CONTACT, "image")
    (event,) = provider.parse(business.bodies[-1]).events
    assert isinstance(event, MessageReceived)
    assert isinstance(event.content, Media)
    return event.content


async def located(business: Business, media: Media, again: bool = False) -> Download:
    """Where it is."""
    assert provider.media is not None
    found: Download = await business.does(provider.media.locate(media, business.settings, again))
    return found


async def fetch(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Fetch a file."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


async def test_a_file_is_fetched_at_360dialogs_host(sim: Dialog360Simulator, business: Business) -> None:
    """The address names Meta's host and works at 360dialog's, with the key."""
    media = await came(sim, business)
    assert media.url.startswith("https://lookaside.fbsbx.com/")
    where = await located(business, media)
    assert where.url.startswith(sim.api_base)
    assert where.trusted == (sim.api_base,)
    assert await fetch(where.url, where.headers) == (200, sample("image/jpeg"))
    assert (await fetch(where.url, {}))[0] == 401
    assert (await fetch(where.url, {"Authorization": f"Bearer {business.settings.api_key}"}))[0] == 401


async def test_an_old_address_is_asked_for_anew(sim: Dialog360Simulator, business: Business) -> None:
    """After five minutes the address is dead; the id lives for a week."""
    media = await came(sim, business)
    await sim.pass_time(minutes=6)
    old = await located(business, media)
    assert (await fetch(old.url, old.headers))[0] == 404
    new = await located(business, media, again=True)
    assert (await fetch(new.url, new.headers))[0] == 200
    await sim.pass_time(days=8)
    with pytest.raises(ProviderError) as caught:
        await located(business, media, again=True)
    assert caught.value.kind == "media"


async def test_another_numbers_file_is_not_told(sim: Dialog360Simulator, business: Business) -> None:
    """An id belongs to the number that got it."""
    media = await came(sim, business)
    sim.add_number("4022")
    settings = type(business.settings)
    other = {**sim.channel_settings("4022"), "webhook_header": business.settings.webhook_header}
    assert provider.media is not None
    with pytest.raises(ProviderError):
        await business.does(provider.media.locate(media, settings(**other), True))


FILES: list[tuple[Any, str, str]] = [
    (out.Image(stored="f", caption="Mug"), "image/jpeg", "mug.jpg"),
    (out.Voice(stored="f"), "audio/ogg", ""),
    (out.Document(stored="f"), "application/pdf", 'Счёт "7".pdf'),
    (out.Sticker(stored="f"), "image/webp", "s.webp"),
    (out.Buttons("x", [out.Button("y", "Yes")], out.Header(video="stored:f")), "video/mp4", "v.mp4"),
]


@pytest.mark.parametrize(("message", "mime", "name"), FILES)
async def test_a_kept_file_is_uploaded_once_and_sent(
    sim: Dialog360Simulator, business: Business, message: Any, mime: str, name: str
) -> None:
    """Through a real form, with media checked as Meta does; and again once the upload is gone."""
    sim.media_checks = True
    content = sample(mime)
    business.bench.keep("f", mime, content, name)
    await business.sends(message)
    (shown,) = sim.inbox(CONTACT)
    found = sim.file(shown.media)
    assert found is not None
    assert (found.content, found.mime_type) == (content, mime)
    await business.sends(message)
    assert sum(exchange.url.endswith("/media") for exchange in sim.traffic.exchanges) == 1
    await sim.pass_time(days=31)
    await business.sends(message)
    assert sum(exchange.url.endswith("/media") for exchange in sim.traffic.exchanges) == 2
    assert len(sim.accepted) == 3


async def test_a_file_that_lies_is_refused_and_nothing_is_sent(
    sim: Dialog360Simulator, business: Business
) -> None:
    """The upload says so; the class is "media"."""
    business.bench.keep("f", "image/jpeg", b"<html>")
    with pytest.raises(ProviderError) as caught:
        await business.sends(out.Image(stored="f"))
    assert caught.value.kind == "media"
    assert not sim.accepted
