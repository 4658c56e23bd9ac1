"""`fields.yes_no`, and the choice between yes and no."""

from __future__ import annotations

import re

from gateway.flows.fields.choice import Choice
from gateway.flows.fields.field import Answer, Field, Invalid, core
from gateway.flows.fields.plain import same

_AGREED = (
    "yes y yeah yep yup ok okay sure correct true si s claro vale correcto "
    "ndiyo ndio naam sawa haswa 👍 ✅ ✔ 👌"
)
_REFUSED = "no n nope nah false never nunca hapana la siyo hapna 👎 ❌ ✖"
_YES = frozenset(_AGREED.split()) | {"of course", "por supuesto", "de acuerdo", "hakika"}
_NO = frozenset(_REFUSED.split())
#: What stands behind either.
_COURTESY = re.compile(
    r" (please|pls|thanks|thank you|por favor|(muchas )?gracias|tafadhali|asante( sana)?)$"
)
_MARKS = re.compile(r"[.,!¡;]+")
#: The skin of a thumb.
_TONES = dict.fromkeys(range(0x1F3FB, 0x1F400))


class YesNo(Field[bool]):
    """Yes or no, in English, Spanish and Swahili, with a please or thanks, as 👍 or 👎, or a tap on a button
    whose id is "yes" or "no"."""

    def read(self, answer: Answer) -> bool:
        """True for yes. Raises `Invalid`."""
        agreed = answer.reply_id == "yes" if answer.reply_id in ("yes", "no") else _agreed(answer.text)
        if agreed is None:
            raise core("Please answer yes or no.")
        return agreed


class Agreement(Choice):
    """The choice between "yes" and "no", whatever they are called: also in all words that `YesNo` reads."""

    def read(self, answer: Answer) -> str:
        """ "yes" or "no". Raises `Invalid`."""
        try:
            return super().read(answer)
        except Invalid:
            agreed = _agreed(answer.text)
            if agreed is None:
                raise
            return "yes" if agreed else "no"


def _agreed(text: str) -> bool | None:
    """Whether *text* says yes; None when it says neither."""
    said = " ".join(_MARKS.sub(" ", same(text[:64]).translate(_TONES)).split())
    said = _COURTESY.sub("", said)
    words = set(said.split())
    if said in _YES or (words and words <= _YES):
        return True
    return False if words and words <= _NO else None
