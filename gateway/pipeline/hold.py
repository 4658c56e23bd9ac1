"""Messages that nobody may send by himself after a restore: in doubt from the beginning.

Their parts are recorded as in doubt, as those that were given up, so that they block no conversation and a
status that carries our id proves them. A dead letter with the reason "restored" keeps what would be sent; a
person releases it, which is a replay, or discards it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.feed import note
from gateway.model.status import Failure
from gateway.pipeline.outcome import Outcome, dead_letter, kept_part, part_record
from gateway.pipeline.queries import OUTBOX, RECORD
from gateway.pipeline.records import Part
from gateway.store.port import Tx

#: What the error of such a part is, and the reason of its dead letter.
REASON = "restored"
TITLE = "the database was restored to an earlier moment: this may have been sent since"

_error = msgspec.json.encode(Failure(REASON, title=TITLE)).decode()


async def hold(tx: Tx, messages: Sequence[Sequence[Part]], now: int) -> None:
    """Record that the parts of *messages* are in doubt, and keep each message for a person."""
    ended = [[Outcome(part, "gave_up", error=_error, reason=REASON) for part in parts] for parts in messages]
    records = [part_record(outcome, None, now) for outcomes in ended for outcome in outcomes]
    letters = [
        {
            **dead_letter(outcomes[0], [kept_part(other.part) for other in outcomes[1:]], now),
            "detail": TITLE,
        }
        for outcomes in ended
    ]
    await tx.many(OUTBOX["add_part"], records)
    await tx.many(RECORD["add_dead"], letters)
    notes = [note.status(record, now) for record in records]
    await note.write(tx, notes + [row for letter in letters for row in note.dead(letter)])
