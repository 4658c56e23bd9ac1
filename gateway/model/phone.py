"""Phone numbers under which one person may be known to WhatsApp (wire.md §6).

A number is never rewritten: what was received is kept and answered. Aliases are for looking up only.
"""

from __future__ import annotations

#: Digits of a Brazilian mobile number behind the area code begin with one of these; a landline's do not.
_BRAZIL_MOBILE = "6789"


def aliases(phone: str) -> tuple[str, ...]:
    """Other forms of *phone* ("+5531987654321"): Brazil's ninth digit, Mexico's 1, Argentina's 9."""
    digits = phone[1:]
    match phone[:3], len(digits):
        case "+55", 13 if digits[4] == "9" and digits[5] in _BRAZIL_MOBILE:
            return (f"+{digits[:4]}{digits[5:]}",)
        case "+55", 12 if digits[4] in _BRAZIL_MOBILE:
            return (f"+{digits[:4]}9{digits[4:]}",)
        case "+52", 13 if digits[2] == "1":
            return (f"+52{digits[3:]}",)
        case "+52", 12:
            return (f"+521{digits[2:]}",)
        case "+54", 13 if digits[2] == "9":
            return (f"+54{digits[3:]}",)
        case "+54", 12:
            return (f"+549{digits[2:]}",)
    return ()
