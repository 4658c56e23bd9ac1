"""A provider's error codes as data, and what an HTTP status says when its code says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gateway.provider.errors import ErrorClass


class Rule(Struct, frozen=True):
    """What one code means for us. *wait* is how many seconds have to pass before the next try."""

    kind: ErrorClass
    hint: str
    wait: float = 0.0


#: First and last code of a family, both included.
Family = tuple[int, int, Rule]


class Codes(Struct, frozen=True):
    """One provider's table. *families* are looked at when a code is not in *codes*; *http* is what a status
    says when the code says nothing, *doubt* what every status from 500 on says then, *wrong* any other one
    from 400 on that came without a code. *unknown* is left."""

    codes: Mapping[int, Rule]
    families: tuple[Family, ...]
    http: Mapping[int, Rule]
    doubt: Rule
    wrong: Rule
    unknown: Rule

    def rule(self, code: int, http: int = 0) -> Rule:
        """The rule for *code*; for one that we do not know, what *http* says, or class "unknown"."""
        known = self.codes.get(code)
        return self.otherwise(code, http) if known is None else known

    def otherwise(self, code: int, http: int) -> Rule:
        """The rule for a *code* that is not in *codes*, or that says nothing where it stands."""
        for first, last, family in self.families:
            if first <= code <= last:
                return family
        if http >= 500:
            return self.doubt
        if http in self.http:
            return self.http[http]
        return self.unknown if code or not 400 <= http < 500 else self.wrong


def settled(kind: ErrorClass) -> ErrorClass:
    """*kind* of a failure that a status tells: there nothing is in doubt any more."""
    return "unavailable" if kind == "ambiguous" else kind
