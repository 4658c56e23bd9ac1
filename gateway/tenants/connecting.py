"""Connecting a channel to its provider: the address that it calls, registering it, and looking how it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from gateway.ask import ask
from gateway.channels import Channel
from gateway.clock import SECOND
from gateway.errors import GatewayError, SettingsError
from gateway.model.finding import Finding
from gateway.moments import ago, moment
from gateway.provider import ProviderError, Registration
from gateway.registry import State
from gateway.settings import Settings

#: Seconds that our own address may take to answer.
KNOCK_TIMEOUT = 10.0


def chosen(channels: Iterable[Channel], id: str = "", tenant: str = "") -> list[Channel]:
    """The channels that are meant: one by its *id*, or all. Raises `GatewayError` when that is not clear."""
    known = list(channels)
    found = [each for each in known if (not id or each.id == id) and (not tenant or each.tenant == tenant)]
    if id and len(found) > 1:
        tenants = " and ".join(each.tenant for each in found)
        raise GatewayError(f"tenants {tenants} have a channel {id!r}; name one with --tenant")
    for (_, refused), error in getattr(channels, "refused", {}).items():
        if refused == id and not found:
            raise error
    if not found:
        what = f"channel {id!r}" if id else "channel"
        of = f" of tenant {tenant!r}" if tenant else ""
        names = ", ".join(each.id for each in known) or "none: add one with [[tenants.channels]]"
        raise GatewayError(f"there is no {what}{of}; there are: {names}")
    return found


def callback(settings: Settings, channel: Channel) -> str:
    """The address that the channel's provider is to call. Raises `SettingsError`."""
    where, url = f"{settings.path.name}: server.public_url", settings.server.public_url
    if not url:
        remedy = 'write the address that providers call, such as public_url = "https://gw.example.com"'
        raise SettingsError(where, "missing", remedy)
    if not url.startswith("https://") and not _is_here(urlsplit(url).hostname or ""):
        remedy = 'providers call nothing else: write public_url = "https://…", with a valid certificate'
        raise SettingsError(where, "is not https", remedy)
    return f"{url}/webhooks/{channel.provider.name}/{channel.id}"


def registration(channel: Channel) -> Registration:
    """How the channel's provider registers. Raises `GatewayError` when it cannot."""
    found = getattr(channel.provider, "registration", None)
    if found is None:
        name = channel.provider.name
        raise GatewayError(f"{name} cannot be registered at from here; enter the address at {name} by hand")
    offered: Registration = found
    return offered


async def knock(channel: Channel, url: str) -> str:
    """Ask our own address as the provider will; "" when all is well, else what is wrong."""
    try:
        asked = registration(channel).knock(url, channel.settings())
        return await ask(asked, timeout=KNOCK_TIMEOUT)
    except ProviderError as error:
        return f"nothing answers there ({error.title})"


async def register(channel: Channel, url: str) -> tuple[str, ...]:
    """Have the provider send the channel's webhooks to *url*; what was done. Raises `GatewayError`."""
    try:
        return await ask(registration(channel).register(url, channel.settings()))
    except ProviderError as error:
        raise GatewayError(f"channel {channel.id}: {channel.provider.name} {_said(error)}") from error


async def check(settings: Settings, channel: Channel, state: State | GatewayError, now: int) -> list[Finding]:
    """All that can be found out about a channel: from our address, our database (*state*), its provider."""
    url, address = "", None
    try:
        url = callback(settings, channel)
    except SettingsError as error:
        address = Finding("address", False, f"{error.where}: {error.problem}", error.remedy)
    found = [address or _address(url, await knock(channel, url))]
    if isinstance(state, State):
        found += [_heard(channel, state, now), _sending(state)]
    else:
        found.append(Finding("database", False, str(state), "`gateway check` says more"))
    try:
        found += await ask(registration(channel).check(url, channel.settings()))
    except ProviderError as error:
        detail = f"{channel.provider.name} {_said(error)}"
        found.append(Finding("provider", False, detail, "look at the network, and whether api_base is right"))
    return found


def _address(url: str, problem: str) -> Finding:
    if not problem:
        return Finding("address", True, f"{url} answers")
    remedy = "start the gateway, compare its secrets and public_url, look at the proxy in front of it"
    return Finding("address", False, f"{url}: {problem}", remedy)


def _heard(channel: Channel, state: State, now: int) -> Finding:
    if not state.webhook_at:
        return Finding("last webhook", True, "none yet", "write to the number from a phone, and look again")
    age = (now - state.webhook_at) / SECOND
    detail = f"{moment(state.webhook_at)}, {ago(age)} ago"
    if 0 < channel.silence <= age:
        remedy = "see below whether the provider still calls us, and write to the number from a phone"
        return Finding("last webhook", False, f"{detail}; its silence is {ago(channel.silence)}", remedy)
    return Finding("last webhook", True, detail)


def _sending(state: State) -> Finding:
    if state.held_at:
        detail = f"somebody paused it, {moment(state.held_at)}"
        return Finding("sending", True, detail, "`gateway channel resume` lets it go on")
    if not state.paused_at:
        return Finding("sending", True, "not paused")
    why, remedy = {
        "token": (
            "the provider refuses the token",
            "put a new one where the old one is (variable, file or gateway.toml); it goes on by itself",
        ),
        "account": (
            "the provider has blocked the account",
            "see below what is wrong with it; it is tried again every minute",
        ),
    }.get(state.paused_reason, (state.paused_reason, ""))
    return Finding("sending", False, f"paused since {moment(state.paused_at)}: {why}", remedy)


def _said(error: ProviderError) -> str:
    """What a provider answered, as the end of a sentence."""
    if error.title.startswith("not reached") or error.title in ("timeout", "reset"):
        return f"was not reached ({error.title.removeprefix('not reached: ')})"
    code = f" (code {error.code})" if error.code else ""
    details = f": {error.details}" if error.details else ""
    return f"refused: {error.title}{code}{details}" + (f" — {error.hint}" if error.hint else "")


def _is_here(host: str) -> bool:
    """Whether *host* is this machine, where a test or a tunnel listens."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
