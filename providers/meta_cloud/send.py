"""The conversation of one send: its uploads, one POST, and what the answer means (wire.md §2.1, §2.3)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Struct

from gateway.model.event import Identity
from gateway.provider import Accepted, HttpAnswer, Note, ProviderError, SendSteps
from providers.meta_cloud import uploads
from providers.meta_cloud.clean import decode
from providers.meta_cloud.cloud import Cloud
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.people import phone
from providers.meta_cloud.refusal import BAD, ReadError
from providers.meta_cloud.render import PRIVATE

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{1,15}", re.ASCII)


class SentContact(Struct):
    """`{"input": "+34600111222", "wa_id": "34600111222"}`; a user id in place of wa_id for BSUIDs."""

    input: str | None = None
    wa_id: str | None = None


class SentMessage(Struct):
    """`{"id": "wamid.T1VU", "message_status": "accepted"}`."""

    id: str
    message_status: str | None = None


class SentAnswer(Struct):
    """The body of a 200."""

    messages: list[SentMessage]
    contacts: list[SentContact] | None = None


_SENT = msgspec.json.Decoder(SentAnswer)


def address(to: str) -> dict[str, str]:
    """Where *to* goes in the body: a phone with its "+" (without it Meta guesses a country), a user id,
    or else a group id."""
    if _USER_ID.fullmatch(to):
        return {"recipient": to}
    if _PHONE.fullmatch(to):
        return {"to": "+" + to.lstrip("+")}
    if not to or not to.isprintable():
        raise ProviderError("invalid", title="no recipient", hint="give a phone number or a user id")
    return {"to": to, "recipient_type": "group"}


def _learned(answer: SentAnswer) -> tuple[Identity, ...]:
    """The wa_id, where it differs from the number dialled (Brazil, Mexico: wire.md §6)."""
    contact = answer.contacts[0] if answer.contacts else SentContact()
    given = "".join(sign for sign in contact.input or "" if sign.isdigit())
    told = phone(contact.wa_id)
    return (Identity("phone", told),) if told and told != f"+{given}" else ()


def read_answer(answer: HttpAnswer, read_error: ReadError) -> Accepted:
    """What was accepted. Raises `ProviderError`, and nothing else, for every other answer."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        found = decode(_SENT, answer.body)
    except BAD:
        found = SentAnswer([])
    if not found.messages or not found.messages[0].id:
        # A 2xx with an error body is one too; anything else may have been sent.
        error = read_error(answer)
        title = error.title if error.code else "a success without a message id"
        raise ProviderError(
            "ambiguous", code=error.code, title=title, hint="wait for the status", http=answer.status
        )
    message = found.messages[0]
    return Accepted(message.id, message.message_status == "held_for_quality_assessment", _learned(found))


def _fits(body: dict[str, Any], private: dict[str, Any]) -> None:
    """Refuse, before any call, what this recipient cannot be sent."""
    coded = private.get("phone_only") or body.get("category") == "authentication"
    if coded and "recipient" in body:
        raise ProviderError(
            "invalid",
            code=131062,
            title="a one-time code cannot be sent to a user id; nothing was sent",
            hint="send it to the contact's phone number",
        )
    if body.get("type") == "pin" and body.get("recipient_type") != "group":
        raise ProviderError("invalid", title="a message can be pinned in a group only; nothing was sent")


def send(part: dict[str, Any], to: str, correlation: str, cloud: Cloud) -> SendSteps:
    """Conduct the send of *part* to *to*. *correlation* comes back with every status."""
    if len(correlation) > LIMITS.correlation:
        raise ProviderError("invalid", title=f"correlation is over {LIMITS.correlation} characters")
    body = part | address(to)
    private: dict[str, Any] = body.pop(PRIVATE, {})
    _fits(body, private)
    if correlation:
        body["biz_opaque_callback_data"] = correlation
    edge = "marketing_messages" if private.get("marketing") else "messages"
    request = cloud.post(edge, body, sends=True)
    if uploads.MARKED in request.body:
        return (yield from _with_files(edge, body, cloud))
    answer = yield request
    return read_answer(answer, cloud.read_error)


def _with_files(edge: str, body: dict[str, Any], cloud: Cloud) -> SendSteps:
    """Upload, then send. When Meta does not know an upload that was noted, it is forgotten and made anew."""
    ready = yield from uploads.ready(body, cloud)
    try:
        return read_answer((yield cloud.post(edge, ready.body, sends=True)), cloud.read_error)
    except ProviderError as error:
        if not ready.recalled or not uploads.is_unknown(error):
            raise
    for key in ready.recalled:
        yield Note(key, "")
    ready = yield from uploads.ready(body, cloud)
    return read_answer((yield cloud.post(edge, ready.body, sends=True)), cloud.read_error)
