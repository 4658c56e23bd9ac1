"""What may be an identity: phones, addresses, user ids of providers, ids of other systems."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

import phonenumbers
from msgspec import Struct

from gateway.contacts.errors import ContactRefused
from gateway.model.ids import digest
from gateway.model.phone import aliases

#: The kinds that a business writes down. A group is a name too, and comes from the provider alone.
NameKind = Literal["phone", "email", "external", "bsuid", "parent_bsuid"]

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f.]+(\.[^@\s\x00-\x1f\x7f.]+)+")
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_PARENT_ID = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")


class Name(Struct, frozen=True):
    """One name of a contact, as the table `identity` has it."""

    kind: str
    value: str
    scope: str = ""

    @property
    def id(self) -> str:
        """Names it in addresses of the API; the same for the same name."""
        return digest(self.kind, self.scope, self.value).hex()[:20]

    @property
    def forms(self) -> tuple[Name, ...]:
        """This name and the other forms of a phone under which its owner may be known."""
        others = aliases(self.value) if self.kind == "phone" else ()
        return (self, *(Name("phone", other) for other in others))


class Here(Struct, frozen=True):
    """What a business has itself: its *numbers* ("+1555…") and its *accounts* at providers, in which user
    ids are unique."""

    numbers: Collection[str] = ()
    accounts: Collection[str] = ()


def name_of(kind: NameKind, value: str, scope: str, here: Here, pointer: str) -> Name:
    """The name that *value* is. Raises `ContactRefused` with what to write at *pointer*."""
    if scope and kind != "bsuid":
        raise ContactRefused(
            "invalid",
            "only a bsuid has a scope: the account in which it is unique",
            pointer=f"{pointer}/scope",
        )
    match kind:
        case "phone":
            return Name(kind, _phone(value, here, f"{pointer}/value"))
        case "email":
            return Name(kind, _email(value, f"{pointer}/value"))
        case "external":
            return Name(kind, _external(value, f"{pointer}/value"))
        case "bsuid":
            _fits(_USER_ID, value, 'the user id that the provider gave, such as "ES.9081…"', pointer)
            return Name(kind, value, scope or _account(here, pointer))
        case "parent_bsuid":
            _fits(_PARENT_ID, value, 'the parent user id, such as "ES.ENT.5544…"', pointer)
            return Name(kind, value)


def _phone(value: str, here: Here, pointer: str) -> str:
    if not _PHONE.fullmatch(value) or not any(_possible(each) for each in (value, *aliases(value))):
        raise ContactRefused(
            "invalid", "write '+', the country's code and the number in digits, as +254700000001",
            pointer=pointer,
        )  # fmt: skip
    if value in here.numbers:
        raise ContactRefused("own_number", f"{value} is a number of your own channels", pointer=pointer)
    return value


def _possible(phone: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return False


def _email(value: str, pointer: str) -> str:
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise ContactRefused("invalid", "write an address such as ana@example.org", pointer=pointer)
    return value.lower()


def _external(value: str, pointer: str) -> str:
    if not value.isprintable() or value != value.strip() or not value:
        raise ContactRefused(
            "invalid", "an id of another system has printable characters, and no space around it",
            pointer=pointer,
        )  # fmt: skip
    return value


def _fits(pattern: re.Pattern[str], value: str, what: str, pointer: str) -> None:
    if not pattern.fullmatch(value):
        raise ContactRefused("invalid", f"write {what}", pointer=f"{pointer}/value")


def _account(here: Here, pointer: str) -> str:
    """The only account there is."""
    if len(here.accounts) != 1:
        names = ", ".join(sorted(here.accounts)) or "none is known from your channels"
        raise ContactRefused(
            "scope_needed", f"a bsuid is unique in one account; name it in scope: {names}",
            pointer=f"{pointer}/scope",
        )  # fmt: skip
    return next(iter(here.accounts))
