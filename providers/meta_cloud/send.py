"""The conversation of one send: one POST, and what its answer means (wire.md §2.1, §2.11)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Struct

from gateway.model.event import Identity
from gateway.provider import Accepted, HttpAnswer, HttpRequest, ProviderError, SendSteps
from providers.meta_cloud.clean import decode, integer
from providers.meta_cloud.errors import classify
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.people import phone
from providers.meta_cloud.render import PRIVATE
from providers.meta_cloud.settings import MetaSettings

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{1,15}", re.ASCII)
#: What "transient" overrides. The others have a reason of their own not to repeat, or do so already.
_TRANSIENT = frozenset({"ambiguous", "unknown", "invalid", "media", "template", "undeliverable"})
_BAD = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


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


class GraphError(Struct):
    """`{"code": 131056, "message": "…", "error_data": {"details": "…"}, "is_transient": false}`.

    Only the code decides, so only the code has to be readable."""

    code: int | str
    message: Any = None
    error_data: Any = None
    error_subcode: Any = None
    error_user_msg: Any = None
    is_transient: Any = None


class ErrorAnswer(Struct):
    """The body of a refusal."""

    error: GraphError


_SENT = msgspec.json.Decoder(SentAnswer)
_ERROR = msgspec.json.Decoder(ErrorAnswer)


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


def _retry_after(answer: HttpAnswer) -> float | None:
    given = answer.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) <= 6 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _details(error: GraphError) -> str:
    """What Meta says beside the message: `error_data` is an object or a text."""
    data = error.error_data
    told = _text(data.get("details") if isinstance(data, dict) else data)
    return told or _text(error.error_user_msg)


def _graph_error(error: GraphError, answer: HttpAnswer) -> ProviderError:
    code = integer(error.code)
    rule = classify(code, answer.status)
    kind = rule.kind
    after = _retry_after(answer)
    # A Graph error that calls itself transient, and a 503 that names a time, say: not sent.
    if (error.is_transient is True and kind in _TRANSIENT) or (answer.status == 503 and after is not None):
        kind = "unavailable"
    elif answer.status == 429 and kind in ("unknown", "invalid", "ambiguous"):
        kind = "rate_limited"
    return ProviderError(
        kind,
        code=code,
        subcode=integer(error.error_subcode),
        title=_text(error.message)[:500],
        details=_details(error)[:1000],
        hint=rule.hint,
        http=answer.status,
        retry_after=after if after is not None else rule.wait or None,
    )


def _bare_error(answer: HttpAnswer) -> ProviderError:
    """A refusal without a Graph error in it: the HTTP status is all there is."""
    after = _retry_after(answer)
    rule = classify(0, answer.status) if answer.status != 401 else classify(190)
    kind = "unavailable" if answer.status == 503 and after is not None else rule.kind
    title = f"HTTP {answer.status} without a Graph error"
    return ProviderError(kind, title=title, hint=rule.hint, http=answer.status, retry_after=after)


def read_error(answer: HttpAnswer) -> ProviderError:
    """The error that *answer*, which is no 2xx, amounts to."""
    try:
        found = decode(_ERROR, answer.body)
    except _BAD:
        return _bare_error(answer)
    return _graph_error(found.error, answer)


def _learned(answer: SentAnswer) -> tuple[Identity, ...]:
    """The wa_id, where it differs from the number dialled (Brazil, Mexico: wire.md §6)."""
    contact = answer.contacts[0] if answer.contacts else SentContact()
    given = "".join(sign for sign in contact.input or "" if sign.isdigit())
    told = phone(contact.wa_id)
    return (Identity("phone", told),) if told and told != f"+{given}" else ()


def read_answer(answer: HttpAnswer) -> Accepted:
    """What was accepted. Raises `ProviderError`, and nothing else, for every other answer."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        found = decode(_SENT, answer.body)
    except _BAD:
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


def post(body: dict[str, Any], url: str, settings: MetaSettings, *, sends: bool) -> HttpRequest:
    """An authenticated call with a JSON body."""
    headers = {"Authorization": f"Bearer {settings.access_token}", "Content-Type": "application/json"}
    return HttpRequest("POST", url, headers, msgspec.json.encode(body), sends)


def send(part: dict[str, Any], to: str, correlation: str, settings: MetaSettings) -> SendSteps:
    """Conduct the send of *part* to *to*. *correlation* comes back with every status."""
    if len(correlation) > LIMITS.correlation:
        raise ProviderError("invalid", title=f"correlation is over {LIMITS.correlation} characters")
    body = part | address(to)
    private: dict[str, Any] = body.pop(PRIVATE, {})
    _fits(body, private)
    if correlation:
        body["biz_opaque_callback_data"] = correlation
    url = settings.marketing_url if private.get("marketing") else settings.messages_url
    answer = yield post(body, url, settings, sends=True)
    return read_answer(answer)
