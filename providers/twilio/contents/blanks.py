"""The variables of one content, numbered from 1 in the order in which they are made.

Twilio refuses a variable that is empty, has a line break or tab, or more than four spaces in a row (21656,
63013). So line breaks belong to the shape and every line is a variable; an id that cannot be one, which
has to come back as it is, belongs to the shape as well.
"""

from __future__ import annotations

import re

from gateway.model.checks import refuse

#: What ends a line, in any script or system.
_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r" {5,}")
#: What a variable cannot hold.
BROKEN = re.compile(r"[\n\r\v\f\t\x00-\x1f\x85\u2028\u2029]| {5}")
#: Lines of one text that stay lines; with ten items of a list this is below a hundred variables.
LINES = 60

#: What fills a variable: a text, or a file that the gateway keeps (see `files`).
Filling = str | dict[str, str]


class Blanks:
    """Makes the blanks of one content. *values* fill them; *samples* show what they hold, without a person's
    words: they stay at Twilio. *joined* is how many line breaks had to become spaces."""

    def __init__(self) -> None:
        self.values: dict[str, Filling] = {}
        self.samples: dict[str, str] = {}
        self.joined = 0

    def _blank(self, value: Filling, sample: str) -> str:
        if not value:
            refuse("a text", "has nothing that can be shown")
        number = str(len(self.values) + 1)
        self.values[number] = value
        self.samples[number] = f"{sample} {number}" if "://" not in sample else f"{sample}{number}"
        return "{{" + number + "}}"

    def text(self, words: str, sample: str) -> str:
        """A text with its line breaks: a blank for each line that has something."""
        lines = [_even(line) for line in _BREAKS.split(words.strip())]
        if len(lines) > LINES:
            self.joined += len(lines) - LINES
            lines[LINES - 1 :] = [" ".join(line for line in lines[LINES - 1 :] if line)]
        blank = [self._blank(_even(line), sample) if line else "" for line in lines]
        return "\n".join(blank) if any(blank) else self._blank("", sample)

    def line(self, words: str, sample: str) -> str:
        """A text on one line, such as a button's."""
        return self._blank(_even(_BREAKS.sub(" ", words)), sample)

    def id(self, field: str, value: str) -> str:
        """What comes back when somebody taps: a blank, or part of the shape when it cannot be one."""
        if not BROKEN.search(value) and value == value.strip():
            return self._blank(value, "id")
        if "{{" in value:
            refuse(field, "has a line break or spaces at an end, and {{: Twilio would read a variable there")
        return value

    def link(self, url: str) -> str:
        """The address of a page."""
        return self._blank(url, "https://example.org/")

    def file(self, place: Filling) -> str:
        """The address of a file: see `files`."""
        return self._blank(place, "https://example.org/file-")


def _even(line: str) -> str:
    """*line* without what a variable cannot hold; what a reader sees stays."""
    plain = "".join(sign for sign in line.replace("\t", " ") if sign >= " " and sign != "\x7f")
    return _SPACES.sub("    ", plain).rstrip() if plain.strip() else ""
