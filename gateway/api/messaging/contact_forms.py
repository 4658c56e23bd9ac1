"""What the API takes about contacts."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from gateway.api.paging import Paging
from gateway.api.strict import Moment
from gateway.contacts.attach import MOST
from gateway.contacts.attributes import AttributeName, Value
from gateway.contacts.names import NameKind

_NAME = Annotated[str, Meta(max_length=256, pattern=r"^[^\u0000-\u001f\u007f]*\Z")]
_LANGUAGE = Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?\Z")]
_SCOPE = Annotated[str, Meta(max_length=128, pattern=r"^[\u0021-\u007e]*\Z")]

#: What to say of a field that does not fit, by its pointer.
WORDS = {
    "/name": "a name has at most 256 characters, on one line",
    "/language": 'write a language as "sw" or "pt_BR"',
    "/attributes": "names of attributes are small letters, digits and _, 64 at most, with a letter first; "
    "values are texts of at most 1,000 characters, numbers, true and false",
    "/scope": "write the id of the provider's account",
}


class NewIdentity(Struct, frozen=True, forbid_unknown_fields=True):
    """A name of a contact. *value* is "+" and digits for a phone, an address for email, the provider's id for
    bsuid and parent_bsuid, any id of another system for external. *scope* is for a bsuid: the account in
    which it is unique, needed when your channels have several."""

    kind: NameKind
    value: Annotated[str, Meta(min_length=1, max_length=256)]
    scope: _SCOPE = ""


class NewContact(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a POST. Messages from any of *identities* will be this contact's."""

    identities: Annotated[list[NewIdentity], Meta(min_length=1, max_length=MOST)]
    name: _NAME = ""
    language: _LANGUAGE = ""
    attributes: Annotated[dict[AttributeName, Value], Meta(max_length=100)] = field(default_factory=dict)


class ContactPatch(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. null takes a name, a language or an attribute away."""

    name: _NAME | UnsetType | None = UNSET
    language: _LANGUAGE | UnsetType | None = UNSET
    attributes: Annotated[dict[AttributeName, Value | None], Meta(max_length=200)] | UnsetType = UNSET


class ContactQuery(Paging, frozen=True):
    """*q* is the start of words of the name or the username, the start of a phone, or a whole user id,
    address or other id. *attribute* is "name:value". *created_after* (with that moment) and
    *created_before* are RFC 3339 with an offset."""

    q: Annotated[str, Meta(max_length=256)] = ""
    attribute: Annotated[str, Meta(max_length=1100, pattern=r"^([a-z][a-z0-9_]{0,63}:[\s\S]*)?\Z")] = ""
    created_after: Moment | None = None
    created_before: Moment | None = None


class ConflictQuery(Paging, frozen=True):
    """*resolved* conflicts, or those that are open."""

    resolved: bool = False
