"""The business-scoped user ids of simulated contacts: the same for a phone on every provider."""

from __future__ import annotations

import hashlib

import phonenumbers


def country_of(phone: str) -> str:
    """The two letters of a phone's country, ZZ when it has none."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or "ZZ"
    except phonenumbers.NumberParseException:
        region = "ZZ"
    return region if region.isalpha() else "ZZ"


def user_id_of(phone: str, generation: int = 0) -> str:
    """A business-scoped user id that is always the same for a phone: country, dot, digits (wire.md 1.7).
    The next *generation* is what it becomes when it is rotated."""
    seed = phone + ("" if generation == 0 else f"/{generation}")
    digest = hashlib.blake2b(seed.encode(), digest_size=7).digest()
    return f"{country_of(phone)}.{int.from_bytes(digest, 'big'):017d}"
