"""Which languages a phone number's country speaks: a first guess, until the contact says otherwise."""

from __future__ import annotations

import re

#: Percent of a country that speak a language, for one that is not official.
MANY = 30.0


def telling(address: str) -> str:
    """So much of *address* as tells its country: "+254" is Kenya, "+18095" the Dominican Republic."""
    return address[: 6 if address.startswith("+1") else 4]


def languages_of(address: str) -> tuple[str, ...]:
    """The languages of the country of *address* ("+254…"), the most spoken first; () when it is no phone."""
    from babel.languages import get_territory_language_info

    region = region_of(address)
    known = get_territory_language_info(region) if region else {}
    spoken = []
    for language, told in known.items():
        share = float(told["population_percent"] or 0)
        if share >= MANY or told["official_status"] in ("official", "de_facto_official"):
            spoken.append((-share, language.replace("_", "-")))
    return tuple(language for _, language in sorted(spoken))


def region_of(address: str) -> str:
    """The country of a phone number by its first digits: "KE"; "" when it is none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    if not address.startswith("+") or not (address.isascii() and address[1:].isdecimal()):
        return ""
    digits = address[1:]
    for length in (1, 2, 3):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or 0))
        if regions and regions[0] != "001":
            for region in regions[1:]:
                told = PhoneMetadata.metadata_for_region(region)
                if told and told.leading_digits and re.match(told.leading_digits, digits[length:]):
                    return str(region)
            return str(regions[0])
    return ""
