"""Twilio's own library reads what the simulator says, and believes what it signs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from twilio.request_validator import (
    RequestValidator,
    get_signature_algorithm,
)
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderList

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, BEN, Business
from tests.providers.twilio.simulator.official import attempt, client


@pytest.fixture
async def twilio(sim: TwilioSimulator) -> AsyncIterator[Client]:
    """The library's client."""
    made = client(sim)
    yield made
    made.http_client.close()


async def test_its_validator_believes_every_webhook(sim: TwilioSimulator, business: Business) -> None:
    """Forms with the auth token, forms with a shared key, JSON bodies, and no other word."""
    await sim.says(ANA, "ñ 👋 a+b=c&d")
    await sim.sends(ANA, "image", caption="look")
    await business.sent(Body="hi")
    await sim.settle()
    assert len(business.taken) == 6
    for got in business.taken:
        signed = got.headers["X-Twilio-Signature"]
        assert RequestValidator("auth-token").validate(got.url, got.params, signed)
        assert not RequestValidator("auth-token").validate(got.url, got.params | {"Body": "x"}, signed)
        assert not RequestValidator("another").validate(got.url, got.params, signed)


async def test_its_validator_believes_a_shared_key(sim: TwilioSimulator, business: Business) -> None:
    """HMAC-SHA256, as the header says."""
    sim.shared_key = True
    await sim.says(ANA, "hi")
    [got], [key] = business.taken, sim.channel_settings()["shared_key"]
    algorithm = get_signature_algorithm(got.headers["X-Twilio-Webhooks-Signature-Settings"])
    wanted = RequestValidator(key["secret"]).compute_signature(got.url, got.params, algorithm)
    assert (algorithm, got.headers["X-Twilio-Signature"]) == ("HMAC_SHA256", wanted)


async def test_its_validator_believes_json(sim: TwilioSimulator, business: Business) -> None:
    """The digest of the body is in the URL."""
    sim.json_bodies = True
    await sim.says(ANA, "ñ")
    [got] = business.taken
    signed = got.headers["X-Twilio-Signature"]
    assert RequestValidator("auth-token").validate(got.url, got.body.decode(), signed)
    assert not RequestValidator("auth-token").validate(got.url, got.body.decode() + " ", signed)


async def test_it_sends_and_looks_up(sim: TwilioSimulator, business: Business, twilio: Client) -> None:
    """Text, files, a place; one message, the list with its filters and pages, a deletion."""
    there = {"to": f"whatsapp:{ANA}", "from_": f"whatsapp:{sim.number}"}
    text = await attempt(lambda: twilio.messages.create(body="hi", **there))
    assert (text.status, text.direction, text.body) == ("queued", "outbound-api", "hi")
    picture = ["https://example.org/a.jpg"]
    await attempt(lambda: twilio.messages.create(body="look", media_url=picture, **there))
    place = ["geo:40.4168,-3.7038|Calle Mayor 1"]
    await attempt(lambda: twilio.messages.create(body="Shop", persistent_action=place, **there))
    assert [seen.kind for seen in sim.inbox(ANA)] == ["text", "media", "location"]
    await sim.settle()
    await sim.says(BEN, "hello")
    fetched = await attempt(lambda: twilio.messages(text.sid).fetch())
    assert (fetched.status, fetched.date_sent is not None) == ("read", True)
    since = date.today() - timedelta(days=1)
    listed = await attempt(lambda: twilio.messages.list(page_size=2, date_sent_after=since))
    assert [one.body for one in listed] == ["hello", "Shop", "look", "hi"]
    assert [one.body for one in await attempt(lambda: twilio.messages.list(from_=f"whatsapp:{BEN}"))] == [
        "hello"
    ]
    assert await attempt(lambda: twilio.messages(text.sid).delete()) is True
    assert await attempt(lambda: twilio.messages(text.sid).fetch()) == 20404


async def test_it_reads_refusals(sim: TwilioSimulator, twilio: Client) -> None:
    """As errors with their codes."""
    there = {"to": f"whatsapp:{ANA}", "from_": f"whatsapp:{sim.number}"}
    assert await attempt(lambda: twilio.messages.create(body="x" * 1601, **there)) == 21617
    assert await attempt(lambda: twilio.messages.create(**there)) == 21602
    sim.refuse_with = 20429
    assert await attempt(lambda: twilio.messages.create(body="x", **there)) == 20429


async def test_it_reads_media(sim: TwilioSimulator, business: Business, twilio: Client) -> None:
    """The files of a message."""
    sid = await sim.sends(ANA, "image")
    [one] = await attempt(lambda: twilio.messages(sid).media.list())
    assert (one.content_type, one.parent_sid) == ("image/jpeg", sid)
    assert await attempt(lambda: twilio.messages(sid).media(one.sid).delete()) is True
    assert await attempt(lambda: twilio.messages(sid).media.list()) == []


async def test_it_makes_contents(sim: TwilioSimulator, twilio: Client) -> None:
    """With its own classes; lists, approvals, a send, a deletion."""
    reply = {"type": "QUICK_REPLY", "title": "Yes", "id": "y"}
    wish = ContentList.ContentCreateRequest(
        {
            "friendly_name": "ask",
            "language": "en",
            "variables": {"1": "Ana"},
            "types": ContentList.Types(
                {
                    "twilio/quick-reply": ContentList.TwilioQuickReply(
                        {
                            "body": "Confirm, {{1}}?",
                            "actions": [ContentList.QuickReplyAction(reply)],
                        }
                    )
                }
            ),
        }
    )
    contents = twilio.content.v1.contents
    made = await attempt(lambda: contents.create(wish))
    assert made.types["twilio/quick-reply"]["body"] == "Confirm, {{1}}?"
    assert [one.sid for one in await attempt(contents.list)] == [made.sid]
    asked = ApprovalCreateList.ContentApprovalRequest({"name": "ask", "category": "UTILITY"})
    told = await attempt(lambda: contents(made.sid).approval_create.create(asked))
    assert told.status == "received"
    await sim.pass_time(seconds=1)
    told = await attempt(lambda: contents(made.sid).approval_fetch().fetch())
    assert told.whatsapp["status"] == "approved"
    [both] = await attempt(twilio.content.v1.content_and_approvals.list)
    assert both.approval_requests["name"] == "ask"
    there = {"to": f"whatsapp:{ANA}", "from_": f"whatsapp:{sim.number}"}
    await attempt(
        lambda: twilio.messages.create(content_sid=made.sid, content_variables='{"1": "Ben"}', **there)
    )
    assert sim.inbox(ANA)[0].text == "Confirm, Ben?"
    assert await attempt(lambda: contents(made.sid).delete()) is True


async def test_it_changes_a_sender(sim: TwilioSimulator, twilio: Client) -> None:
    """With its own classes: what is not named stays."""
    senders = twilio.messaging.v2.channels_senders
    [one] = await attempt(lambda: senders.list(channel="whatsapp"))
    assert (one.sender_id, one.status) == (f"whatsapp:{sim.number}", "ONLINE")
    wish = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(
        {"webhook": {"callback_url": "https://gw.example.org/hook", "callback_method": "POST"}}
    )
    await attempt(lambda: senders(one.sid).update(wish))
    other = ChannelsSenderList.MessagingV2ChannelsSenderRequestsUpdate(
        {"webhook": {"fallback_url": "https://gw.example.org/spare"}}
    )
    told = await attempt(lambda: senders(one.sid).update(other))
    assert told.webhook["callback_url"] == "https://gw.example.org/hook"
    assert told.webhook["fallback_url"] == "https://gw.example.org/spare"


async def test_it_types(sim: TwilioSimulator, business: Business, twilio: Client) -> None:
    """By version 2, whose channel is WhatsApp."""
    sid = await sim.says(ANA, "hi")
    typing = twilio.messaging.v2.typing_indicator
    told = await attempt(lambda: typing.create(channel="whatsapp", message_id=sid))
    assert (told.success, sim.marked_read) == (True, [sid])


async def test_it_reads_the_account_with_a_key(sim: TwilioSimulator) -> None:
    """An API key opens what the token opens, until it is revoked."""
    by_key = client(sim, key=True)
    sid = sim.credentials.account_sid
    assert (await attempt(lambda: by_key.api.accounts(sid).fetch())).status == "active"
    sim.revoke_token()
    assert await attempt(lambda: by_key.api.accounts(sid).fetch()) == 20003
    by_key.http_client.close()
