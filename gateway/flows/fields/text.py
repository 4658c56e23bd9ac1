"""Any text, within limits."""

from __future__ import annotations

import re

from gateway.flows.fields.field import Answer, Field, Invalid, core
from gateway.flows.fields.plain import plain

#: As much as WhatsApp lets a contact write in one message.
LONGEST = 4096
#: Letters and signs that show nothing.
_BLANK = dict.fromkeys((0x115F, 0x1160, 0x2800, 0x3164))


class Text(Field[str]):
    """What was written, without space around it; a caption too, the title of what was tapped too.

    *shortest* and *longest* are characters. *pattern* is a regular expression that the whole text has to
    match; it is the author's own, and should be one that ends quickly on any text."""

    def __init__(
        self, *, shortest: int = 1, longest: int = LONGEST, pattern: str | re.Pattern[str] = ""
    ) -> None:
        self.shortest, self.longest = shortest, longest
        self.pattern = re.compile(pattern) if pattern else None

    def __call__(
        self, *, shortest: int = 1, longest: int = LONGEST, pattern: str | re.Pattern[str] = ""
    ) -> Text:
        """The same with limits."""
        return Text(shortest=shortest, longest=longest, pattern=pattern)

    def read(self, answer: Answer) -> str:
        """The text. Raises `Invalid`."""
        text = answer.text.strip()
        if not plain(text).translate(_BLANK).strip():
            raise core("Please answer in words.")
        if len(text) > self.longest:
            raise core("That is too long: please write at most {longest} characters.", longest=self.longest)
        if len(text) < self.shortest:
            raise core(
                "That is too short: please write at least {shortest} characters.", shortest=self.shortest
            )
        if self.pattern is not None and not self.pattern.fullmatch(text):
            raise Invalid("")
        return text
