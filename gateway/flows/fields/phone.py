"""`fields.phone` and `fields.email`."""

from __future__ import annotations

import re

import phonenumbers

from gateway.flows.fields.field import Answer, Field, core
from gateway.flows.fields.plain import SHORT, plain
from gateway.model import inbound


class Phone(Field[str]):
    """A phone number that can exist, as E.164 ("+254712345678"), written with or without its country, or
    shared as a contact card. *region* is the country ("KE") of numbers without one; else it is the
    contact's."""

    def __init__(self, *, region: str = "") -> None:
        self.region = region.upper()

    def __call__(self, *, region: str = "") -> Phone:
        """The same with limits."""
        return Phone(region=region)

    def read(self, answer: Answer) -> str:
        """The number. Raises `Invalid`."""
        region = self.region or answer.country.upper()
        for written in _candidates(answer):
            found = _number(written, region)
            if found:
                return found
        raise core("Please write a phone number, such as {example}.", example=_example(region))


def _candidates(answer: Answer) -> list[str]:
    if isinstance(answer.content, inbound.Contacts):
        phones = [phone for card in answer.content.contacts for phone in card.phones]
        return [
            each for phone in phones[:20] for each in (phone.phone, f"+{phone.wa_id}" if phone.wa_id else "")
        ]
    return [answer.text]


def _number(text: str, region: str) -> str:
    written = plain(text) if len(text) <= SHORT else ""
    if not any(map(str.isdigit, written)):
        return ""
    dialled = [f"+{written[2:]}"] if written.startswith("00") else []
    for each in (written, *dialled):
        try:
            found = phonenumbers.parse(each, region or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return ""


def _example(region: str) -> str:
    mobile = phonenumbers.PhoneNumberType.MOBILE
    found = phonenumbers.example_number_for_type(region, mobile) if region else None
    if found is None:
        return "+254 712 345678"
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


_EMAIL = re.compile(
    r"[^\s@<>(),;:\"\\\[\]]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)


class Email(Field[str]):
    """An e-mail address, its domain in lower case; "juma @ example.com" too. That it exists is not known."""

    def read(self, answer: Answer) -> str:
        """The address. Raises `Invalid`."""
        written = plain(answer.text) if len(answer.text) <= 320 else ""
        written = written.removeprefix("mailto:").strip("<>\"' \t").rstrip(".,;")
        local, _, domain = (part.strip() for part in written.rpartition("@"))
        address = f"{local}@{domain.lower()}"
        if len(address) > 254 or not _EMAIL.fullmatch(address):
            raise core("Please write an e-mail address, such as {example}.", example="name@example.com")
        if local.startswith(".") or local.endswith(".") or ".." in local:
            raise core("Please write an e-mail address, such as {example}.", example="name@example.com")
        return address
