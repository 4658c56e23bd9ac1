"""What travels between the stages, in memory. Each mirrors rows that are already durable."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.model.inside import Happening

#: What was started this often without an end has ended the process each time.
LAST_START = 5
#: After an unclean end as many that were never restarted are begun together; others are begun alone.
GROUP = 16


class RawWebhook(Struct, frozen=True, gc=False):
    """A webhook as it came. *channel* is the id from the URL, or "" on the app-wide one; *verified*
    are the channels whose secret matched, *shards* those that it speaks of, when that is known."""

    id: int
    provider: str
    channel: str
    verified: tuple[str, ...]
    received_at: int
    headers: dict[str, list[str]]
    body: bytes
    shards: tuple[int, ...] = ()

    @property
    def query(self) -> str:
        """What stood behind the URL's "?"."""
        return query_of(self.headers)


#: The name under which the journal keeps a URL's query, beside the headers. No header of a client gets there.
QUERY = "x-gateway-query"


def query_of(headers: dict[str, list[str]]) -> str:
    """The query that was kept with a webhook's *headers*."""
    return "".join(headers.get(QUERY, ()))


class OpenEvent(Struct, frozen=True, gc=False):
    """A stored event with plugins still to run. *address* and *contact* are empty for events that
    belong to no conversation, *channel* is None for those of a plugin that belong to none either. *plugins*
    narrows a replay to some plugins. *language* is the contact's, "" while it is not known."""

    tenant: str
    id: str
    channel: Channel | None
    event: Happening
    received_at: int
    conversation: str = ""
    contact: str = ""
    contact_name: str = ""
    address: str = ""
    window_until: int = 0
    starts: int = 1
    message: str = ""
    plugins: tuple[str, ...] = ()
    #: Plugins that were done before a restart, and whether each had `Handled` it.
    done: dict[str, bool] | None = None
    #: Until when everything is free of charge, after an answer to an ad; 0 when it is not.
    free_until: int = 0
    username: str = ""
    language: str = ""

    @property
    def lane(self) -> tuple[str, str]:
        """Events of one lane run in order; an event without a conversation is its own lane."""
        return self.tenant, self.conversation or self.id

    @property
    def shard(self) -> int:
        """The shard whose owner runs this: the channel's, or the leader's."""
        return self.channel.shard if self.channel is not None else 0

    def started(self) -> OpenEvent:
        """This event with one more start."""
        return replace(self, starts=self.starts + 1)

    @property
    def start(self) -> dict[str, str | int]:
        """What counts one more start of it."""
        return {"tenant": self.tenant, "event": self.id, "starts": self.starts + 1}


class Part(Struct, gc=False):
    """One rendered part on its way out. Mutable: it is the sender's view of an outbox row."""

    tenant: str
    id: str
    message: str
    idx: int
    channel: str
    shard: int
    conversation: str
    address: str
    cls: str
    body: str
    #: What it is for; "" for a reply. What has one is judged before it is sent (`gateway.policy`).
    purpose: str
    state: str = "ready"
    attempt: int = 0
    resent: int = 0
    epoch: int = 0
    not_before: int = 0
    deadline: int = 0
    claimed_at: int = 0
    doubt_since: int = 0
    error: str = ""
    created_at: int = 0
    #: When the webhook that caused it was received; 0 when nothing did. For the latency histogram.
    cause_at: int = 0
    #: Monotonic seconds from which an in-doubt hold counts; 0 while not in doubt.
    doubt_clock: float = 0.0
    #: The sender has its lane and a token ready for it, before it is stored.
    reserved: bool = False
    #: The database decides whether it may go at once: memory may not know of all that is older.
    in_order: bool = False

    @property
    def lane(self) -> tuple[str, str]:
        """Parts of one lane are sent in order, one at a time."""
        return self.tenant, self.conversation

    @property
    def correlation(self) -> str:
        """What the provider echoes with every status of this part."""
        return f"g1.{self.id}.{self.attempt}"


def part_of(correlation: str) -> str:
    """The part id in an echoed correlation, or "" when it is not one of ours."""
    pieces = correlation.split(".")
    return pieces[1] if len(pieces) == 3 and pieces[0] == "g1" else ""
