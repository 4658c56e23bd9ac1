"""News of templates: in any order, more than once, before and after a list was read."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from msgspec.structs import replace

from gateway.clock import SECOND, ManualClock
from gateway.model.event import ChannelEvent
from gateway.model.notice import (
    Notice,
    NumberQuality,
    TemplateCategory,
    TemplateEdited,
    TemplateQuality,
    TemplateStatus,
)
from gateway.model.template import TemplateDefinition
from gateway.store.port import Store, Tx
from gateway.templates.fold import fold
from gateway.templates.known import Known
from gateway.templates.registry import Registry
from gateway.templates.sync import store_list

T0 = 1_794_900_000 * SECOND
HELLO = TemplateDefinition(
    "hello", "en", "utility", body="Hi {{1}}", examples=["Ana"], provider_id="1", status="APPROVED"
)


def news(content: Notice, second: int) -> ChannelEvent:
    """What a webhook told at *second*."""
    return ChannelEvent("x", f"{second}{content}", T0 + second * SECOND, account="w", content=content)


def status(word: str, second: int, **more: Any) -> ChannelEvent:
    """A status of "hello"."""
    return news(TemplateStatus("1", "hello", "en", status=word, **more), second)


async def told(store: Store, account: str, *events: ChannelEvent, tenant: str = "duka") -> None:
    """Fold *events*, one transaction."""
    await store.write(lambda tx: fold(tx, tenant, account, events, T0))


async def listed(store: Store, account: str, second: int, *definitions: TemplateDefinition) -> int:
    """A list that was asked for at *second*."""
    at = T0 + second * SECOND

    async def work(tx: Tx) -> int:
        return await store_list(tx, ("duka", account), definitions, at, at)

    return await store.write(work)


async def known(store: Store, account: str, name: str = "hello") -> Known:
    """What the registry finds after a fresh start."""
    registry = Registry(store, ManualClock(T0))
    await registry.load()
    found = registry.account("duka", account).by_name.get((name, "en"))
    assert found is not None
    return found


async def test_any_order_of_news_ends_alike(store: Store) -> None:
    """Five pieces of news, two of one second, in all 120 orders: the newest of each kind stands."""
    pieces = [
        status("PENDING", 1),
        status("APPROVED", 1, category="UTILITY"),
        status("PAUSED", 9, title="FIRST_PAUSE"),
        news(TemplateQuality("1", "hello", "en", quality="RED"), 4),
        news(TemplateCategory("1", "hello", "en", category="MARKETING"), 6),
    ]
    for number, order in enumerate(permutations(pieces)):
        await told(store, f"w{number}", *order)
    registry = Registry(store, ManualClock(T0))
    await registry.load()
    ends = [registry.account("duka", f"w{n}").by_name["hello", "en"].definition for n in range(120)]

    assert len(ends) == 120
    assert {(one.status, one.category, one.quality, one.reason) for one in ends} == {
        ("PAUSED", "marketing", "RED", "FIRST_PAUSE")
    }


async def test_news_in_two_transactions_and_again(store: Store) -> None:
    """A redelivered webhook changes nothing."""
    await told(store, "w", status("APPROVED", 5))
    await told(store, "w", status("REJECTED", 2, reason="SCAM"), status("APPROVED", 5))

    assert (await known(store, "w")).definition.status == "APPROVED"


async def test_an_outcome_of_the_same_second_beats_the_review(store: Store) -> None:
    """Meta's times are whole seconds: both of one second end approved, whichever was last."""
    await told(store, "one", status("APPROVED", 3), status("PENDING", 3))
    await told(store, "two", status("PENDING", 3), status("APPROVED", 3))

    assert (await known(store, "one")).definition.status == "APPROVED"
    assert (await known(store, "two")).definition.status == "APPROVED"


async def test_a_reinstated_template_is_approved(store: Store) -> None:
    """The event's name is not the status that the template has afterwards."""
    await told(store, "w", status("DISABLED", 1), status("REINSTATED", 2))

    assert (await known(store, "w")).definition.status == "APPROVED"


async def test_a_template_that_we_never_met_becomes_a_row_that_a_sync_completes(store: Store) -> None:
    """Its status counts at once, its content after the next list."""
    await told(store, "w", status("PAUSED", 100))
    met = await known(store, "w")
    assert (met.definition.status, met.whole) == ("PAUSED", False)

    await listed(store, "w", 50, HELLO)
    completed = await known(store, "w")

    assert completed.whole
    assert completed.definition == replace(HELLO, status="PAUSED")


async def test_a_list_counts_over_older_news(store: Store) -> None:
    """A pause that ended without a word to us is over with the next list."""
    await told(store, "w", status("PAUSED", 10))
    await listed(store, "w", 500, HELLO)

    assert (await known(store, "w")).definition == HELLO


async def test_what_vanished_is_deleted_and_can_come_back(store: Store) -> None:
    """A list replaces everything; a row written after it was asked for stays."""
    other = replace(HELLO, name="other")
    await listed(store, "w", 0, HELLO, other)
    assert await listed(store, "w", 60, other) == 1
    assert (await known(store, "w")).definition.status == "DELETED"
    assert await listed(store, "w", 120, other) == 0
    assert await listed(store, "w", 180, HELLO, other) == 0

    assert (await known(store, "w")).definition.status == "APPROVED"


async def test_an_edit_elsewhere_leaves_the_content_unknown_until_it_is_read(store: Store) -> None:
    """After an edit in the provider's own pages a send is not held against the old text."""
    await listed(store, "w", 0, HELLO)
    await told(store, "w", news(TemplateEdited("1", "hello", "en", body="Hi"), 60))
    registry = Registry(store, ManualClock(T0))
    await registry.load()

    assert not (await known(store, "w")).whole
    assert registry.incomplete("duka", "w")
    await listed(store, "w", 120, replace(HELLO, body="Hi", examples=[]))
    assert (await known(store, "w")).definition.body == "Hi"


async def test_our_own_edit_is_told_too(store: Store) -> None:
    """The body is the one that we have: sends are still checked, and the rest is read again soon."""
    await listed(store, "w", 0, HELLO)
    await told(store, "w", news(TemplateEdited("1", "hello", "en", body="Hi {{1}}"), 60))
    registry = Registry(store, ManualClock(T0))
    await registry.load()

    assert (await known(store, "w")).whole
    assert registry.incomplete("duka", "w")
    await listed(store, "w", 120, HELLO)
    await registry.load()
    assert not registry.incomplete("duka", "w")


async def test_news_of_other_things_and_other_tenants(store: Store) -> None:
    """What is no template's news is passed by; the same account of another tenant is another."""
    await listed(store, "w", 0, HELLO)
    await told(store, "w", news(NumberQuality("1", "FLAGGED"), 5), news(TemplateStatus(status="PAUSED"), 5))
    await told(store, "w", status("DISABLED", 9), tenant="soko")

    assert (await known(store, "w")).definition == HELLO


async def test_the_registry_follows_the_table(store: Store) -> None:
    """What another process writes is found by the next look, without a restart."""
    clock = ManualClock(T0)
    registry = Registry(store, clock)
    await registry.load()
    assert registry.account("duka", "w").find("hello", "en") is None

    await listed(store, "w", 1, HELLO)
    await registry.refresh()
    assert registry.account("duka", "w").synced_at == T0 + SECOND
    clock.advance(5)
    await store.write(lambda tx: fold(tx, "duka", "w", [status("PAUSED", 9)], clock.now()))
    await registry.refresh()

    found = registry.account("duka", "w").find("hello", "en")
    assert found is not None
    assert found.definition.status == "PAUSED"
