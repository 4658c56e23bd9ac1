"""How long a contact may be written to freely, from what the provider tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.clock import DAY, HOUR, MINUTE
from gateway.model import inbound
from gateway.model.event import ChannelEvent, MessageReceived, Person, Referral, StatusReceived
from gateway.model.notice import Call, HistoryMessage
from gateway.model.status import Failure, Pricing, Status
from gateway.pipeline.status import Folded
from gateway.pipeline.status_effects import status_effects
from gateway.pipeline.window import FREE, Free, Opening, free_entry, opening, state
from gateway.store.port import Store, Tx
from tests.pipeline.world import CONTACT, NUMBER, channels_of, phone, rows, settings_of

NOW = 1_794_900_000_000_000


def message(content: inbound.Inbound, referral: Referral | None = None) -> MessageReceived:
    """A message from a contact, at 100."""
    return MessageReceived(NUMBER, "wamid.1", phone(), content, 100, referral=referral)


def notice(content: Call | HistoryMessage) -> ChannelEvent:
    """A call or an old message, at 100."""
    return ChannelEvent("calls", "k", 100, NUMBER, content=content, person=phone())


def status(
    kind: str = "",
    word: Status = "sent",
    *,
    at: int = NOW,
    free_until: int = 0,
    failure: Failure | None = None,
) -> StatusReceived:
    """A status with pricing type *kind*."""
    return StatusReceived(
        NUMBER, "wamid.2", "failed" if failure else word, at, Person(), failure=failure,
        pricing=Pricing(type=kind) if kind else None, free_until=free_until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (message(inbound.Text("hi")), Opening(100 + DAY, 0, 1)),
        (message(inbound.Text("hi"), Referral("https://ad.example")), Opening(100 + DAY, 100, 1)),
        (message(inbound.Reaction("wamid.0", "👍")), Opening(100 + DAY, 0, 1)),
        (message(inbound.RequestWelcome()), Opening(100 + DAY, 0, 1)),
        (message(inbound.Unsupported("poll_creation")), Opening(100 + DAY, 0, 1)),
        (message(inbound.System("number_changed")), Opening()),
        (message(inbound.Edit("wamid.0", "text", "no")), Opening()),
        (message(inbound.Revoke("wamid.0")), Opening()),
        (notice(Call("c", "connect", "in")), Opening(100 + DAY)),
        (notice(Call("c", "connect", "out")), Opening()),
        (notice(HistoryMessage("wamid.0", inbound.Text("old"))), Opening(100 + DAY)),
        (notice(HistoryMessage("wamid.0", inbound.Text("old"), from_business=True)), Opening()),
    ],
)
def test_what_opens_the_window(event: MessageReceived | ChannelEvent, expected: Opening) -> None:
    """A contact's own words and calls do, by the provider's time; what the platform says does not."""
    assert opening(event, 7) == expected


def test_a_time_that_cannot_be_read_is_that_of_receipt() -> None:
    """Somebody whose message has no usable time has still just written."""
    assert opening(MessageReceived(NUMBER, "wamid.1", phone(), inbound.Text("hi"), 0), 7) == Opening(
        7 + DAY, 0, 1
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (status(), None),
        (status("regular"), None),
        (status("free_entry_point"), Free(NOW + FREE, NOW)),
        (status("free_entry_point", "delivered"), None),
        (status("free_entry_point", free_until=NOW + 5), Free(NOW + 5, NOW + 5)),
        (status(free_until=NOW + 5), Free(NOW + 5, NOW + 5)),
    ],
)
def test_what_opens_the_free_window(told: StatusReceived, expected: Free | None) -> None:
    """The end that the provider names; else seventy-two hours from the answer."""
    assert free_entry(told) == expected


def test_a_window_is_open_closing_or_closed() -> None:
    """Closing in its last two hours."""
    assert state(NOW + 3 * HOUR, NOW) == "open"
    assert state(NOW + 2 * HOUR, NOW) == "closing"
    assert state(NOW + 1, NOW) == "closing"
    assert state(NOW, NOW) == state(0, NOW) == "closed"


async def test_the_free_window_counts_from_the_answer(store: Store, tmp_path: Path) -> None:
    """Later statuses of the same window do not make it longer; the window for free-form messages is as
    long; and who had enough marketing is left alone for a day."""
    channel = next(iter(channels_of(settings_of(tmp_path))))

    async def setup() -> None:
        values = {"t": "duka", "c": channel.id}
        await store.write(lambda tx: tx.run(CONTACT, id="k"))
        await store.write(
            lambda tx: tx.run(
                "insert into conversation (tenant, channel, contact, id, address, window_until, last_at,"
                " unread, created_at) values (:t, :c, 'k', 'v', '+1', 5, 0, 0, 0)",
                **values,
            )
        )

    async def tell(*told: StatusReceived) -> tuple[int, int, int]:
        folded = [Folded(channel, one, "p", conversation="v") for one in told]
        await store.write(lambda tx: status_effects(tx, folded, NOW))
        (row,) = await rows(store, "select free_until, window_until, marketing_after from conversation")
        return row["free_until"], row["window_until"], row["marketing_after"]

    await setup()
    assert await tell(status("regular")) == (0, 5, 0)
    assert await tell(status("free_entry_point")) == (NOW + FREE, NOW + FREE, 0)
    assert await tell(status("free_entry_point", at=NOW + HOUR)) == (NOW + FREE, NOW + FREE, 0)
    exact = NOW + FREE + MINUTE
    assert await tell(status(free_until=exact)) == (exact, exact, 0)
    tired = status(failure=Failure("ecosystem_limited", 131049))
    assert await tell(tired) == (exact, exact, NOW + DAY)
    late = status("free_entry_point", "delivered", at=exact + HOUR)
    assert await tell(late) == (exact, exact, NOW + DAY)


async def test_a_status_that_was_overtaken_opens_the_free_window_too(store: Store, tmp_path: Path) -> None:
    """A "sent" with the price and "read" without it in one webhook: the message is read, the window open."""
    channel = next(iter(channels_of(settings_of(tmp_path))))
    told = [status("free_entry_point"), status(word="read", at=NOW + MINUTE)]
    folded = [Folded(channel, told[0], "p"), Folded(channel, told[1], "p", conversation="v")]

    async def work(tx: Tx) -> None:
        await tx.run(CONTACT, id="k")
        await tx.run(
            "insert into conversation (tenant, channel, contact, id, address, window_until, last_at, unread,"
            " created_at) values ('duka', :c, 'k', 'v', '+1', 5, 0, 0, 0)",
            c=channel.id,
        )
        await status_effects(tx, folded, NOW)

    await store.write(work)
    (row,) = await rows(store, "select free_until from conversation")
    assert row["free_until"] == NOW + FREE
