"""A flow as it is kept between two turns."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.store.port import Row

State = Literal["waiting", "parked", "ended"]


class FlowRow(Struct, frozen=True):
    """An open flow, a row of the table `flow`. *log* and *args* are JSON, the engine's own; *pending* is the
    key of the operation that it waits at; *code* the version of the function that began it. *epoch* grows
    with each undo. Times are microseconds UTC; *wake_at* is 0 for one that waits for ever."""

    tenant: str
    id: str
    plugin: str
    name: str
    conversation: str
    state: State
    pending: str
    code: str
    args: str
    log: str
    epoch: int
    version: int
    wake_at: int
    started_at: int
    updated_at: int
    #: The shard of the conversation's number: its owner knows that the flow waits.
    shard: int = 0


class FlowWrite(Struct, frozen=True):
    """What a turn makes of a flow: *row* is how it is afterwards, its version one higher than it was read (1
    for a new one); "ended" deletes it. *waits* is the event (name, key) that wakes it, None for none. A
    *single* one is begun only where no other of its name is open."""

    row: FlowRow
    waits: tuple[str, str] | None = None
    single: bool = False


def flow_row(row: Row) -> FlowRow:
    """A row as it was read."""
    return FlowRow(*(row[name] for name in FlowRow.__struct_fields__))
