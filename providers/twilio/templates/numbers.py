"""Numbers of variables: Twilio's run through a whole content, ours begin anew in each text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.model.template import variables

_BLANK = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}", re.ASCII)


def slots(text: str) -> list[str]:
    """The variables of Twilio's *text* in the order of our values: by number, names as they come."""
    found = variables(text)
    return sorted(found, key=int) if all(name.isdigit() for name in found) else found


def ours(text: str, names: Sequence[str] = ()) -> str:
    """Twilio's *text* with our variables: {{3}} is {{1}} where it is the first of its text, or has the third
    of *names*."""
    order = {name: str(place) for place, name in enumerate(slots(text), 1)}

    def local(match: re.Match[str]) -> str:
        name = match[1]
        if not name.isdigit():
            return match[0]
        named = names[int(name) - 1] if 0 < int(name) <= len(names) else ""
        return "{{" + (named or order[name]) + "}}"

    return _BLANK.sub(local, text)


class Numbers:
    """Gives the variables of our texts their numbers at Twilio; *samples* by number, *names* in order."""

    def __init__(self) -> None:
        self.samples: dict[str, str] = {}
        self.names: list[str] = []

    def theirs(self, text: str, examples: Sequence[str] | dict[str, str]) -> str:
        """Our *text* with Twilio's numbers. *examples* fill its variables."""
        made: dict[str, str] = {}
        for place, name in enumerate(slots(text)):
            if isinstance(examples, dict):
                sample = examples.get(name, "")
            else:
                sample = examples[place] if place < len(examples) else ""
            made[name] = self.number(sample, "" if name.isdigit() else name)
        return _BLANK.sub(lambda match: made[match[1]], text)

    def number(self, sample: str, name: str = "") -> str:
        """One more variable, as it is written."""
        number = str(len(self.samples) + 1)
        self.samples[number] = sample
        self.names.append(name)
        return "{{" + number + "}}"
