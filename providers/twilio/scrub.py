"""A webhook of Twilio's with nobody in it; see `gateway.provider.scrubbing`."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote_plus

from gateway.provider.scrubbing import Chances, words
from providers.twilio.wire import pairs

#: Parameters with words from Twilio's own lists, and what names no person. Without "_" and in lower case,
#: so that they hold for the Messages list too; digits at the end are left out ("MediaContentType0").
_KEPT = words(
    """
    messagetype smsstatus messagestatus status nummedia numsegments referralnummedia mediacontenttype
    apiversion buttontype channelprefix structuredmessage eventtype errorcode forwarded
    frequentlyforwarded referralsourcetype referralmediacontenttype direction pricesku price priceunit
    contenttype datesent datecreated dateupdated level payloadtype type smstype optouttype
    fromcountry tocountry rawdlrdonedate
    """
)
_SENTENCES = words("errormessage channelstatusmessage")
_DEGREES = words("latitude longitude")
#: Within a form's answers nothing is Twilio's.
_ANSWERS = words("flowdata interactivedata")
_ANSWER = "answer"
_SID = re.compile(r"\b([A-Z]{2})([0-9a-f]{32})\b", re.ASCII)
_SCHEME = re.compile(r"https?://")
_USER_ID = re.compile(r"((?:whatsapp:)?[A-Z]{2}\.(?:ENT\.)?)([A-Za-z0-9]+)", re.ASCII)
_PHONE = re.compile(r"((?:whatsapp:)?[+ ]?)([0-9]{6,15})", re.ASCII)
_NUMBERS = re.compile(r"[0-9]{7,}", re.ASCII)


def scrub(body: bytes) -> bytes:
    """*body* without a person in it. Raises ValueError when it is neither a form nor a JSON object."""
    replace = _Replacer(body)
    if body.lstrip().startswith(b"{"):
        return json.dumps(_value(json.loads(body), "", replace), ensure_ascii=True).encode()
    found = pairs(body.rstrip(b"\r\n"))
    if b"=" not in body or not found:
        raise ValueError("neither a form nor JSON")
    told = [(name.decode("utf-8", "replace"), value.decode("utf-8", "replace")) for name, value in found]
    return "&".join(f"{quote_plus(n)}={quote_plus(_text(v, n, replace))}" for n, v in told).encode()


class _Replacer:
    """Replaces characters by others of their kind, the same for the same text."""

    def __init__(self, body: bytes) -> None:
        self._chances = Chances(body)

    def __call__(self, text: str, letters: str = "abcdefghijklmnopqrstuvwxyz") -> str:
        return "".join(self._one(sign, chance, letters) for sign, chance in self._chances.of(text))

    def _one(self, sign: str, chance: int, letters: str) -> str:
        if not sign.isalnum():
            return sign
        if sign.isdigit():
            return str(chance % 10)
        fresh = letters[chance % len(letters)]
        return fresh.upper() if sign.isupper() else fresh


def _value(value: Any, key: str, replace: _Replacer) -> Any:
    if isinstance(value, dict):
        return {n: _value(each, key if key == _ANSWER else n, replace) for n, each in value.items()}
    if isinstance(value, list):
        return [_value(each, key, replace) for each in value]
    if isinstance(value, str):
        return _text(value, key, replace)
    if isinstance(value, float):
        return float(round(value))
    if isinstance(value, int) and not isinstance(value, bool) and _plain(key) not in _KEPT:
        return int(replace(str(value))) if value >= 0 else value
    return value


def _plain(key: str) -> str:
    return key.replace("_", "").lower().rstrip("0123456789")


def _text(text: str, key: str, replace: _Replacer) -> str:
    name = _plain(key)
    if name in _KEPT or not text:
        return text
    if name in _SENTENCES:
        return _NUMBERS.sub(lambda found: replace(found[0]), text)
    if name in _DEGREES:
        return _degrees(text, replace)
    if text.lstrip().startswith(("{", "[")):
        return _nested(text, _ANSWER if name in _ANSWERS or key == _ANSWER else "", replace)
    if found := _PHONE.fullmatch(text):
        # The country stays, and with it what is special about its numbers.
        return found[1] + found[2][:5] + replace(found[2][5:])
    if found := _USER_ID.fullmatch(text):
        return found[1] + replace(found[2])
    if _SID.fullmatch(text) or (name.endswith(("url", "uri")) and _SID.search(text)):
        return _SID.sub(lambda sid: sid[1] + replace(sid[2], "abcdef"), text)
    scheme = found[0] if (found := _SCHEME.match(text)) else ""
    return scheme + replace(text[len(scheme) :])


def _degrees(text: str, replace: _Replacer) -> str:
    """A place to about a hundred kilometres."""
    try:
        return f"{float(text):.0f}"
    except (ValueError, OverflowError):
        return replace(text)


def _nested(text: str, key: str, replace: _Replacer) -> str:
    """JSON within a text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return replace(text)
    return json.dumps(_value(found, key, replace))
