"""What `gateway tenant`, `channel` and `plugin` ask of a gateway, for `gateway.operate`: JSON in and out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import to_builtins

from gateway.audit import command
from gateway.channels import Channels
from gateway.clock import SystemClock
from gateway.errors import GatewayError
from gateway.hooks.host import Host
from gateway.registry import states
from gateway.retention.outlook import ask_round
from gateway.settings import Settings
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.errors import Invalid
from gateway.tenants.forms import ChannelChange, NewChannel, NewTenant, PluginChange, TenantChange
from gateway.tenants.ground import Ground
from gateway.tenants.records import Known
from gateway.tenants.ruled import PolicyChange, RetentionChange
from gateway.tenants.service import Service

Args = dict[str, Any]
T = TypeVar("T")


class Context(Protocol):
    """The parts of `gateway.operate.Context` that are needed here. *host* is None beside a gateway."""

    @property
    def store(self) -> Store: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def seal(self) -> Seal: ...
    @property
    def host(self) -> Host | None: ...


def _service(context: Context, *, plugins: bool = False) -> Service:
    """The service; with the plugins loaded only where they matter, for loading runs their code."""
    host = context.host
    if host is None:
        host = Host.load(context.settings.plugin_paths) if plugins else Host()
    return Service(
        Ground(context.store, context.directory, context.channels, host, context.seal, SystemClock())
    )


def _form(args: Args, shape: type[T], *, strict: bool = True) -> T:
    """What was asked for, decoded as the API decodes it; where not *strict*, "5" may be a number. Raises
    `Invalid`."""
    try:
        return msgspec.convert(args.get("form", {}), shape, strict=strict)
    except msgspec.ValidationError as error:
        words, _, path = str(error).partition(" - at `$")
        words = words.replace("Object contains unknown field", "there is no setting")
        pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        raise Invalid(pointer, words[:1].lower() + words[1:300]) from None


def chosen(context: Context, args: Args) -> tuple[str, str]:
    """(tenant, channel) of the channel `id`, of `tenant` when that is named. Raises `GatewayError`."""
    id, tenant = str(args.get("id", "")), str(args.get("tenant", ""))
    known = [(one, each.id) for one, settings in context.directory.items() for each in settings.channels]
    found = [each for each in known if each[1] == id and tenant in ("", each[0])]
    if len(found) > 1:
        tenants = " and ".join(one for one, _ in found)
        raise GatewayError(f"tenants {tenants} have a channel {id!r}; name one with --tenant")
    if not found:
        of = f" of tenant {tenant!r}" if tenant else ""
        names = ", ".join(each for _, each in known[:50]) or "none: gateway channel add ID makes one"
        raise GatewayError(f"there is no channel {id!r}{of}; there are: {names}")
    return found[0]


def _tenant(context: Context, args: Args) -> str:
    """The tenant that is meant: the only one, when none is named. Raises `GatewayError`."""
    tenant = str(args.get("tenant", ""))
    if not tenant and len(context.directory) == 1:
        return next(iter(context.directory))
    if tenant not in context.directory:
        names = ", ".join([*context.directory][:50]) or "none: gateway tenant add ID makes one"
        what = f"there is no tenant {tenant!r}" if tenant else "name a tenant with --tenant"
        raise GatewayError(f"{what}; there are: {names}")
    return tenant


def _by(args: Args) -> Any:
    return command(str(args.get("by", "")))


async def tenant_list(context: Context, args: Args) -> Args:
    """Every tenant."""
    return {"tenants": to_builtins(await _service(context).tenants.list(limit=100_000))}


async def tenant_show(context: Context, args: Args) -> Args:
    """One tenant."""
    shown: Args = to_builtins((await _service(context).tenants.get(str(args["id"]))).shown)
    return shown


async def tenant_add(context: Context, args: Args) -> Args:
    """Make a tenant."""
    made = await _service(context).tenants.create(_by(args), _form(args, NewTenant))
    shown: Args = to_builtins(made.shown)
    return shown


async def tenant_change(context: Context, args: Args) -> Args:
    """Change a tenant."""
    done = await _service(context).tenants.change(_by(args), str(args["id"]), _form(args, TenantChange))
    shown: Args = to_builtins(done.shown)
    return shown


async def tenant_policy(context: Context, args: Args) -> Args:
    """The policy of a tenant, changed when a `form` says so."""
    rules, id = _service(context).rules, str(args["id"])
    if args.get("form"):
        form = _form(args, PolicyChange, strict=False)
        return _shown(await rules.change_policy(_by(args), id, form))
    return _shown(await rules.policy(id))


async def retention(context: Context, args: Args) -> Args:
    """For how long a tenant keeps what, changed when a `form` says so."""
    rules, tenant = _service(context).rules, _tenant(context, args)
    if args.get("now"):
        await ask_round(context.store)
    if args.get("form"):
        form = _form(args, RetentionChange)
        return _shown(await rules.change_retention(_by(args), tenant, form))
    return _shown(await rules.retention(tenant))


def _shown(known: Known[Any]) -> Args:
    shown: Args = to_builtins(known.shown)
    return shown


async def tenant_remove(context: Context, args: Args) -> Args:
    """End a tenant."""
    return {"cancelled": await _service(context).tenants.remove(_by(args), str(args["id"]))}


async def channel_list(context: Context, args: Args) -> Args:
    """Every channel, or those of one tenant."""
    tenants = [_tenant(context, args)] if args.get("tenant") else list(context.directory)
    numbers, found = _service(context).channels, []
    for tenant in tenants:
        served = {state.id for state in await states(context.store, tenant)}
        for each in await numbers.list(tenant):
            found.append({"tenant": tenant, **to_builtins(each), "served": each.id in served})
    return {"channels": found}


async def channel_show(context: Context, args: Args) -> Args:
    """One channel."""
    tenant, id = chosen(context, args)
    return {"tenant": tenant, **to_builtins((await _service(context).channels.get(tenant, id)).shown)}


async def channel_add(context: Context, args: Args) -> Args:
    """Connect a number."""
    tenant = _tenant(context, args)
    made = await _service(context).channels.create(_by(args), tenant, _form(args, NewChannel))
    return {"tenant": tenant, **to_builtins(made.shown)}


async def channel_change(context: Context, args: Args) -> Args:
    """Change a channel."""
    tenant, id = chosen(context, args)
    done = await _service(context).channels.change(_by(args), tenant, id, _form(args, ChannelChange))
    return {"tenant": tenant, **to_builtins(done.shown)}


async def channel_remove(context: Context, args: Args) -> Args:
    """End a channel."""
    tenant, id = chosen(context, args)
    return {"tenant": tenant, "cancelled": await _service(context).channels.remove(_by(args), tenant, id)}


async def channel_hold(context: Context, args: Args) -> Args:
    """Pause a channel's sending, or let it go on."""
    tenant, id = chosen(context, args)
    done = await _service(context).channels.hold(_by(args), tenant, id, held=bool(args["held"]))
    return {"tenant": tenant, **to_builtins(done.shown)}


async def channel_test(context: Context, args: Args) -> Args:
    """The findings of one channel."""
    tenant, id = chosen(context, args)
    found = await _service(context).test(tenant, id)
    return {"tenant": tenant, "channel": id, "findings": to_builtins(found)}


async def channel_register(context: Context, args: Args) -> Args:
    """Have the provider send a channel's webhooks here."""
    tenant, id = chosen(context, args)
    url, warning, done = await _service(context).register(_by(args), tenant, id)
    return {"tenant": tenant, "channel": id, "callback": url, "warning": warning, "done": list(done)}


async def plugin_list(context: Context, args: Args) -> Args:
    """The plugins of one tenant."""
    tenant = _tenant(context, args)
    found = await _service(context, plugins=True).plugins.list(tenant)
    return {"tenant": tenant, "plugins": to_builtins(found)}


async def plugin_change(context: Context, args: Args) -> Args:
    """Change how a tenant uses a plugin."""
    tenant, service = _tenant(context, args), _service(context, plugins=True)
    done = await service.plugins.change(_by(args), tenant, str(args["name"]), _form(args, PluginChange))
    return {"tenant": tenant, **to_builtins(done.shown)}


async def plugin_order(context: Context, args: Args) -> Args:
    """Put a tenant's plugins in this order; those that are not named come behind."""
    tenant, service = _tenant(context, args), _service(context, plugins=True)
    origin = context.directory.plugin_origin
    first = sum(origin(tenant, name) == "file" for name in context.directory.plugins_of(tenant))
    names = [str(name) for name in args["names"]]
    names = [name for name in names if origin(tenant, name) == "database"]
    for place, name in enumerate(names):
        await service.plugins.change(_by(args), tenant, name, PluginChange(position=first + place))
    return await plugin_list(context, {**args, "tenant": tenant})


Act = Callable[[Any, Args], Awaitable[Args]]

#: For `gateway.operate.COMMANDS`.
ACTS: Mapping[str, Act] = {
    "tenant.list": tenant_list,
    "tenant.show": tenant_show,
    "tenant.add": tenant_add,
    "tenant.change": tenant_change,
    "tenant.remove": tenant_remove,
    "tenant.policy": tenant_policy,
    "retention": retention,
    "channel.list": channel_list,
    "channel.show": channel_show,
    "channel.add": channel_add,
    "channel.change": channel_change,
    "channel.remove": channel_remove,
    "channel.hold": channel_hold,
    "channel.test": channel_test,
    "channel.register": channel_register,
    "plugin.list": plugin_list,
    "plugin.change": plugin_change,
    "plugin.order": plugin_order,
}
