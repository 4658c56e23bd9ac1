"""The commands on PostgreSQL: they open the database themselves, beside whoever runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.store import connect
from tests.commands.conftest import CONFIG, Run
from tests.support.postgres import Urls


def _configure(folder: Path, urls: Urls) -> None:
    store = (
        f'[store]\nurl = "{urls.url}"\nmigrate_url = "{urls.migrate_url}"\nworker_url = "{urls.worker_url}"\n'
    )
    (folder / "gateway.toml").write_text(CONFIG.replace("[[tenants]]", store + "[[tenants]]", 1))


def test_the_schema_is_judged_and_migrated(
    gateway: Run, folder: Path, new_database: Callable[..., Urls]
) -> None:
    """`check` asks for `migrate`, which applies once; then `check` is content and keys can be made."""
    _configure(folder, new_database(migrated=False))

    assert "FAIL database: " in gateway("check")[1]
    assert "pending  core/0001_core" in gateway("migrate", "--list")[1]
    assert gateway("migrate")[1].startswith("applied  core/0001_core\n")
    assert gateway("migrate")[1] == "The schema is up to date.\n"
    assert "ok   database: reachable, its schema is up to date" in gateway("check")[1]
    assert gateway("key", "create", "--tenant", "duka")[1].splitlines()[-1].startswith("gw_")
    assert " in use\n" in gateway("key", "list")[1]


async def test_a_key_is_made_beside_a_running_gateway(folder: Path, postgres_urls: Urls) -> None:
    """The owner's store is open all the while."""
    from gateway.operate import context_of, operate, server
    from gateway.settings import load

    _configure(folder, postgres_urls)
    settings = load(folder / "gateway.toml")
    store = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await store.open()
    try:
        assert server(await context_of(store, settings)) is None
        made = await operate(settings, "key.create", {"tenant": "duka"})
        (listed,) = (await operate(settings, "key.list", {"tenant": "duka"}))["keys"]
    finally:
        await store.close()

    assert listed["id"] == made["id"]


def test_a_database_that_is_away_is_a_finding(gateway: Run, folder: Path) -> None:
    """A sentence, not a traceback, and the password is not in it."""
    away = "postgresql://app:hunter2@127.0.0.1:1/none"
    _configure(folder, Urls(away, "", ""))

    code, out, _ = gateway("check")

    assert code == 1
    assert "FAIL database: " in out
    assert "hunter2" not in out
