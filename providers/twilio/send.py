"""The conversation of one send: the content when one is needed, then one POST (wire.md §4.4, §4.5)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from gateway.provider import Accepted, CallbackUrl, HttpAnswer, HttpRequest, ProviderError, SendSteps, Steps
from providers.twilio.answers import read_error
from providers.twilio.contents import resource
from providers.twilio.files import address
from providers.twilio.render_extra import CONTENT
from providers.twilio.settings import TwilioSettings

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{1,15}", re.ASCII)
#: Twilio does not know the content that we remember; nothing was sent.
_NO_CONTENT = (21655, 20404)
_BAD = (msgspec.MsgspecError, ValueError, RecursionError)


class SentAnswer(Struct):
    """The body of a 201: `{"sid": "SM…", "status": "queued", …}`."""

    sid: str


_SENT = msgspec.json.Decoder(SentAnswer)


def recipient(to: str) -> str:
    """*to* as Twilio writes it: "whatsapp:+34600111222", "whatsapp:ES.90817263544536271"."""
    if _USER_ID.fullmatch(to):
        return f"whatsapp:{to}"
    if _PHONE.fullmatch(to):
        return "whatsapp:+" + to.lstrip("+")
    raise ProviderError(
        "invalid",
        title="no recipient that Twilio knows; nothing was sent",
        hint="give a phone number or a user id; Twilio has no groups",
    )


def _read(answer: HttpAnswer) -> Accepted:
    """What was accepted. Raises `ProviderError`, and nothing else, for every other answer."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        found = _SENT.decode(answer.body)
    except _BAD:
        found = SentAnswer("")
    if not found.sid:
        raise ProviderError(
            "ambiguous",
            title="a success without a message sid",
            hint="wait for the status",
            http=answer.status,
        )
    return Accepted(found.sid)


def _callback(url: str, correlation: str, settings: TwilioSettings) -> dict[str, str]:
    """Where the statuses of this message come: our id is in the query (wire.md §5.1, correlation data). So is
    the channel's number when a service chooses the sender: the statuses then tell another one, or none."""
    if not url:
        return {}
    if "_" in urlsplit(url).netloc:
        raise ProviderError(
            "invalid",
            title="Twilio calls no host with an underscore; nothing was sent",
            hint="give [server] public_url another host name",
        )
    told = {"c": correlation, "n": settings.number if settings.messaging_service_sid else ""}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in told.items() if value)
    joint = ("&" if "?" in url else "?") if query else ""
    return {"StatusCallback": f"{url}{joint}{query}"}


def _sender(settings: TwilioSettings) -> dict[str, str]:
    if settings.messaging_service_sid:
        return {"MessagingServiceSid": settings.messaging_service_sid}
    return {"From": settings.sender}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _form(part: dict[str, Any], sid: str) -> Steps[dict[str, str]]:
    """*part* as fields of the form, with addresses of files that are good from now on."""
    form = {name: _written(value) for name, value in part.items() if not isinstance(value, dict)}
    if isinstance(part.get("MediaUrl"), dict):
        form["MediaUrl"] = yield from address(part["MediaUrl"])
    if sid:
        form["ContentSid"] = sid
    if variables := part.get("ContentVariables"):
        filled = {}
        for name, value in variables.items():
            filled[name] = (yield from address(value)) if isinstance(value, dict) else value
        form["ContentVariables"] = msgspec.json.encode(filled).decode()
    return form


def _post(form: dict[str, str], settings: TwilioSettings) -> HttpRequest:
    headers = {"Authorization": settings.basic, "Content-Type": "application/x-www-form-urlencoded"}
    return HttpRequest("POST", settings.messages_url, headers, urlencode(form).encode(), sends=True)


def send(part: dict[str, Any], to: str, correlation: str, settings: TwilioSettings) -> SendSteps:
    """Conduct the send of *part* to *to*. *correlation* comes back with every status, in its URL."""
    whom = {"To": recipient(to)} | _sender(settings)
    back = _callback((yield CallbackUrl()), correlation, settings)
    content = part.get(CONTENT)
    sid = (yield from resource(content, settings)) if content else ""
    form = whom | (yield from _form(part, sid)) | back
    answer = yield _post(form, settings)
    try:
        return _read(answer)
    except ProviderError as error:
        if not content or error.code not in _NO_CONTENT:
            raise
    # Somebody deleted the content in Twilio's console. Nothing was sent, so a new one is made, once.
    form["ContentSid"] = yield from resource(content, settings, anew=True)
    return _read((yield _post(form, settings)))
