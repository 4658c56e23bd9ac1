"""Where a contact is, as far as the clock goes: what the business knows, else what the number says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import time_zones_for_number

from gateway.policy.facts import Zones


def zones_of(attribute: str | None, phones: Iterable[str], tenant: str) -> Zones:
    """The zones of a contact. *attribute* is the contact's `time_zone` as it is stored (JSON), None without
    one; *phones* begin with "+". A number of a country with several zones, which tells no region, has all of
    them."""
    tenant = tenant if _known(tenant) else "UTC"
    told = _decoded(attribute)
    if told and _known(told):
        return Zones((told,), "contact", tenant)
    for phone in phones:
        if names := _of_phone(phone):
            return Zones(names, "phone", tenant)
    return Zones((tenant,), "tenant", tenant)


def _decoded(attribute: str | None) -> str:
    if not attribute:
        return ""
    try:
        value = msgspec.json.decode(attribute)
    except msgspec.DecodeError:
        return ""
    return value if isinstance(value, str) else ""


@lru_cache(4096)
def _of_phone(phone: str) -> tuple[str, ...]:
    try:
        names = time_zones_for_number(parse(phone))
    except NumberParseException:
        return ()
    return tuple(name for name in names if name != "Etc/Unknown" and _known(name))


@lru_cache(1024)
def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a name that is no file is refused in several ways
        return False
    return True
