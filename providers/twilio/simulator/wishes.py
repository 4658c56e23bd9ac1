"""Reads a request to send and refuses what Twilio refuses at once (the table of wire.md §4.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from gateway.clock import DAY, MINUTE, SECOND
from providers.twilio.simulator.errors import TwilioError

BODY, MEDIA, LONGEST_URL = 1600, 10, 2048
VALIDITY = range(1, 36_001)
SOONEST, LATEST = 15 * MINUTE, 35 * DAY
PARAMETERS = frozenset(
    {
        *("To", "From", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid", "ContentVariables"),
        *("PersistentAction", "StatusCallback", "ValidityPeriod", "ScheduleType", "SendAt", "SmartEncoded"),
        *("ShortenUrls", "ProvideFeedback", "Attempt", "ContentRetention", "AddressRetention", "RiskCheck"),
        *("SendAsMms", "FallbackFrom", "TrafficType", "ForceDelivery", "ApplicationSid", "MaxPrice"),
        *("MessageIntent", "UrlShortening"),
    }
)
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}", re.ASCII)
_GEO = re.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:\|(.*))?", re.ASCII | re.DOTALL)


class Wish(Struct, frozen=True):
    """What the business wants to have sent. *place* is latitude, longitude and label; *send_at* is
    microseconds, None for now."""

    to: str
    sender: str
    service: str
    body: str
    media: tuple[str, ...]
    content: str
    variables: str
    place: tuple[str, str, str] | None
    callback: str
    send_at: int | None
    form: dict[str, str]


def wish_of(pairs: list[tuple[str, str]], now: int) -> Wish:
    """The wish in a form; raises `TwilioError`. To and From are only read here, `addresses` judges them."""
    form = dict(pairs)
    media = tuple(value for name, value in pairs if name == "MediaUrl" and value)
    get = form.get
    _check_content(form, media)
    for url in media:
        _check_media(url)
    if len(media) > MEDIA:
        raise TwilioError(21623)
    _check_callback(get("StatusCallback", ""))
    _check_validity(get("ValidityPeriod", ""))
    return Wish(
        to=get("To", "").strip(),
        sender=get("From", "").strip(),
        service=get("MessagingServiceSid", ""),
        body=get("Body", ""),
        media=media,
        content=get("ContentSid", ""),
        variables=get("ContentVariables", ""),
        place=_place(get("PersistentAction", "")),
        callback=get("StatusCallback", ""),
        send_at=_send_at(form, now),
        form=form,
    )


def _check_content(form: dict[str, str], media: tuple[str, ...]) -> None:
    """Exactly one of a content, or a body with or without media."""
    content, body = form.get("ContentSid", ""), form.get("Body", "")
    if content:
        if body or media or form.get("PersistentAction"):
            raise TwilioError(20001, "ContentSid cannot be combined with Body, MediaUrl or PersistentAction")
        if not _CONTENT.fullmatch(content):
            raise TwilioError(21655)
        return
    if form.get("ContentVariables"):
        raise TwilioError(21654)
    if not body.strip() and not media:
        raise TwilioError(21602)
    if len(body) > BODY:
        raise TwilioError(21617)


def _check_media(url: str) -> None:
    parts = _split(url)
    if parts is None or len(url) > LONGEST_URL:
        raise TwilioError(21620)


def _check_callback(url: str) -> None:
    """An absolute URL; Twilio takes no underscore in its host."""
    if not url:
        return
    host = _split(url)
    if host is None or "_" in host or len(url) > LONGEST_URL:
        raise TwilioError(21609)


def _split(url: str) -> str | None:
    """The host of an http(s) URL, None when it is none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return host if parts.scheme in ("http", "https") and host and not re.search(r"\s", url) else None


def _check_validity(value: str) -> None:
    if value and not (value.isascii() and value.isdigit() and len(value) < 9 and int(value) in VALIDITY):
        raise TwilioError(20001, "ValidityPeriod must be 1 to 36000 seconds")


def _place(action: str) -> tuple[str, str, str] | None:
    if not action:
        return None
    found = _GEO.fullmatch(action)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise TwilioError(20001, "PersistentAction must look like geo:40.4168,-3.7038|Calle Mayor 1")
    return found[1], found[2], found[3] or ""


def _send_at(form: dict[str, str], now: int) -> int | None:
    """When to send a scheduled message (the codes are not in wire.md)."""
    kind, when = form.get("ScheduleType", ""), form.get("SendAt", "")
    if not kind and not when:
        return None
    if kind != "fixed":
        raise TwilioError(35112)
    if not form.get("MessagingServiceSid"):
        raise TwilioError(35118)
    if not when:
        raise TwilioError(35111)
    try:
        found = datetime.fromisoformat(when.replace("Z", "+00:00"))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        at = int(aware.timestamp()) * SECOND
    except (ValueError, OverflowError):
        raise TwilioError(35113) from None
    if not now + SOONEST - SECOND <= at <= now + LATEST:
        raise TwilioError(35114)
    return at
