"""What pytest loads: fixtures, options and marks for the tests of plugins.

`world` is a gateway with the plugins of the project, `ana` and `ben` are two contacts. Nothing is imported
here that a project without such tests would have to wait for.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

_async_fixture: Any = pytest.fixture
try:
    import pytest_asyncio

    _async_fixture = pytest_asyncio.fixture
except ImportError:  # pragma: no cover - then pytest says that it cannot run async tests
    pass

if TYPE_CHECKING:
    from gateway.testing.contact import Contact
    from gateway.testing.databases import Fresh
    from gateway.testing.postgres import PostgresServer
    from gateway.testing.reuse import Databases
    from gateway.testing.world import World

DATABASES = ("sqlite", "postgres")
#: A file system in memory, where there is one: worlds are made, and gone, by the hundred.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
MARKS = (
    "plugins(*plugins, settings={}): the plugins of the world: files, names, modules, classes, objects",
    "provider(*names): the providers whose simulator and renderer this test uses, one run for each",
    "database(*names): the databases that this test uses, one run for each",
    "tenant(**settings): what is not usual about the tenant: time_zone, language, country",
    "now(moment): when the world of this test begins, as ISO 8601 (2026-03-02T09:00+03:00)",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--provider and --database, and what a project writes in its configuration."""
    group = parser.getgroup("gateway", "Channel Gateway")
    group.addoption("--provider", metavar="NAME", help="simulate this provider, or 'all' that are installed")
    group.addoption("--database", choices=[*DATABASES, "both"], help="the database of worlds (sqlite)")
    group.addoption("--postgres", metavar="URL", help="a superuser's url of an empty PostgreSQL server")
    parser.addini("gateway_plugins", "the plugins of a world: files, or names of installed ones", "args", [])
    parser.addini("gateway_provider", "the provider of a world, or 'all'", default="meta_cloud")
    parser.addini("gateway_database", "sqlite, postgres or both", default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """The marks."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One run for each provider and database."""
    for fixture, choose in (("gateway_provider", _providers), ("gateway_database", _databases)):
        if fixture in metafunc.fixturenames:
            chosen = choose(metafunc)
            if len(chosen) > 1:
                metafunc.parametrize(fixture, chosen, indirect=True)


def _providers(metafunc: pytest.Metafunc) -> Sequence[str]:
    mark = metafunc.definition.get_closest_marker("provider")
    if mark is not None and mark.args != ("all",):
        return [str(name) for name in mark.args]
    config = metafunc.config
    wanted = config.getoption("--provider") or config.getini("gateway_provider")
    if wanted != "all" and mark is None:
        return [str(wanted)]
    from gateway.demo.simulators import simulators

    return list(simulators(_installed()))


def _databases(metafunc: pytest.Metafunc) -> Sequence[str]:
    mark = metafunc.definition.get_closest_marker("database")
    config = metafunc.config
    wanted = config.getoption("--database") or config.getini("gateway_database")
    names = mark.args if mark is not None else (wanted,)
    if unknown := [name for name in names if name not in (*DATABASES, "both")]:
        known = ", ".join((*DATABASES, "both"))
        raise pytest.UsageError(f"there is no database {str(unknown[0])!r}; there are: {known}")
    return DATABASES if "both" in names else [str(name) for name in names]


def _installed() -> Any:
    from gateway.channels import load_providers

    return load_providers()


@pytest.fixture(scope="session")
def _gateway_providers() -> Any:
    """The providers, loaded once."""
    return _installed()


@pytest.fixture
def gateway_provider(request: pytest.FixtureRequest) -> str:
    """The provider of this test's world, by name."""
    return str(getattr(request, "param", None) or _alone(request, "provider"))


@pytest.fixture
def gateway_database(request: pytest.FixtureRequest) -> str:
    """The database of this test's world: "sqlite" or "postgres"."""
    return str(getattr(request, "param", None) or _alone(request, "database"))


def _alone(request: pytest.FixtureRequest, name: str) -> object:
    """The one value that the mark, the option or the configuration has."""
    mark = request.node.get_closest_marker(name)
    if mark is not None and mark.args:
        return mark.args[0]
    return request.config.getoption(f"--{name}") or request.config.getini(f"gateway_{name}")


@pytest.fixture
def plugins(request: pytest.FixtureRequest) -> Sequence[Any]:
    """The plugins of every world, in their order; override it in conftest.py."""
    named: Sequence[str] = request.config.getini("gateway_plugins")
    root = request.config.rootpath
    return [str(root / name) if name.endswith(".py") or "/" in name else name for name in named]


@pytest.fixture
def plugin_settings() -> dict[str, Any]:
    """The settings of the plugins of every world, by plugin; override it in conftest.py."""
    return {}


@pytest.fixture(scope="session")
def _gateway_sqlite() -> Fresh:
    from gateway.testing.databases import SqliteFiles

    return SqliteFiles().fresh


@pytest.fixture(scope="session")
def _gateway_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    from gateway.testing.postgres import start_postgres

    folder = Path(tempfile.mkdtemp(prefix="gateway-pg-"))
    server = start_postgres(folder / "data", fsync=False, url=request.config.getoption("--postgres") or "")
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _gateway_databases(_gateway_server: PostgresServer) -> Iterator[Databases]:
    from gateway.testing.reuse import Databases

    made = Databases(_gateway_server)
    yield made
    made.close()


@pytest.fixture
def _gateway_postgres(_gateway_databases: Databases) -> Iterator[Fresh]:
    from gateway.testing.databases import PostgresDatabases

    made = PostgresDatabases(_gateway_databases)
    yield made.fresh
    made.drop()


@_async_fixture  # type: ignore[untyped-decorator]
async def world(
    request: pytest.FixtureRequest, gateway_provider: str, gateway_database: str, _gateway_providers: Any
) -> AsyncIterator[World]:  # fmt: skip
    """A gateway with the plugins, and a provider's simulator."""
    from gateway.testing.making import place
    from gateway.testing.world import World

    fresh = request.getfixturevalue(f"_gateway_{gateway_database}")
    with tempfile.TemporaryDirectory(prefix="gateway-world-", dir=MEMORY) as folder:
        made = World(place(request, _gateway_providers, gateway_provider, fresh, Path(folder)))
        request.node.stash[_WORLD] = made
        await made.start()
        try:
            yield made
            await made.settled("after the test's last line")
        finally:
            await made.end()


@pytest.fixture
def ana(world: World) -> Contact:
    """A contact."""
    return world.contact("+254711000001", "Ana")


@pytest.fixture
def ben(world: World) -> Contact:
    """Another contact."""
    return world.contact("+254711000002", "Ben")


_WORLD = pytest.StashKey[Any]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows the phones."""
    report = yield
    made = item.stash.get(_WORLD, None)
    if made is not None and report.failed:
        for title, text in made.report(str(report.longrepr)):
            report.sections.append((title, text))
    return report
