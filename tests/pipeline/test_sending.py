"""The sender against a provider's servers: order, refusals, lost answers, pauses and crashes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.clock import SystemClock
from gateway.errors import StoreUnavailable
from gateway.model.ids import new_id
from gateway.pipeline.effects import part_row
from gateway.pipeline.line import Line
from gateway.pipeline.outcome import Claim
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.pipeline.replay import Replay
from gateway.pipeline.status import fold
from gateway.policy.facts import Decision
from gateway.settings import Sending, Settings
from gateway.store.port import Store
from tests.pipeline.world import (
    Servers,
    channels_of,
    eventually,
    line_of,
    part_for,
    rows,
    running,
    settings_of,
    told,
    value,
)

QUICK = Sending(in_doubt_hold=0.05, in_doubt_give_up=60.0, timeout=2.0, loop_limit=100_000)


def _line(store: Store, tmp_path: Path, servers: Servers, sending: Sending = QUICK) -> Line:
    return line_of(store, settings_of(tmp_path, servers.url, sending=sending))


async def _store(store: Store, *parts: Part) -> None:
    await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts]))


async def _ready(line: Line) -> None:
    await eventually(lambda: not line.sender.behind)


async def _send(line: Line, store: Store, *parts: Part) -> None:
    await _ready(line)
    await _store(store, *parts)
    line.outbox.enqueue(parts)


async def _known(store: Store) -> dict[str, str]:
    return {row["id"]: row["status"] for row in await rows(store, "select id, status from part")}


async def _settled(store: Store, count: int) -> dict[str, str]:
    for _ in range(1000):
        known = await _known(store)
        if len(known) >= count:
            return known
        await asyncio.sleep(0.005)
    raise AssertionError(f"{known} instead of {count} parts")


async def _states(store: Store) -> list[str]:
    return [row["state"] for row in await rows(store, "select state from outbox order by id")]


async def _status(line: Line, store: Store, part: Part, *, id: str = "", status: str = "sent") -> None:
    """The provider tells what became of *part*."""
    (channel,) = line.sender._channels
    moment = hash(new_id()) % 10**9
    event = told(id or f"wamid.{part.correlation}", status, correlation=part.correlation, at=moment)  # type: ignore[arg-type]
    line._folded(await store.write(lambda tx: fold(tx, [(channel, event)], 1)))


async def test_parts_of_a_conversation_go_in_order_one_at_a_time(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Conversations go side by side."""
    busy: set[str] = set()

    async def slow(sent: dict[str, Any]) -> dict[str, Any]:
        assert sent["to"] not in busy
        busy.add(sent["to"])
        most.append(len(busy))
        await asyncio.sleep(0.01)
        busy.discard(sent["to"])
        return {}

    most: list[int] = []
    servers.answer = slow
    line = _line(store, tmp_path, servers)
    async with running(line):
        parts = [
            part_for(line, f"{who}{n}", conversation=f"c{who}", address=f"+{who}")
            for n in range(5)
            for who in (1, 2, 3)
        ]
        await _send(line, store, *parts)
        await _settled(store, 15)

    for who in "123":
        assert [text for text in servers.texts if text[0] == who] == [f"{who}{n}" for n in range(5)]
    assert max(most) > 1
    assert await _states(store) == []


async def test_a_refusal_that_says_not_sent_is_tried_again(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The next part of the conversation waits; another conversation does not."""
    refusals = iter([{"kind": "unavailable", "retry_after": 0.1}])
    servers.answer = lambda sent: next(refusals, {}) if sent["text"] == "1" else {}
    line = _line(store, tmp_path, servers)
    async with running(line):
        parts = [part_for(line, "1"), part_for(line, "2"), part_for(line, "x", conversation="c2")]
        await _send(line, store, *parts)
        await _settled(store, 3)

    assert [text for text in servers.texts if text != "x"] == ["1", "1", "2"]
    assert servers.at[servers.texts.index("2")] - servers.at[0] >= 0.1
    assert servers.texts.index("x") < 3
    assert [row["outcome"] for row in await rows(store, "select outcome from attempt")] == ["retry"]


async def test_a_part_that_is_too_late_is_not_sent(store: Store, tmp_path: Path, servers: Servers) -> None:
    """It becomes a dead letter, `expired`."""
    line = _line(store, tmp_path, servers)
    async with running(line):
        await _send(line, store, part_for(line, "late", deadline=1), part_for(line, "next"))
        await _settled(store, 2)

    assert servers.texts == ["next"]
    assert await value(store, "select reason from dead") == "expired"


async def test_a_dead_part_cancels_the_rest_and_a_replay_resumes_there(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent before it is not sent again."""
    monkeypatch.setattr("gateway.policy.gate.decide", lambda *asked: Decision("send"))  # there is no contact
    refuse = [True]
    servers.answer = lambda sent: {"kind": "invalid"} if sent["text"] == "2" and refuse else {}
    line = _line(store, tmp_path, servers)
    async with running(line):
        message = new_id()
        parts = [part_for(line, str(n), message=message, idx=n) for n in (1, 2, 3)]
        await _send(line, store, *parts, part_for(line, "other"))
        known = await _settled(store, 4)
        assert [known[part.id] for part in parts] == ["accepted", "failed", "failed"]
        assert servers.texts == ["1", "2", "other"]

        refuse.clear()
        replay = Replay(store, line.sender._channels, SystemClock())
        letter = await value(store, "select id from dead")
        (report,) = await replay.run([letter], apply=True)
        assert (report["applied"], report["parts"]) == (True, 2)
        await line.refill.sweep()
        await eventually(lambda: servers.texts[3:] == ["2", "3"])
        (again,) = await replay.run([letter], apply=True)
        assert "replayed before" in again["error"]

    assert set((await _known(store)).values()) == {"accepted"}


async def test_a_lost_answer_holds_the_conversation_until_a_status_comes(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """It is never simply sent again."""
    servers.answer = lambda sent: None if sent["text"] == "1" else {}
    line = _line(store, tmp_path, servers)
    async with running(line):
        first, second = part_for(line, "1"), part_for(line, "2")
        await _send(line, store, first, second)
        await eventually(lambda: len(line.doubts) == 1)
        await asyncio.sleep(0.15)  # the hold is over, but nothing proves that statuses arrive
        assert servers.texts == ["1"]
        assert await _states(store) == ["in_doubt", "ready"]

        await _status(line, store, first)
        await _settled(store, 2)

    assert servers.texts == ["1", "2"]
    assert (await _known(store))[first.id] == "sent"


async def test_with_evidence_a_reply_is_sent_once_more_and_counted(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The second lost answer is given up after the time for it, and the conversation moves on."""
    servers.answer = lambda sent: None if sent["text"] == "1" else {}
    sending = Sending(in_doubt_hold=0.05, in_doubt_give_up=0.6, timeout=2.0)
    line = _line(store, tmp_path, servers, sending)
    async with running(line):
        first = part_for(line, "1")
        await _send(line, store, first, part_for(line, "2"))
        await eventually(lambda: len(line.doubts) == 1)
        proof = part_for(line, "proof", conversation="c2")
        await _send(line, store, proof)
        await _settled(store, 1)
        await _status(line, store, proof)
        await _settled(store, 3)

    assert servers.texts == ["1", "proof", "1", "2"]
    known = await rows(store, "select id, status, resent, attempt from part where id = :id", id=first.id)
    assert [(row["status"], row["resent"], row["attempt"]) for row in known] == [("in_doubt", 1, 2)]
    assert line._metrics.value("gateway_resent_total", provider="fake") == 1
    assert await value(store, "select reason from dead") == "in_doubt"


@pytest.mark.parametrize(("cls", "resend"), [("template", "reply"), ("api", "reply"), ("reply", "never")])
async def test_some_are_never_sent_again(
    store: Store, tmp_path: Path, servers: Servers, cls: str, resend: Any
) -> None:
    """Templates, what the API asked for, and everything when the setting says so."""
    servers.answer = lambda sent: None if sent["text"] == "1" else {}
    sending = Sending(in_doubt_hold=0.01, in_doubt_give_up=0.3, timeout=2.0, resend=resend)
    line = _line(store, tmp_path, servers, sending)
    async with running(line):
        await _send(line, store, part_for(line, "1", cls=cls))
        await eventually(lambda: len(line.doubts) == 1)
        proof = part_for(line, "proof", conversation="c2")
        await _send(line, store, proof)
        await _settled(store, 1)
        await _status(line, store, proof)
        await _settled(store, 2)

    assert servers.texts == ["1", "proof"]
    assert line._metrics.value("gateway_resent_total", provider="fake") == 0


async def test_the_hold_counts_only_while_the_intake_is_up(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Silence proves nothing while nobody listens."""
    servers.answer = lambda sent: None if sent["text"] == "1" else {}
    line = _line(store, tmp_path, servers)
    up = [0.0]
    line.doubts._up = lambda: up[0]
    async with running(line):
        await _send(line, store, part_for(line, "1"))
        await eventually(lambda: len(line.doubts) == 1)
        proof = part_for(line, "proof", conversation="c2")
        await _send(line, store, proof)
        await _settled(store, 1)
        await _status(line, store, proof)
        await asyncio.sleep(0.15)
        assert servers.texts == ["1", "proof"]

        up[0] = 1.0
        await eventually(lambda: servers.texts == ["1", "proof", "1"])


async def test_a_proof_that_comes_in_the_moment_of_the_doubt_frees_the_conversation(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The status is stored after the doubt, and told before the sender knows of its own outcome."""
    servers.answer = lambda sent: None if sent["text"] == "1" else {}
    line = _line(store, tmp_path, servers)
    settle = line.outbox.settle

    async def racing(outcome: Any) -> bool:
        still_open = await settle(outcome)
        if outcome.kind == "doubt":
            await _status(line, store, outcome.part)
        return still_open

    line.outbox.settle = racing  # type: ignore[method-assign]
    async with running(line):
        await _send(line, store, part_for(line, "1"), part_for(line, "2"))
        known = await _settled(store, 2)

    assert servers.texts == ["1", "2"]
    assert sorted(known.values()) == ["accepted", "sent"]


async def test_a_claim_of_another_epoch_is_not_sent(store: Store, tmp_path: Path, servers: Servers) -> None:
    """A process that lost its shard to another sends nothing."""
    line = _line(store, tmp_path, servers)
    async with running(line):
        await _ready(line)
        await store.write(lambda tx: tx.run("update shard set epoch = epoch + 1"))
        part = part_for(line, "1")
        await _send(line, store, part)
        await eventually(lambda: not line.sender.known)

    assert servers.texts == []
    assert await _states(store) == ["ready"]


async def test_a_claim_that_was_kept_after_all_is_found_to_be_ours(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The commit's answer was lost: the part is sent, once, before the one behind it."""
    line = _line(store, tmp_path, servers)
    claim, lost = line.outbox._claims._flush, iter([True])

    async def losing(claims: list[Claim]) -> Any:
        attempts = [(item.part.state, item.part.attempt, item.part.epoch) for item in claims]
        ours = await claim(claims)
        if next(lost, False):
            for item, (state, attempt, epoch) in zip(claims, attempts, strict=True):
                item.part.state, item.part.attempt, item.part.epoch = state, attempt, epoch
            raise StoreUnavailable("the connection was lost at the commit")
        return ours

    line.outbox._claims._flush = losing
    async with running(line):
        await _send(line, store, part_for(line, "1"), part_for(line, "2"))
        await _settled(store, 2)

    assert servers.texts == ["1", "2"]


async def test_what_a_dead_process_was_sending_is_in_doubt(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The next process does not send it; what was only waiting is sent behind it."""
    line = _line(store, tmp_path, servers)
    await line.cluster.join()
    sending = part_for(line, "1", state="sending", attempt=1, epoch=line.cluster.epoch(0))
    waiting, other = part_for(line, "2"), part_for(line, "x", conversation="c2")
    await _store(store, sending, waiting, other)

    again = _line(store, tmp_path, servers)
    async with running(again):
        await eventually(lambda: len(again.doubts) == 1)
        await eventually(lambda: servers.texts == ["x"])
        await _settled(store, 1)
        assert await _states(store) == ["in_doubt", "ready"]
        await _status(again, store, sending)
        await eventually(lambda: servers.texts == ["x", "2"])


async def test_a_dead_token_pauses_the_channel_until_it_is_renewed(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No restart, nothing lost, and the sends go on in order."""
    monkeypatch.setenv("FAKE_TOKEN", "old")
    servers.answer = lambda sent: {} if sent["token"] == "new" else {"kind": "auth", "code": 190}
    settings = _with_token(settings_of(tmp_path, servers.url, sending=QUICK))
    line = line_of(store, settings)
    async with running(line):
        await _send(line, store, part_for(line, "1"), part_for(line, "2"))
        await eventually(lambda: [number.paused for number in line.sender.numbers.values()] == ["token"])
        await asyncio.sleep(0.1)
        assert servers.texts == ["1"]
        assert await value(store, "select count(*) from part") == 0

        monkeypatch.setenv("FAKE_TOKEN", "new")
        known = await _settled(store, 2)

    assert servers.texts == ["1", "1", "2"]
    assert set(known.values()) == {"accepted"}


def _with_token(settings: Settings) -> Settings:
    tenant = settings.tenants[0]
    (channel,) = tenant.channels
    written = msgspec.structs.replace(channel, settings={**channel.settings, "token": {"env": "FAKE_TOKEN"}})
    tenant = msgspec.structs.replace(tenant, channels=(written,))
    return msgspec.structs.replace(settings, tenants=(tenant,))


async def test_a_number_that_is_too_fast_is_slowed(store: Store, tmp_path: Path, servers: Servers) -> None:
    """All its conversations wait, for as long as the provider asks."""
    refusals = iter([{"kind": "rate_limited", "http": 429}])
    servers.answer = lambda sent: next(refusals, {})
    line = _line(store, tmp_path, servers)
    async with running(line):
        await _send(line, store, part_for(line, "1"))
        await eventually(lambda: servers.texts == ["1"])
        await eventually(lambda: next(iter(line.sender.numbers.values())).resume_at > 0)
        await _send(line, store, part_for(line, "x", conversation="c2"))
        await _settled(store, 2)

    assert servers.at[1] - servers.at[0] >= 0.9


async def test_a_provider_with_a_bug_ends_no_conversation(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it raised may have come after the send: in doubt, not forgotten."""
    line = _line(store, tmp_path, servers)
    (channel,) = line.sender._channels
    send = channel.provider.send

    def broken(part: dict[str, Any], *more: Any) -> Any:
        if part["text"] == "1":
            raise KeyError("a bug")
        return send(part, *more)

    monkeypatch.setattr(channel.provider, "send", broken)
    async with running(line):
        await _send(line, store, part_for(line, "1"), part_for(line, "x", conversation="c2"))
        await eventually(lambda: servers.texts == ["x"])
        await eventually(lambda: len(line.doubts) == 1)

    assert await _states(store) == ["in_doubt"]


async def test_a_channel_that_left_the_configuration_keeps_its_parts(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """They wait in the database until it comes back."""
    line = _line(store, tmp_path, servers)
    async with running(line):
        await _send(line, store, part_for(line, "1", channel="gone"))
        await line.refill.sweep()

    assert (servers.texts, await _states(store)) == ([], ["ready"])
    assert len(channels_of(settings_of(tmp_path))) == 1
