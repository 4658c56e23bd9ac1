"""Commands reach the state of a gateway whether one is running or not."""

from __future__ import annotations

import asyncio
import fcntl
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gateway import operate as operate_module
from gateway.api.access.keys import Keys
from gateway.errors import GatewayError
from gateway.operate import context_of, operate, server
from gateway.ownership import is_owned, lock_path, socket_path, sqlite_file
from gateway.settings import Settings, load
from gateway.store import Store, connect

SECRET = "s" * 32


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two tenants on a SQLite file that does not exist yet."""
    (tmp_path / "gateway.toml").write_text(
        f'[server]\nsecret = "{SECRET}"\n[[tenants]]\nid = "duka"\n[[tenants]]\nid = "shop"\n'
    )
    return load(tmp_path / "gateway.toml")


def _database(settings: Settings) -> Path:
    database = sqlite_file(settings)
    assert database is not None
    return database


async def _whose(store: Store, key: str) -> str | None:
    caller = await Keys(store, [SECRET]).caller(key)
    return caller.tenant if caller else None


async def _tenant_of(settings: Settings, key: str) -> str | None:
    store = connect(settings.store.url)
    await store.open()
    try:
        return await _whose(store, key)
    finally:
        await store.close()


async def test_a_free_database_is_opened_and_let_go(settings: Settings) -> None:
    """Without a gateway the command owns the file while it acts, and a second command can follow."""
    made = await operate(settings, "key.create", {"tenant": "duka", "name": "till"})

    assert not is_owned(_database(settings))
    assert await _tenant_of(settings, made["key"]) == "duka"
    (listed,) = (await operate(settings, "key.list", {}))["keys"]
    assert (listed["tenant"], listed["id"], listed["name"]) == ("duka", made["id"], "till")


async def test_the_owner_acts_when_the_file_is_owned(settings: Settings) -> None:
    """A running gateway carries the command out, and the key works in it at once."""
    store = connect(settings.store.url)
    await store.open()
    control = server(await context_of(store, settings))
    assert control is not None
    await control.start()
    try:
        assert is_owned(_database(settings))
        made = await operate(settings, "key.create", {"tenant": "shop"})
        assert await _whose(store, made["key"]) == "shop"
        await operate(settings, "key.revoke", {"id": made["id"]})
        assert await _whose(store, made["key"]) is None
    finally:
        await control.stop()
        await store.close()


_OWNER = """
    import asyncio, sys
    from pathlib import Path
    from gateway.operate import context_of, server
    from gateway.settings import load
    from gateway.store import Store, connect

    async def main():
        settings = load(Path(sys.argv[1]))
        store = connect(settings.store.url)
        await store.open()
        control = server(await context_of(store, settings))
        await control.start()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await control.stop()
        await store.close()

    asyncio.run(main())
"""


def test_a_key_is_made_while_another_process_owns_the_file(settings: Settings) -> None:
    """The real thing: two processes, one lock, one socket."""
    command = [sys.executable, "-c", textwrap.dedent(_OWNER), str(settings.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        made = asyncio.run(operate(settings, "key.create", {"tenant": "duka"}))
        assert is_owned(_database(settings))
        owner.communicate("")

    assert asyncio.run(_tenant_of(settings, made["key"])) == "duka"


async def test_a_lock_without_a_socket_is_explained(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something else holds the file: the message names both files and what to do."""
    monkeypatch.setattr(operate_module, "OWNER_PATIENCE", 0.1)
    lock = lock_path(_database(settings))
    handle = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(GatewayError, match="no gateway answers at") as caught:
            await operate(settings, "key.list", {})
    finally:
        os.close(handle)

    assert str(lock) in str(caught.value)
    assert str(socket_path(_database(settings))) in str(caught.value)


async def test_a_gateway_that_is_still_starting_is_waited_for(settings: Settings) -> None:
    """The lock comes before the socket; a command in between waits instead of failing."""
    store = connect(settings.store.url)
    await store.open()
    control = server(await context_of(store, settings))
    assert control is not None
    asking = asyncio.create_task(operate(settings, "key.create", {"tenant": "duka"}))
    await asyncio.sleep(0.02)
    await control.start()
    try:
        assert (await asking)["key"].startswith("gw_")
    finally:
        await control.stop()
        await store.close()


async def test_a_socket_that_a_crash_left_is_no_obstacle(settings: Settings) -> None:
    """Nobody holds the lock, so the command opens the file itself."""
    socket_path(_database(settings)).touch()

    # An ordinary file refuses a connection as a dead socket does.
    assert (await operate(settings, "key.list", {}))["keys"] == []


async def test_an_unknown_tenant_is_answered_with_the_known_ones(settings: Settings) -> None:
    """The message helps with the typo."""
    with pytest.raises(GatewayError, match=r"there is no tenant 'dukka'; there are: duka, shop"):
        await operate(settings, "key.create", {"tenant": "dukka"})


async def test_an_unknown_command_is_answered_with_the_known_ones(settings: Settings) -> None:
    """A mistake of ours, not of a user's; still a sentence."""
    with pytest.raises(GatewayError, match=r"no command 'key\.eat'; there are .*key\.create"):
        await operate(settings, "key.eat", {})


async def test_a_database_that_cannot_be_opened_says_why(settings: Settings) -> None:
    """What the store says is what the person reads."""
    _database(settings).write_text("this is no database" * 100)

    with pytest.raises(GatewayError, match=r"gateway\.db"):
        await operate(settings, "key.list", {})


def test_looking_for_an_owner_creates_nothing(settings: Settings) -> None:
    """`gateway check` may run as another user and leaves no files."""
    assert not is_owned(_database(settings))
    assert not lock_path(_database(settings)).exists()
