"""What Meta says of a channel: token, number, account, webhook; findings with remedies (wire.md §2.8)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gateway.model.finding import Finding
from gateway.provider import ProviderError, Steps
from gateway.provider.told import text
from providers.meta_cloud import node
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.standing import entities, limits, quality, standing

NUMBER_FIELDS = (
    "display_phone_number,verified_name,quality_rating,throughput,status,"
    "whatsapp_business_manager_messaging_limit,webhook_configuration,health_status"
)
_REGISTER = "run `gateway channel register`"


class App(Struct, frozen=True):
    """One app that an account is subscribed to; *url* is its address for this account, "" without one.

    `{"whatsapp_business_api_data": {"id": "67", "name": "Shop"}, "override_callback_uri": "https://…"}`
    """

    id: str
    name: str
    url: str


class Addresses(Struct, frozen=True):
    """Where a number's webhooks go: the first that is not empty.

    `{"phone_number": "https://…", "whatsapp_business_account": "https://…", "application": "https://…"}`
    """

    number: str
    account: str
    app: str

    @property
    def used(self) -> str:
        """The address that counts."""
        return self.number or self.account or self.app


def check(callback: str, settings: MetaSettings) -> Steps[tuple[Finding, ...]]:
    """All that can be asked of Meta about this channel. What Meta refuses to tell is a finding too."""
    try:
        number = yield from node.read(settings, settings.phone_number_id, fields=NUMBER_FIELDS)
    except ProviderError as error:
        if not error.http:  # nobody answered, and nobody will
            raise
        return (refused("number", error),)
    found = [
        Finding("token", True, "Meta accepts it"),
        standing(number),
        quality(number),
        limits(number),
        webhook(addresses(number), callback),
    ]
    healths = [number.get("health_status")]
    if settings.waba_id:
        found.append((yield from _subscribed(settings)))
        try:
            account = yield from node.read(settings, settings.waba_id, fields="health_status")
            healths.append(account.get("health_status"))
        except ProviderError as error:
            found.append(refused("account", error))
    else:
        remedy = "write waba_id, the WhatsApp Business Account's id, into the channel's settings"
        found.append(Finding("app", True, "not looked at, for the account is not known", remedy))
    return (*found, *entities(healths))


def _subscribed(settings: MetaSettings) -> Steps[Finding]:
    """Whether an app is subscribed to the account; without one Meta sends nothing at all."""
    try:
        told = yield from node.read(settings, settings.waba_id, "subscribed_apps")
    except ProviderError as error:
        return refused("app", error)
    names = [f"{app.name or 'without a name'} ({app.id})" for app in apps(told)]
    if not names:
        return Finding("app", False, f"none is subscribed to account {settings.waba_id}", _REGISTER)
    return Finding("app", True, f"subscribed to account {settings.waba_id}: {', '.join(names)}")


def webhook(configured: Addresses, callback: str) -> Finding:
    """Whether the number's webhooks come to *callback*, or to the app-wide address in front of it; an
    empty one cannot be compared."""
    used = configured.used
    if used and not callback:
        return Finding("webhook", True, f"Meta calls {used}")
    if used == callback and used:
        return Finding("webhook", True, f"Meta calls {used}")
    if used and callback.startswith(used.rstrip("/") + "/"):
        return Finding("webhook", True, f"Meta calls {used}, the address of all channels")
    if not used:
        return Finding("webhook", False, "Meta has no address to call", _REGISTER)
    place = "number" if configured.number else "account" if configured.account else "app"
    return Finding(
        "webhook", False, f"Meta calls {used}, entered for the {place}, and not {callback}", _REGISTER
    )


def refused(what: str, error: ProviderError) -> Finding:
    """The finding for what Meta would not tell."""
    code = f" (code {error.code})" if error.code else ""
    told = f"{error.title}{code}" + (f": {error.details}" if error.details else "")
    if error.kind in ("auth", "permission"):
        return Finding("token", False, f"Meta refuses it: {told}", error.hint)
    return Finding(what, False, f"Meta does not tell: {told}", error.hint)


def apps(told: dict[str, Any]) -> list[App]:
    """The apps in the answer of `subscribed_apps`."""
    data = told.get("data")
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    return [
        App(
            text(row, "whatsapp_business_api_data", "id"),
            text(row, "whatsapp_business_api_data", "name"),
            text(row, "override_callback_uri"),
        )
        for row in rows
    ]


def addresses(number: dict[str, Any]) -> Addresses:
    """The addresses in a number's `webhook_configuration`."""
    at = "webhook_configuration"
    return Addresses(
        text(number, at, "phone_number"),
        text(number, at, "whatsapp_business_account"),
        text(number, at, "application"),
    )
