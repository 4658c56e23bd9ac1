"""An erasure that is interrupted anywhere is carried on by whoever starts next, and ends in the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway.audit import GATEWAY
from gateway.channels import Channels
from gateway.clock import SystemClock
from gateway.erasure import request
from gateway.erasure.personal import Personal
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import erasure_of
from gateway.erasure.run import Erasing
from gateway.erasure.work import Around, Next, Work
from gateway.hooks.host import Host
from gateway.media.files import Files
from gateway.settings import Settings, TenantSettings
from gateway.settings.model import Server
from gateway.store import connect
from gateway.store.port import Scope, Store, Tx
from gateway.store.seal import Seal
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

T = "duka"
#: Rows of two contacts, by table; {c} is the contact, {p} the digits of its phone.
ROWS = (
    "insert into contact (tenant, id, name, username, language, created_at, folded) "
    "values ('duka', '{c}', 'Name {c}', '', '', 1, 1)",
    "insert into identity (tenant, kind, scope, value, contact, created_at) "
    "values ('duka', 'phone', '', '+{p}', '{c}', 1)",
    "insert into contact_word (tenant, word, contact) values ('duka', :b, '{c}')",
    "insert into conversation (tenant, channel, contact, id, address, window_until, last_at, unread, "
    "created_at) "
    "values ('duka', 'main', '{c}', 'v-{c}', '+{p}', 0, 0, 0, 1)",
    "insert into dead (tenant, id, stage, ref, plugin, reason, detail, journal, body, at, resolved_at) "
    "values ('duka', 'd-{c}', 'plugin', 'm1-{c}', 'shop', 'x', '', '', :b, 1, 0)",
    "insert into idempotency (tenant, key, request, status, answer, created_at) "
    "values ('duka', 'k-{c}', :b, 202, '{{\"id\":\"m1-{c}-message\"}}', 1)",
    "insert into flow (tenant, id, plugin, name, conversation, state, pending, code, args, log, epoch, "
    "version, "
    "wake_at, started_at, updated_at) "
    "values ('duka', 'f-{c}', 'shop', 'ask', 'v-{c}', 'parked', '', '', '', '{p}', 0, 1, 0, 1, 1)",
    "insert into flow_wait (tenant, flow, name, key, op) values ('duka', 'f-{c}', 'paid', '{p}', '')",
    "insert into event (tenant, id, kind, channel, shard, conversation, message, plugins, body, starts, "
    "received_at) values ('duka', 'e-{c}', 'message', 'main', 0, 'v-{c}', '', '', :b, 0, 1)",
    "insert into done (tenant, event, plugin, handled) values ('duka', 'e-{c}', 'shop', 0)",
    "insert into feed (tenant, first, id, at, n, data) values ('duka', {n}, 'b-{c}', 1, 1, "
    '\'[["message.status",{{"message":"m1-{c}-message","part":0,"status":"sent","provider_message_id":"wamid.{c}1=="}}]]\')',
    "insert into journal (id, provider, channel, received_at, headers, body) "
    "values ({n}, 'meta_cloud', '', 1, '[]', :b)",
)
MESSAGE = (
    "insert into message (tenant, id, channel, conversation, contact, direction, type, content, "
    "provider_message_id, event, origin, parts, at, created_at, raw) values ('duka', "
    "'m{i}-{c}-message', 'main', "
    "'v-{c}', '{c}', 'in', 'text', '{p}', 'wamid.{c}{i}==', '', '', 0, 1, 1, :b)",
    "insert into part (tenant, id, message, idx, channel, conversation, provider_message_id, status, "
    "rank, attempt, "
    "resent, claimed_at, accepted_at, updated_at, error) values ('duka', 'p{i}-{c}', "
    "'m{i}-{c}-message', 0, 'main', "
    "'v-{c}', 'wamid.{c}{i}out==', 'sent', 1, 0, 0, 0, 0, 1, '')",
    "insert into status (tenant, channel, provider_message_id, status, participant, at, rank, "
    "correlation, error, "
    "pricing, received_at, raw) values ('duka', 'main', 'wamid.{c}{i}out==', 'sent', '', 1, 1, '', '', "
    "'', 1, :b)",
    "insert into attempt (tenant, part, n, outcome, http, error, started_at, ended_at) "
    "values ('duka', 'p{i}-{c}', 1, 'failed', 500, '', 1, 1)",
)
TABLES = (
    "contact", "identity", "contact_word", "conversation", "dead", "idempotency", "flow", "event", "done",
    "flow_wait", "feed", "journal", "message", "part", "status", "attempt", "erasure_name",
)  # fmt: skip


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """*inner*, which dies at the write number *last*: before it, or behind its commit."""

    def __init__(self, inner: Store, last: int, behind: bool) -> None:
        self._inner, self.left, self._behind = inner, last, behind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def write(self, work: Callable[[Tx], Awaitable[Any]], *, urgent: bool = False) -> Any:
        return await self._dying(lambda: self._inner.write(work))

    def scope(self, tenant: str) -> Scope:
        scope: Any = self._inner.scope(tenant)
        write = scope.write
        made: Any = type("Dying", (), {})()
        made.tenant, made.read = tenant, scope.read
        made.write = lambda work: self._dying(lambda: write(work))
        found: Scope = made
        return found

    async def _dying(self, write: Callable[[], Awaitable[Any]]) -> Any:
        self.left -= 1
        if self.left == 0 and not self._behind:
            raise Killed
        found = await write()
        if self.left == 0:
            raise Killed
        return found


@pytest.fixture
async def store(tmp_path: Path, store_urls: Urls) -> AsyncIterator[Store]:
    """A database with two contacts."""
    if not store_urls.worker_url:
        prepared(Path(store_urls.url.removeprefix("sqlite:///")))
    made = connect(store_urls.url, worker_url=store_urls.worker_url)
    await made.open(own=True)
    await made.write(_fill)
    yield made
    await made.close()


async def _fill(tx: Tx) -> None:
    for n, (contact, phone) in enumerate((("ana", "254711111111"), ("ben", "254722222222")), 1):
        for sql in ROWS:
            await _insert(tx, sql, phone, c=contact, p=phone, n=n)
        for i in (1, 2, 3):
            for sql in MESSAGE:
                await _insert(tx, sql, phone, c=contact, p=phone, i=i)


async def _insert(tx: Tx, sql: str, phone: str, **values: object) -> None:
    told = f'{{"list":[{{"from":"{phone}"}},{{"from":"254799999999"}}]}}' if "into journal" in sql else phone
    more = {"b": told.encode()} if ":b" in sql else {}
    await tx.run(sql.format(**values), **more)


async def state(store: Store) -> Mapping[str, list[str]]:
    """Every row of the tables, as text."""

    async def read(tx: Tx) -> Mapping[str, list[str]]:
        found = {}
        for table in TABLES:
            rows = await tx.all(f"select * from {table}")
            found[table] = sorted(
                str([bytes(x) if isinstance(x, memoryview) else x for x in row]) for row in rows
            )
        return found

    return await store.read(read)


def erasing(store: Any, tmp_path: Path) -> Erasing:
    """What a process that has just started has."""
    settings = Settings(
        path=tmp_path / "gateway.toml",
        server=Server(secret=("s" * 40,), spool=tmp_path / "spool"),
        tenants=(TenantSettings(id=T),),
    )
    clock = SystemClock()
    channels = Channels(settings, {}, silent=True)
    around = Around(
        store, channels, Files(settings, store, clock), Seal(("s" * 40,)), clock,
        lambda tenant, parts: None, lambda tenant, conversation, flow: None,
    )  # fmt: skip
    return Erasing(around, Personal(Host(), store))


async def once(store: Any, tmp_path: Path) -> bool:
    """Carry on with all that is open; whether all is done."""
    rows = await store.read(lambda tx: tx.all(ERASURE["open"]))
    return all([await erasing(store, tmp_path).carry_on(erasure_of(row)) for row in rows])


async def test_killed_at_every_write_and_carried_on(store: Store, tmp_path: Path) -> None:
    """Before each of its transactions and behind each: the next start ends it, and the other contact is
    whole."""
    await store.write(lambda tx: request.erase(tx, T, "ana", GATEWAY, 10))
    before = await state(store)
    writes = 0
    for behind in (False, True):
        for last in (1, 2, 3, 5, 8) if behind else (1, 2, 3, 4, 6, 9):
            with pytest.raises(Killed):
                await once(Mortal(store, last, behind), tmp_path)
            writes += 1
            assert await store.read(lambda tx: tx.all(ERASURE["open"])), "it is not forgotten"
    assert await once(store, tmp_path)

    left = await state(store)
    assert not any(
        "ana" in row or "254711111111" in row for rows in left.values() for row in rows if "b-" not in row
    )
    for table in TABLES:
        kept = [row for row in before[table] if "ben" in row or "254722222222" in row]
        assert [row for row in left[table] if "ben" in row or "254722222222" in row] == kept, table
        assert kept or table == "erasure_name", table
    assert writes == 11
    assert "254799999999" in str(left["journal"])


async def test_what_comes_during_the_last_round_goes_too(store: Store, tmp_path: Path) -> None:
    """Without its conversation nobody would find it any more: there is another round."""
    await store.write(lambda tx: request.erase(tx, T, "ana", GATEWAY, 10))
    (row,) = [erasure_of(each) for each in await store.read(lambda tx: tx.all(ERASURE["open"]))]
    made = erasing(store, tmp_path)
    known, came = made._steps["known"], list[int]()

    async def late(work: Work) -> Next:
        done = await known(work)
        if work.row.round > 1 and not work.changed and len(came) < 2:  # it would be the last
            came.append(50 + len(came))
            await store.write(lambda tx: _insert(tx, MESSAGE[0], "", c="ana", p="254711111111", i=came[-1]))
        return done

    made._steps = {**made._steps, "known": late}
    assert await made.carry_on(row)
    left = await state(store)
    assert len(came) == 2
    assert not [each for each in (*left["message"], *left["conversation"]) if "ana" in each]
    assert len(left["message"]) == 3
