"""Every check by name: what it means for an operator, and what to do when it speaks (docs/verify.md)."""

from __future__ import annotations

from msgspec import Struct

_REPORT = "report it with the ids: this is a fault of the gateway, or somebody has changed the database"
_RESTORE = "rows were removed by hand, or a backup was restored in part: restore all tables of one moment"
_WAIT = "look at `gateway doctor`, the log and the load; what waits is not lost"


class Check(Struct, frozen=True):
    """*walk* names the rows that it looks at (`walks.sql`), "" for what is looked at once. *means* is what
    must hold, *advice* what to do when it does not. *held* is false for what is only ever late."""

    name: str
    walk: str
    means: str
    advice: str
    held: bool = True


CHECKS: tuple[Check, ...] = (
    Check("message_twice", "message", "a message of a contact is stored once", _REPORT),
    Check(
        "message_seen",
        "message",
        "the key of each stored message is kept, so that a provider who sends it again changes nothing",
        _RESTORE,
    ),
    Check("message_parts", "message", "each part of a sent message is open or has an outcome, once", _REPORT),
    Check("message_place", "message", "a message's conversation and contact exist, in its channel", _RESTORE),
    Check("part_place", "part", "a part belongs to its message, in its conversation and channel", _RESTORE),
    Check(
        "part_unproved",
        "part",
        "what is called accepted has the provider's id",
        _REPORT,
    ),
    Check("part_rank", "part", "a part is as far as the furthest status that was told of it", _REPORT),
    Check("part_order", "part", "answers in a conversation are accepted in their order", _REPORT),
    Check("two_sending", "outbox", "one part of a conversation is under way at a time", _REPORT),
    Check(
        "sending_stuck",
        "outbox",
        "a send ends, or is in doubt, within its time",
        "restart the process that owns the shard (`gateway processes --json`); late: nobody owns it, so "
        "start a gateway",
    ),
    Check("epoch_ahead", "outbox", "no part is claimed under an epoch that its shard never had", _RESTORE),
    Check("outbox_place", "outbox", "an open part belongs to its message, in its place", _RESTORE),
    Check(
        "outbox_shard", "outbox", "an open part is in the shard of its channel, whose owner sends it", _REPORT
    ),
    Check(
        "outbox_waits",
        "outbox",
        "what may be sent is sent within minutes",
        "look at `gateway channel check ID`, the provider's limits and the log; what waits is not lost",
        held=False,
    ),
    Check("event_place", "event", "an open event's message and conversation exist", _RESTORE),
    Check(
        "event_shard", "event", "an open event is in the shard of its channel, whose owner runs it", _REPORT
    ),
    Check("event_waits", "event", "events reach the plugins within minutes", _WAIT, held=False),
    Check("done_alone", "done", "what a plugin has done is noted only while its event is open", _REPORT),
    Check("scheduled_place", "scheduled", "a message for later belongs to its conversation", _RESTORE),
    Check("scheduled_parts", "scheduled", "a message for later has all of its parts", _REPORT),
    Check("scheduled_shard", "scheduled", "a message for later is in the shard of its channel", _REPORT),
    Check("scheduled_waits", "scheduled", "a message for later goes when it is due", _WAIT, held=False),
    Check("conversation_place", "conversation", "a conversation's contact exists", _RESTORE),
    Check(
        "conversation_tenant",
        "conversation",
        "a conversation is of the tenant whose channel it is in",
        "stop the gateway and " + _REPORT,
    ),
    Check("identity_place", "identity", "a name belongs to a contact that exists", _RESTORE),
    Check("flow_place", "flow", "a flow's conversation exists", _RESTORE),
    Check("flow_wakes", "flow", "a flow is woken when its time is over", _WAIT, held=False),
    Check("flow_wait_alone", "flow_wait", "only flows that are there wait for events", _REPORT),
    Check("job_place", "job", "a job's conversation exists", _RESTORE),
    Check(
        "job_stuck",
        "job",
        "what a process was running is run by another soon after its end",
        "restart a gateway: it takes over what ended processes were running",
    ),
    Check(
        "job_waits",
        "job",
        "a job runs when it is due",
        "see `gateway jobs list` and `gateway plugins`: its plugin may be switched off or put aside",
        held=False,
    ),
    Check("answer_message", "idempotency", "a request that was answered has its message", _RESTORE),
    Check("media_place", "media", "a file's message exists", _RESTORE),
    Check("media_waits", "media", "files of contacts are fetched within minutes", _WAIT, held=False),
    Check("dead_place", "dead", "a dead letter's message exists", _RESTORE),
    Check("feed_holes", "feed", "the log of events has every number once", _RESTORE),
    Check("journal_alone", "journal", "a webhook that waits to be read is stored", _RESTORE),
    Check("journal_waits", "journal", "a stored webhook is read within minutes", _WAIT, held=False),
    Check(
        "shards",
        "",
        "64 shards, each with an epoch and an owner that lives",
        "late: nobody has taken the shard over yet; start a gateway. Broken: " + _RESTORE,
    ),
    Check("processes", "", "no two living processes have the same number or term", _REPORT),
)

#: Their names, which are also the values of the metric's label.
NAMES: tuple[str, ...] = tuple(each.name for each in CHECKS)
