"""What a flow's function must not do by itself, because it runs again at every turn: each with what to write
instead."""

from __future__ import annotations

from msgspec import Struct

_NOW = "write chat.now, which is the same at each replay"
_DRAW = 'draw it in a step, so that it is kept: await chat.step("draw", draw)'
_OUTSIDE = 'do it in a job: await chat.job("name", job, …)'
_WAIT = "a flow waits by its chat: timeout= of a question, or chat.wait_for(…)"
_ONE = "await one chat call after another"

DB = 'belongs in a step: await chat.step("name", function, chat, …)'
FINALLY = "runs whenever the flow is put to sleep: move the call behind the try"
ASYNC_WITH = (
    "the flow is put to sleep inside it, and it is left each time: ask before it or behind it, and do such "
    "work in a step or a job"
)
SWALLOWS = "catches what puts the flow to sleep: write 'except Exception'"
UNORDERED = "has another order in each process: iterate over sorted(…)"
SHARED = (
    "is shared by all conversations and forgotten at a restart: keep it in the database, by a step, or in a "
    "variable of the flow"
)


class Rule(Struct, frozen=True):
    """*names* are dotted names of what may not be called, with spaces between; one that ends with "." or "_"
    stands for all that begins so."""

    names: str
    why: str
    instead: str


RULES = (
    Rule(
        "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today "
        "time.time time.time_ns time.monotonic time.monotonic_ns time.perf_counter time.localtime "
        "time.gmtime time.ctime time.strftime",
        "is another time at each replay",
        _NOW,
    ),
    Rule(
        "random. secrets. uuid.uuid1 uuid.uuid4 uuid.uuid7 os.urandom numpy.random.",
        "is something else at each replay",
        _DRAW,
    ),
    Rule("time.sleep", "stops every conversation", _WAIT),
    Rule("asyncio.sleep asyncio.wait_for asyncio.timeout", "is no wait that outlives a restart", _WAIT),
    Rule(
        "asyncio.gather asyncio.create_task asyncio.ensure_future asyncio.wait asyncio.TaskGroup "
        "asyncio.as_completed",
        "lets the order of calls depend on chance",
        _ONE,
    ),
    Rule(
        "asyncio.to_thread asyncio.open_connection asyncio.create_subprocess_",
        "is done again at each replay",
        _OUTSIDE,
    ),
    Rule(
        "requests. httpx. aiohttp. urllib.request. urllib3. http.client. socket. smtplib. ftplib. imaplib. "
        "boto3. stripe. redis. psycopg. psycopg2. asyncpg. sqlite3. aiosqlite. pymongo. websockets. "
        "subprocess. os.system os.popen",
        "reaches the world outside at each replay",
        _OUTSIDE,
    ),
)


def rule_of(name: str) -> Rule | None:
    """The rule that forbids to call *name*, if one does."""
    for rule in RULES:
        for each in rule.names.split():
            if name == each or (each[-1] in "._" and name.startswith(each)):
                return rule
    return None
