"""A webhook of Meta's with nobody in it; see `gateway.provider.scrubbing`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from gateway.provider.scrubbing import Chances, words

#: Words from the platform's own lists, and what names no person.
_KEPT = words(
    """
    object field type event status messaging_product mime_type timestamp language code category
    policy message_template_language message_template_category currency country country_code
    direction decision action action_type value quality pricing_model pricing_type conversation_type
    sub_type phase chunk_order progress sdp_type entity_type alert_severity alert_status alert_type
    restriction_type waba_ban_state violation_type previous_category new_category correct_category
    previous_quality_score new_quality_score current_limit old_limit
    max_daily_conversations_per_business reason recipient_type source_type media_type origin
    old_status new_status alert_state rejection_reason response response_source waba_ban_date
    created_timestamp expiration_timestamp start_time end_time category_update_timestamp
    quality_score parameter_format error_type
    """
)
_PHONES = words(
    """
    wa_id new_wa_id customer from to recipient_id phone phone_number display_phone_number requester
    recipient_participant_id
    """
)
_USER_ID = re.compile(r"([A-Z]{2}\.(?:ENT\.)?)([A-Za-z0-9]+)", re.ASCII)
_WAMID = re.compile(r"(wamid\.|wacid\.)(.*)", re.DOTALL)
#: What may name somebody in the platform's own sentences.
_TOLD = re.compile(r"(?:[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{8,}|[0-9]{7,})", re.ASCII)
_SENTENCES = frozenset(("title", "message", "details", "href"))
#: Within a form's answers nothing is the platform's.
_ANSWER = "response_json"


def scrub(body: bytes) -> bytes:
    """*body* without a person in it. Raises ValueError when it is no JSON."""
    told = json.loads(body)
    replace = _Replacer(body, frozenset(_phones(told, "")))
    return json.dumps(_value(told, "", replace), ensure_ascii=True).encode()


def _phones(value: Any, key: str) -> Iterator[str]:
    """The digits of all phones: one may stand elsewhere too, as the id of a thread."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _phones(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _phones(each, key)
    elif isinstance(value, str) and key in _PHONES and len(digits := _digits(value)) > 4:
        yield digits


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())


class _Replacer:
    """Replaces characters by others of their kind, the same for the same text."""

    def __init__(self, body: bytes, phones: frozenset[str]) -> None:
        self._chances, self.phones = Chances(body), phones

    def __call__(self, text: str, kinds: str = "aA0") -> str:
        return "".join(self._one(sign, chance, kinds) for sign, chance in self._chances.of(text))

    def _one(self, sign: str, chance: int, kinds: str) -> str:
        if sign.isascii() and sign.isdigit():
            return str(chance % 10) if "0" in kinds else sign
        if sign.isascii() and sign.isalpha():
            return chr((ord("a") if sign.islower() else ord("A")) + chance % 26)
        return sign


def _value(value: Any, key: str, replace: _Replacer) -> Any:
    if isinstance(value, dict):
        form = _ANSWER in value  # whose "name" says what kind of form it is
        names = {name: _ANSWER if key == _ANSWER else name for name in value}
        return {
            name: each if form and name == "name" else _value(each, names[name], replace)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_value(each, key, replace) for each in value]
    if isinstance(value, str):
        return _text(value, key, replace)
    if isinstance(value, float):
        return float(round(value)) if isfinite(value) else value  # a place to about a hundred kilometres
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value, key, replace)
    return value


def _number(value: int, key: str, replace: _Replacer) -> int:
    """A phone or an answer may be a number too."""
    digits, sign = str(abs(value)), -1 if value < 0 else 1
    if key == _ANSWER:
        return sign * int(replace(digits))
    return sign * int(_phone(digits, replace)) if key in _PHONES else value


def _text(text: str, key: str, replace: _Replacer) -> str:
    if key in _SENTENCES:
        return _TOLD.sub(lambda found: replace(found[0]), text)
    if key in _KEPT:
        return text
    if key == _ANSWER:
        return _nested(text, replace)
    digits = _digits(text)
    if (key in _PHONES and len(digits) > 4) or (text in (digits, f"+{digits}") and digits in replace.phones):
        return _phone(text, replace)
    for pattern, change in ((_USER_ID, _tail), (_WAMID, _tail)):
        found = pattern.fullmatch(text)
        if found is not None:
            return change(found, replace)
    return replace(text)


def _tail(found: re.Match[str], replace: Callable[[str], str]) -> str:
    return found[1] + replace(found[2])


def _phone(text: str, replace: _Replacer) -> str:
    """The country stays, and with it the length and what is special about its numbers."""
    digits = _digits(text)
    fresh = iter(digits[:5] + replace(digits[5:]))
    return "".join(next(fresh) if sign.isascii() and sign.isdigit() else sign for sign in text)


def _nested(text: str, replace: _Replacer) -> str:
    """JSON within a text: a form's answers, of which every one may be personal."""
    try:
        found = json.loads(text)
    except ValueError:
        return replace(text)
    if not isinstance(found, dict | list):
        return replace(text)
    return json.dumps(_value(found, _ANSWER, replace))
