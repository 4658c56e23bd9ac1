"""What types cannot say about a configuration: ids, URLs, time zones, and what must be unique."""

from __future__ import annotations

import re
import secrets
import zoneinfo
from functools import cache

from gateway.errors import SettingsError
from gateway.settings.decode import suggest
from gateway.settings.model import (
    Document,
    MediaSettings,
    Server,
    StoreSettings,
    TenantSettings,
    WebhookSettings,
)
from gateway.settings.networks import REMEDY, Networks
from gateway.settings.ruling import check_policy, check_retention

MIN_SECRET = 32
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_ORIGIN = re.compile(r"https?://[^\s/?#@]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ID_REMEDY = "write 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"


def check(document: Document, prefix: str) -> None:
    """Raise `SettingsError` for the first thing in *document* that cannot be meant."""
    _server(document.server, f"{prefix}server")
    _store(document.store, f"{prefix}store")
    if document.sending.in_doubt_give_up < document.sending.in_doubt_hold:
        where = f"{prefix}sending.in_doubt_give_up"
        raise SettingsError(where, "is shorter than in_doubt_hold", "write the longer time here")
    if document.sending.timeout == 0:
        raise SettingsError(f"{prefix}sending.timeout", "must be more than 0", 'write timeout = "30s"')
    _media(document.media, f"{prefix}media")
    _webhooks(document.webhooks, f"{prefix}webhooks")
    _origins(document.jobs.internal, f"{prefix}jobs.internal")
    check_retention(document.retention, f"{prefix}retention")
    tenants: dict[str, str] = {}
    channels: dict[str, str] = {}
    for index, tenant in enumerate(document.tenants):
        where = f"tenants[{index}]"
        _unique(tenant.id, tenants, prefix, where, "tenant")
        check_tenant(tenant, f"{prefix}{where}")
        for place, channel in enumerate(tenant.channels):
            # Unique in the whole installation: /webhooks/{provider}/{channel} carries no tenant.
            _unique(channel.id, channels, prefix, f"{where}.channels[{place}]", "channel")
            _networks(channel.sources, f"{prefix}{where}.channels[{place}].sources")


def _unique(name: str, seen: dict[str, str], prefix: str, where: str, what: str) -> None:
    if not _ID.fullmatch(name):
        raise SettingsError(f"{prefix}{where}.id", f"{name[:80]!r} cannot be a {what}'s id", _ID_REMEDY)
    if name in seen:
        problem = f"the {what} {name!r} is already at {seen[name]}"
        raise SettingsError(f"{prefix}{where}.id", problem, f"give this {what} another id")
    seen[name] = where


def _server(server: Server, where: str) -> None:
    if not server.host:
        raise SettingsError(f"{where}.host", "is empty", 'write host = "127.0.0.1"')
    if server.public_url and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", server.public_url):
        remedy = 'write the address that providers call, such as "https://gw.example.com"'
        raise SettingsError(f"{where}.public_url", "is not an http(s) address", remedy)
    for index, secret in enumerate(server.secret):
        if len(secret) < MIN_SECRET:
            problem = f"has {len(secret)} characters; it needs {MIN_SECRET} or more"
            remedy = f'write for example "{secrets.token_urlsafe(32)}"'
            raise SettingsError(f"{where}.secret[{index}]", problem, remedy)
    for name in ("header_timeout", "body_timeout"):
        if getattr(server, name) == 0:
            raise SettingsError(f"{where}.{name}", "must be more than 0", f'write {name} = "10s"')
    _networks(server.proxies, f"{where}.proxies")
    _networks(server.metrics_from, f"{where}.metrics_from")


def _media(media: MediaSettings, where: str) -> None:
    if not media.store:
        raise SettingsError(f"{where}.store", "is empty", 'write a folder such as store = "media"')
    if media.public_url and not _ORIGIN.fullmatch(media.public_url):
        remedy = 'write an origin such as "https://files.example.com"'
        raise SettingsError(f"{where}.public_url", "is not an http(s) origin", remedy)
    _origins(media.internal, f"{where}.internal")
    if media.keep == 0:
        raise SettingsError(f"{where}.keep", "must be more than 0", 'write keep = "90d"')


def _webhooks(webhooks: WebhookSettings, where: str) -> None:
    _origins(webhooks.internal, f"{where}.internal")
    for name, usual in (("timeout", "15s"), ("keep", "30d")):
        if getattr(webhooks, name) == 0:
            raise SettingsError(f"{where}.{name}", "must be more than 0", f'write {name} = "{usual}"')


def _origins(written: tuple[str, ...], where: str) -> None:
    for index, origin in enumerate(written):
        if not _ORIGIN.fullmatch(origin):
            remedy = 'write an origin such as "http://10.0.0.7:9000"'
            raise SettingsError(f"{where}[{index}]", "is not an http(s) origin", remedy)


def _networks(written: tuple[str, ...], where: str) -> None:
    for index, each in enumerate(written):
        try:
            Networks([each])
        except ValueError as error:
            raise SettingsError(f"{where}[{index}]", str(error), REMEDY) from None


def _store(store: StoreSettings, where: str) -> None:
    for name, url in (
        ("url", store.url),
        ("migrate_url", store.migrate_url),
        ("worker_url", store.worker_url),
        ("direct_url", store.direct_url),
    ):
        known = re.match(r"sqlite:///.|postgres(ql)?://.", url)
        if not known and (url or name == "url"):
            remedy = 'write "sqlite:///gateway.db" or "postgresql://user:password@host/database"'
            raise SettingsError(f"{where}.{name}", "is not a database address that is known here", remedy)


def check_tenant(tenant: TenantSettings, where: str) -> None:
    """Raise `SettingsError` for a language, country, time zone or list of plugins that cannot be meant."""
    if not _LANGUAGE.fullmatch(tenant.language):
        problem = f"{tenant.language[:40]!r} is not a language code"
        raise SettingsError(f"{where}.language", problem, 'write for example language = "en" or "pt_BR"')
    if tenant.country and not _COUNTRY.fullmatch(tenant.country):
        problem = f"{tenant.country[:40]!r} is not a country code"
        raise SettingsError(f"{where}.country", problem, 'write two capitals, for example country = "KE"')
    for index, name in enumerate(tenant.plugins):
        if name in tenant.plugins[:index]:
            raise SettingsError(
                f"{where}.plugins[{index}]", f"{name!r} is listed twice", "remove one of them"
            )
    _time_zone(tenant.time_zone, f"{where}.time_zone")
    check_policy(tenant.policy, f"{where}.policy")
    check_retention(tenant.retention, f"{where}.retention", tenant=True)


@cache
def _time_zones() -> frozenset[str]:
    """All that this machine knows; to find out reads some hundred files."""
    return frozenset(zoneinfo.available_timezones())


def _time_zone(name: str, where: str) -> None:
    if name == "UTC":
        return
    known = _time_zones()
    if name not in known:
        if not known:
            raise SettingsError(where, "this machine has no time zone data", "install the package tzdata")
        raise SettingsError(where, f"{name[:80]!r} is not a time zone", suggest(name, known)[:200])
