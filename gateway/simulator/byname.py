"""Doing by name what a simulator's methods do: for the control surface."""

from __future__ import annotations

from collections.abc import Mapping, Set
from random import Random
from typing import Any, ClassVar

from gateway.simulator.tempered import Tempered


class ByName:
    """Acts and knobs by name. Only what *acts* and *knobs* name can be reached."""

    #: Methods that can be called from another process.
    acts: ClassVar[Set[str]]
    #: Arguments that have another name in JSON: act -> {name in JSON: name in Python}.
    renamed: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    #: The class of the simulator's knobs.
    knobs: ClassVar[type[Tempered]]
    #: What can be set beside the knobs.
    settable: ClassVar[Set[str]] = frozenset({"webhook_url", "seed"})
    rng: Random

    async def perform(self, act: str, wish: dict[str, Any]) -> Any:
        """Do *act* with the arguments *wish*; see `control.Controlled`. A contact comes back as its user
        id."""
        if act not in self.acts:
            raise LookupError(f"no such act: {act}; there are {', '.join(sorted(self.acts))}")
        renamed = self.renamed.get(act, {})
        result = getattr(self, act)(**{renamed.get(name, name): value for name, value in wish.items()})
        if hasattr(result, "__await__"):
            result = await result
        return getattr(result, "user_id", result)

    def set_knobs(self, wish: Mapping[str, Any]) -> None:
        """Change knobs by name; `LookupError` names those that do not exist, `ValueError` a value that
        cannot be."""
        if unknown := wish.keys() - vars(self.knobs()).keys() - self.settable:
            raise LookupError(f"no such knob: {', '.join(sorted(unknown))}")
        for name, value in wish.items():
            usual = getattr(self, name, None)
            if isinstance(usual, int | float) and not isinstance(value, int | float):
                raise ValueError(f"knob {name} is {usual!r} and cannot be {value!r}")
            if name == "seed":
                self.rng = Random(value)
            else:
                setattr(self, name, set(value) if isinstance(usual, set) else value)
