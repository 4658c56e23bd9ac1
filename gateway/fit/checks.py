"""What is wrong with the options of a message on every channel, in whatever form they go.

Limits of a form are not looked at here: another form may have room.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.model.checks import filled, most, refuse


def ids(fields: Sequence[str], values: Sequence[str], limit: int) -> None:
    """Whether *values* are filled, within *limit* characters and all different; *fields* are their paths.
    What is over a channel's own limit, and within WhatsApp's, takes another form."""
    seen: dict[str, str] = {}
    for field, value in zip(fields, values, strict=True):
        most(field, filled(field, value), limit)
        if value in seen:
            refuse(field, f"repeats that of {seen[value]}; WhatsApp wants them unique")
        seen[value] = field.rpartition(".")[0]
