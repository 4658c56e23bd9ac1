"""What every provider's rendering does around its own: who refuses is named once, and fields of a wrong
type are read again before the message is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.errors import SendRefused
from gateway.model.outbound import Outbound
from gateway.model.wellformed import SURPRISES, reread, writable
from gateway.provider.port import Rendered


@contextmanager
def named(provider: str) -> Iterator[None]:
    """Put *provider* before what is refused within. A refusal with fields of its own says enough."""
    try:
        yield
    except SendRefused as refusal:
        if type(refusal) is not SendRefused:
            raise
        raise SendRefused(f"{provider}: {refusal}") from None


def rendered(provider: str, render: Callable[[Outbound], Rendered], message: Outbound) -> Rendered:
    """What *render* makes of *message*, when it can be written as JSON. Raises `SendRefused` that begins with
    *provider*, for what *render* refuses and for a message that is not well formed."""
    with named(provider):
        try:
            made = render(message)
        except SURPRISES:
            made = render(reread(message))
        writable(made.parts)
        return made
