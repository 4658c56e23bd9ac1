"""A question of a flow, as data: how its answer is read, how often it is asked, how long it waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from gateway.flows.fields.field import Field, Parsed
from gateway.model.outbound import Button, Row

T = TypeVar("T")

#: What `chat.choose` takes: id -> words, or buttons, or rows.
Options = Mapping[str, str] | Sequence[Button] | Sequence[Row]


class Option(Struct, frozen=True):
    """One choice: the id that `choose` returns, its words, and a line of detail."""

    id: str
    title: str
    description: str = ""


class Question(Struct, Generic[T], frozen=True, kw_only=True):
    """*field* reads the answer. *otherwise* is said instead of the field's own words when it cannot.
    *retries* is how often it is asked again, None for what the flow says, *timeout* the seconds that it
    waits, None for what the flow says, 0 for ever. *options* are shown as buttons or as a list, opened by
    *button*."""

    field: Field[T]
    otherwise: str = ""
    retries: int | None = None
    timeout: float | None = None
    back: bool = True
    options: tuple[Option, ...] = ()
    button: str = ""


def reading(parse: Field[T] | Callable[[str], T]) -> Field[T]:
    """*parse* as a field; a plain function reads the answer's text."""
    return parse if isinstance(parse, Field) else Parsed(parse)


def options_of(written: Options) -> tuple[Option, ...]:
    """The options that an author wrote, in whichever form."""
    if isinstance(written, Mapping):
        return tuple(Option(id, title) for id, title in written.items())
    return tuple(
        Option(each.id, each.title, each.description if isinstance(each, Row) else "") for each in written
    )
