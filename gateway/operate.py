"""How a command acts on a gateway's state, whether a gateway is running or not.

PostgreSQL takes any number of processes, so a command opens it beside them. A SQLite file has one
owner: while `gateway serve` runs, the command is carried out by it, asked over its control socket;
otherwise this process owns the file for as long as the command takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from gateway import control
from gateway.api.access.acts import KeyActs, audit_list, audit_verify
from gateway.api.access.keys import Keys
from gateway.audit import system_user
from gateway.backup.acts import RESTORED_ACTS
from gateway.channels import Channels, load_providers
from gateway.clock import SystemClock
from gateway.cluster.listing import processes_of
from gateway.consent.acts import CONSENT_ACTS
from gateway.doctor import Patient, examine, online
from gateway.erasure.acts import CONTACT_ACTS
from gateway.errors import GatewayError
from gateway.fixtures.stored import stored_fixtures
from gateway.hooks.host import Host
from gateway.jobs import acts as jobs
from gateway.media.files import Files
from gateway.ownership import is_owned, lock_path, socket_path, sqlite_file
from gateway.pipeline.replay import Replay
from gateway.policy.acts import POLICY_ACTS
from gateway.settings import Settings
from gateway.store import connect
from gateway.store.migrate import CORE
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.templates import acts
from gateway.tenants.acts import ACTS
from gateway.tenants.directory import Directory
from gateway.tenants.named import tenant_named
from gateway.tenants.plugin_acts import PLUGIN_ACTS

#: Seconds that a command waits for the owner of a file that has not opened its socket yet.
OWNER_PATIENCE = 3.0


class Context(Struct, frozen=True):
    """What a command acts on. *channels* and *directory* are those of the gateway that runs, or read for the
    command; *host* and *files* are the running one's. A change is told to the directory by its `refresh`.
    *catch_up* has what runs look at its sources before it acts, *put_aside* says if a plugin is left out."""

    store: Store
    settings: Settings
    channels: Channels
    directory: Directory
    seal: Seal
    keys: Keys
    host: Host | None = None
    catch_up: Callable[[], Awaitable[None]] | None = None
    put_aside: Callable[[str, str], bool] | None = None
    files: Files | None = None


Command = Callable[[Context, dict[str, Any]], Awaitable[dict[str, Any]]]


async def operate(
    settings: Settings, command: str, args: Mapping[str, Any], *, timeout: float = 60.0,
    host: Host | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Do *command* (a name in `COMMANDS`) with *args*, here or in the gateway that owns the database.
    A gateway that is asked may take *timeout* seconds. *host* has the plugins whose tables it needs.

    Raises `GatewayError` with a sentence for the person at the terminal.
    """
    args = {"by": system_user(), **args}  # for the audit log
    database = sqlite_file(settings)
    if database is None:
        async with _opened(settings, own=False, host=host) as store:
            return await _act(await context_of(store, settings, host), command, args)
    deadline = asyncio.get_running_loop().time() + OWNER_PATIENCE
    while True:
        try:
            return await control.call(socket_path(database), command, args, timeout=timeout)
        except control.NobodyThere:
            pass
        try:
            async with _opened(settings, own=True, host=host) as store:
                return await _act(await context_of(store, settings, host), command, args)
        except _NotOpened as error:
            if not is_owned(database):
                raise error.reason from None
        if asyncio.get_running_loop().time() > deadline:
            raise _unreachable(database)
        # A gateway that is just starting holds the lock before it listens.
        await asyncio.sleep(0.05)


async def context_of(store: Store, settings: Settings, host: Host | None = None) -> Context:
    """The context of a command that acts by itself; *host* has its plugins, when they are loaded already."""
    # A command is not the one to complain of channels that it does not need.
    channels, seal = Channels(settings, load_providers(), silent=True), Seal(settings.server.secret)
    directory = Directory(settings, channels, store, seal)
    await directory.refresh()
    return Context(store, settings, channels, directory, seal, Keys(store, settings.server.secret), host)


def server(context: Context) -> control.ControlServer | None:
    """The control socket for the gateway that owns the context's store: not started. None when the database
    is PostgreSQL, which commands open themselves."""
    database = sqlite_file(context.settings)
    if database is None:
        return None

    def bind(command: Command) -> control.Handler:
        async def handle(args: dict[str, Any]) -> dict[str, Any]:
            if context.catch_up is not None:
                await context.catch_up()
            return await command(context, args)

        return handle

    return control.ControlServer(
        socket_path(database), {name: bind(command) for name, command in COMMANDS.items()}
    )


class _NotOpened(Exception):
    """The store could not be opened; nothing was done."""

    def __init__(self, reason: GatewayError) -> None:
        self.reason = reason


@asynccontextmanager
async def _opened(settings: Settings, *, own: bool, host: Host | None) -> AsyncIterator[Store]:
    components = host.components if host is not None else (CORE,)
    store = connect(
        settings.store.url, worker_url=settings.store.worker_url, components=components,
        pooler=settings.store.pooler,
    )  # fmt: skip
    try:
        await store.open(own=own)
    except GatewayError as error:
        await store.close()
        if own:
            raise _NotOpened(error) from error
        raise
    try:
        yield store
    finally:
        await store.close()


async def _act(context: Context, command: str, args: Mapping[str, Any]) -> dict[str, Any]:
    act = COMMANDS.get(command)
    if act is None:
        raise GatewayError(f"there is no command {command!r}; there are {', '.join(sorted(COMMANDS))}")
    return await act(context, dict(args))


def _unreachable(database: Path) -> GatewayError:
    lock = lock_path(database)
    return GatewayError(
        f"{lock} is held by another process, but no gateway answers at {socket_path(database)}; wait until "
        f"it has started or ended, or stop it (`fuser {lock}` prints its process id), and try again"
    )


def _known_tenant(context: Context, args: Mapping[str, Any]) -> str:
    return tenant_named(str(args.get("tenant", "")), context.directory)


def _keys(context: Context) -> KeyActs:
    return KeyActs(context.store, context.keys, SystemClock())


async def _key_create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    tenant = "" if args.get("operator") else _known_tenant(context, args)
    return await _keys(context).create(tenant, args)


async def _key_list(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    if args.get("operator"):
        return await _keys(context).list([""])
    return await _keys(context).list(
        [_known_tenant(context, args)] if args.get("tenant") else [*context.directory, ""]
    )


async def _key_rotate(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await _keys(context).rotate(args)


async def _key_revoke(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await _keys(context).revoke(args)


async def _audit_list(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await audit_list(context.store, args)


async def _audit_verify(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await audit_verify(context.store, args)


async def _template_list(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await acts.list_all(context.store, context.channels, args)


async def _template_plan(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await acts.plan_file(context.store, context.channels, args)


async def _template_apply(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await acts.apply_one(context.store, context.channels, args)


async def _template_delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await acts.delete(context.store, context.channels, args)


async def _replay(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Replay stored webhooks and dead letters; what is opened again is taken up within seconds."""
    replay = Replay(context.store, context.channels, SystemClock())
    return {"reports": await replay.run([str(each) for each in args["ids"]], apply=bool(args["apply"]))}


async def _jobs_list(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    return await jobs.list_all(context.store, _known_tenant(context, args), args)


async def _jobs_cancel(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a job back; the gateway that runs it lets go of it when it writes down how it ended."""
    tenant = _known_tenant(context, args)
    return await jobs.cancel_one(context.store, context.channels, tenant, args, SystemClock().now())


async def _fixtures_record(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    ids = [str(each) for each in args.get("ids", ())]
    return await stored_fixtures(context.store, load_providers(), ids, min(int(args.get("last", 0)), 1000))


def _patient(context: Context) -> Patient:
    host = context.host or Host.load(context.settings.plugin_paths)
    return Patient(context.settings, context.store, context.channels, context.seal, SystemClock(), host)


async def _doctor(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What can be seen without the internet, and the channels that can be asked about there."""
    groups = await examine(_patient(context))
    asked = [{"tenant": each.tenant, "id": each.id} for each in context.channels]
    return {"groups": to_builtins(groups), "channels": asked}


async def _doctor_online(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """What the internet says of one channel."""
    channel = context.channels.get(str(args["tenant"]), str(args["id"]))
    found = [] if channel is None else await online(_patient(context), channel)
    return {"findings": to_builtins(found)}


async def _processes(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = to_builtins(await processes_of(context.store, SystemClock()))
    return found


#: Every command that can be asked of a gateway: takes and returns JSON objects.
COMMANDS: Mapping[str, Command] = {
    "doctor": _doctor,
    "doctor.online": _doctor_online,
    "jobs.cancel": _jobs_cancel,
    "jobs.list": _jobs_list,
    "processes": _processes,
    "key.create": _key_create,
    "key.list": _key_list,
    "key.revoke": _key_revoke,
    "key.rotate": _key_rotate,
    "audit.list": _audit_list,
    "audit.verify": _audit_verify,
    "replay": _replay,
    "fixtures.record": _fixtures_record,
    "templates.apply": _template_apply,
    "templates.delete": _template_delete,
    "templates.list": _template_list,
    "templates.plan": _template_plan,
    **ACTS,
    **CONTACT_ACTS,
    **CONSENT_ACTS,
    **RESTORED_ACTS,
    **PLUGIN_ACTS,
    **POLICY_ACTS,
}
