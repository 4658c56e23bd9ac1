"""Fixtures for all tests: a store on each database, and the PostgreSQL server behind one of them."""

from __future__ import annotations

import gc
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from gateway.hooks.host import Host
from gateway.store import Store, connect
from gateway.store.migrate import Component
from gateway.testing.reuse import Databases
from tests.support.outside import shut
from tests.support.postgres import PostgresServer, Urls, drop_database, make_database, start_postgres
from tests.support.sqlite import prepared

#: Files that take long by themselves come first: they would be waited for at the end.
LONG = (
    "tests/faults", "tests/scaffold", "tests/benchmarks", "tests/isolation", "tests/api/test_openapi_fuzz",
    "tests/testing", "tests/typing", "tests/conformance", "tests/jobs", "tests/pages", "tests/flows",
)  # fmt: skip

shut()

_installed = cache(lambda path, read=metadata.entry_points: read())


def _entry_points(**which: Any) -> metadata.EntryPoints:
    """What is installed where modules come from, read once: each gateway of each test asks several times."""
    found: metadata.EntryPoints = _installed(tuple(sys.path))
    return found.select(**which)


metadata.entry_points = _entry_points  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Ten thousand tests are no garbage: nobody looks for any among them, now or while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files; within one, tests stay as they are written."""
    root = str(config.rootpath) + "/"
    names = {item: str(item.path).removeprefix(root) for item in items}
    items.sort(key=lambda item: next((n for n, each in enumerate(LONG) if names[item].startswith(each)), 99))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server of this session. Without one the tests that need it fail: PostgreSQL is no option."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-pg-"))
    server = start_postgres(folder / "data", fsync=False)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _gateway_server(postgres_server: PostgresServer) -> PostgresServer:
    """The test kit's worlds are on the same server."""
    return postgres_server


@pytest.fixture
def new_database(postgres_server: PostgresServer) -> Iterator[Callable[..., Urls]]:
    """Makes databases of this test's own; they go with it."""
    names: list[str] = []

    def make(*, migrated: bool = True) -> Urls:
        names.append(f"test_{uuid.uuid4().hex}")
        return make_database(postgres_server, names[-1], migrated=migrated)

    yield make
    for name in names:
        drop_database(postgres_server, name)


@pytest.fixture(scope="session")
def shipped() -> Sequence[Component]:
    """The tables of the gateway and of the plugins that come with it, which every gateway here loads."""
    return Host.load().components


@pytest.fixture
def postgres_urls(_gateway_databases: Databases, shipped: Sequence[Component]) -> Iterator[Urls]:
    """A migrated PostgreSQL database, as new."""
    urls = _gateway_databases.take(shipped)
    yield urls
    _gateway_databases.give_back(urls)


@pytest.fixture(params=["sqlite", "postgres"])
def store_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """The urls of a fresh database, once for each kind."""
    if request.param == "sqlite":
        return Urls(f"sqlite:///{prepared(tmp_path / 'gateway.db')}", "", "")
    urls: Urls = request.getfixturevalue("postgres_urls")
    return urls


@pytest.fixture
async def store(store_urls: Urls) -> AsyncIterator[Store]:
    """An open store, once for each database."""
    opened = connect(store_urls.url, worker_url=store_urls.worker_url)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half of a surrogate pair, which some tests print, cannot travel between the processes of one run."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report
