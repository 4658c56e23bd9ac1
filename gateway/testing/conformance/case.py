"""What a case is."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from msgspec import Struct

from gateway.testing.conformance.world import World

Work = Callable[[World], Awaitable[None]]
#: Why a case does not apply to the provider of a world; "" when it does.
Needs = Callable[[World], str]


class Case(Struct, frozen=True):
    """One sentence that holds for every provider. *about* is the sentence; *work* raises `AssertionError`
    when it does not hold. The cases of a world run one after the other, each with contacts of its own, and
    leave the simulators as they found them."""

    name: str
    about: str
    work: Work
    needs: Needs

    def __str__(self) -> str:
        return self.name


def always(world: World) -> str:
    """For cases that apply to every provider."""
    return ""


def case(work: Work) -> Case:
    """A case that applies to every provider."""
    return case_for(always)(work)


def case_for(needs: Needs) -> Callable[[Work], Case]:
    """A case that applies where *needs* has nothing against it."""

    def made(work: Work) -> Case:
        name = getattr(work, "__name__", repr(work))
        return Case(name, inspect.cleandoc(work.__doc__ or "").replace("\n", " "), work, needs)

    return made
