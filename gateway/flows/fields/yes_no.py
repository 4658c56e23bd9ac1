"""`fields.yes_no`."""

from __future__ import annotations

from gateway.flows.fields.field import Answer, Field, core
from gateway.flows.fields.plain import same

_AGREED = (
    "yes y yeah yep yup ok okay sure correct true si s claro vale correcto ndiyo ndio naam sawa haswa 👍 ✅ ✔"
)
_REFUSED = "no n nope nah false never nunca hapana la siyo hapna 👎 ❌ ✖"
_YES = frozenset(_AGREED.split()) | {"of course", "por supuesto", "de acuerdo", "hakika"}
_NO = frozenset(_REFUSED.split())
#: The skin of a thumb.
_TONES = dict.fromkeys(range(0x1F3FB, 0x1F400))


class YesNo(Field[bool]):
    """Yes or no, in English, Spanish and Swahili, as 👍 or 👎, or a tap on a button whose id is "yes" or
    "no"."""

    def read(self, answer: Answer) -> bool:
        """True for yes. Raises `Invalid`."""
        tapped = answer.reply_id in ("yes", "no")
        said = answer.reply_id if tapped else same(answer.text[:64]).translate(_TONES).strip(".,!¡ ")
        if said in _YES:
            return True
        if said in _NO:
            return False
        raise core("Please answer yes or no.")
