"""What a job is handed: its database, other servers, its progress; and what is refused, with the sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from gateway.errors import PluginError, SettingsError
from gateway.jobs.job import Recurring, job
from gateway.settings import load
from tests.support.house import ANA, House, until
from tests.support.site import listening

CLERK = """\
import asyncio, pathlib
from datetime import date
import msgspec
from gateway import Chat, GatewayError, JobContext, Message, flow, hook, job

class Order(msgspec.Struct):
    number: int
    day: date

class Odd(msgspec.Struct, tag="odd"):
    pass

HERE = pathlib.Path(__file__).parent

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    if message.text == "typed":
        chat.enqueue(typed, Order(7, date(2026, 12, 24)), day=date(2026, 1, 2))
    else:
        chat.enqueue(work, message.text)

@flow
async def talk(chat: Chat) -> None:
    await chat.ask("name", "Your name?")

@job(retries=0)
async def typed(job: JobContext, order: Order, *, day: date) -> None:
    await (await job.chat()).say(f"{order.number} {order.day.year} {day.month}")

@job(retries=0)
async def work(job: JobContext, what: str):
    chat = await job.chat()
    if what == "write":
        await job.db.run("update contact set name = 'one' where tenant = :tenant")
        seen = await job.db.value("select name from contact where tenant = :tenant")
        try:
            async with job.db.begin():
                await job.db.run("update contact set name = 'two' where tenant = :tenant")
                raise ValueError
        except ValueError:
            pass
        after = await job.db.value("select name from contact where tenant = :tenant")
        await chat.say(f"{seen} {after}")
    if what == "forget":
        await job.db.run("delete from contact")
    if what == "progress":
        await job.progress(0.5, "half")
        while not (HERE / "open").exists():
            await asyncio.sleep(0.01)
        await job.progress(1)
    if what == "private":
        await job.http.get("http://127.0.0.1:9/")
    if what.startswith("ask "):
        answer = await job.http.post(what[4:], json={"a": 1}, headers={"X-Key": job.key})
        await chat.say(f"{answer.status} {answer.ok} {answer.json()['got']} {job.settings}")
    if what == "flow":
        await chat.start(talk)
    if what == "emit":
        job.emit(Odd())
    if what == "odd":
        return {1, 2, object()}
    if what == "nobody":
        await job.chat("no such conversation")
"""


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """A server of somebody else's."""

    async def take(request: web.Request) -> web.Response:
        return web.json_response({"got": (await request.json())["a"]}, status=201)

    app = web.Application()
    app.router.add_post("/", take)
    async with listening(app) as origin:
        yield f"{origin}/"


async def begun(house: House) -> House:
    """With the plugin."""
    house.plugin("clerk", CLERK)
    house.line("duka", "clerk")
    return await house.start()


async def letter(house: House, word: str) -> str:
    """The sentence that the job for *word* gets."""
    await begun(house)
    await house.sim.says(ANA, word)
    [(detail,)] = await until(lambda: house.rows("select detail from dead where stage = 'job'"))
    return str(detail)


async def test_each_statement_is_kept_at_once(house: House) -> None:
    """Alone it has a transaction of its own; a block has one, which is undone when it raises."""
    await begun(house)
    await house.sim.says(ANA, "write")
    assert [m.text for m in await house.sim.wait_for(ANA, 1)] == ["one one"]


async def test_arguments_come_back_as_their_types(sqlite_house: House) -> None:
    """As the function names them: Structs, dates."""
    await begun(sqlite_house)
    await sqlite_house.sim.says(ANA, "typed")
    assert [m.text for m in await sqlite_house.sim.wait_for(ANA, 1)] == ["7 2026 1"]


async def test_a_job_asks_another_server(sqlite_house: House, server: str) -> None:
    """Through `job.http`; an origin that is not public has to be named in gateway.toml."""
    await begun(sqlite_house)
    client: Any = sqlite_house.gateway.jobs._client  # type: ignore[union-attr]
    client._internal = frozenset({server.rstrip("/")})
    await sqlite_house.sim.says(ANA, f"ask {server}")
    assert [m.text for m in await sqlite_house.sim.wait_for(ANA, 1)] == ["201 True 1 {}"]


@pytest.mark.parametrize(("word", "words"), [
    ("private", "raised Blocked"),
    ("forget", "contact belongs to tenants, but the statement does not use :tenant"),
    ("flow", "a job cannot begin the flow talk"),
    ("emit", "emits 'odd', which it has not registered: return Odd from register_events"),
    ("odd", "job work returned what cannot be kept as JSON"),
    ("nobody", "there is no conversation 'no such conversation' of this tenant"),
])  # fmt: skip
async def test_what_is_refused(sqlite_house: House, word: str, words: str) -> None:
    """With a sentence that names the plugin, the job and the line."""
    said = await letter(sqlite_house, word)
    assert words in said
    assert "plugin 'clerk' job work" in said
    assert "clerk.py:" in said


async def test_progress_is_seen(house: House) -> None:
    """Over the API, while the job runs; a job that is cancelled stops, and is gone."""
    await begun(house)
    await house.sim.says(ANA, "progress")

    async def half() -> Any:
        _, answer = await house.api("GET", "/api/v1/jobs")
        return answer["items"][0] if answer["items"] and answer["items"][0]["progress"] else None

    item = await until(half)
    assert (item["state"], item["progress"], item["words"], item["attempt"]) == ("running", 0.5, "half", 1)
    code, _ = await house.api("POST", f"/api/v1/jobs/{item['id']}/retry")
    assert code == 409
    code, answer = await house.api("POST", f"/api/v1/jobs/{item['id']}/cancel")
    assert (code, answer) == (200, {"id": item["id"], "state": "cancelled"})
    code, _ = await house.api("GET", f"/api/v1/jobs/{item['id']}")
    assert code == 404
    assert house.gateway is not None
    assert house.gateway.jobs is not None
    await until(lambda: house.gateway.jobs is not None and not len(house.gateway.jobs), "it stops")  # type: ignore[union-attr]
    code, audit = await house.api("GET", "/api/v1/audit")
    assert (code, audit["items"][0]["action"]) == (200, "job.cancel")


async def test_origins_that_jobs_may_reach(sqlite_house: House) -> None:
    """`[jobs]` takes bounds and origins; what is none is refused with its place."""
    config = sqlite_house.write().path
    text = config.read_text()
    config.write_text(text + '[jobs]\nin_flight = 3\nper_tenant = 2\ninternal = ["http://10.0.0.9:8080"]\n')
    assert load(config).jobs.internal == ("http://10.0.0.9:8080",)
    config.write_text(text + '[jobs]\ninternal = ["10.0.0.9"]\n')
    with pytest.raises(SettingsError, match=r"jobs\.internal\[0\]: is not an http\(s\) origin"):
        load(config)


def test_what_cannot_be_a_job() -> None:
    """A function that is not async, one that comes again and wants arguments, a rule that nobody can read."""
    with pytest.raises(PluginError, match="write 'async def work\\(job: JobContext"):
        job(_sync(), name="work")  # type: ignore[call-overload]

    @job
    async def send(context: Any, to: str) -> None: ...

    with pytest.raises(PluginError, match=r"send cannot come again by itself.*'to'"):
        Recurring(send, "FREQ=DAILY")  # type: ignore[arg-type]
    with pytest.raises(PluginError, match="cannot be read"):
        Recurring(send, "each morning")  # type: ignore[arg-type]


def _sync() -> Any:
    def work(context: Any) -> None: ...

    return work
