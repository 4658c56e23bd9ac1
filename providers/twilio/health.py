"""What Twilio says of a channel: token, sender, webhook; findings with remedies (wire.md §4.6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from gateway.model.finding import Finding
from gateway.provider import ProviderError, Steps
from gateway.provider.told import rows, text
from providers.twilio import senders, service
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.service import bare, is_ours
from providers.twilio.settings import TwilioSettings

_REGISTER = "run `gateway channel register`"
_CONSOLE = "see the sender in Twilio's console > Messaging > Senders > WhatsApp senders"
#: Statuses in which messages leave.
_SENDS = ("ONLINE", "ONLINE:UPDATING")
_STATUS = {
    "CREATING": "wait some minutes: Twilio is still making it",
    "OFFLINE": f"it cannot send; {_CONSOLE} for the reason",
    "PENDING_VERIFICATION": "enter the code that was sent to the number, in Twilio's console",
    "VERIFYING": "wait some minutes: the number is being verified",
    "TWILIO_REVIEW": "Twilio is looking at it; wait, or ask its support",
    "DRAFT": "finish its registration in Twilio's console",
    "STUBBED": "finish its registration in Twilio's console",
}


def check(callback: str, settings: TwilioSettings) -> Steps[tuple[Finding, ...]]:
    """All that can be asked of Twilio about this channel. What it refuses to tell is a finding too."""
    found = [signatures(callback, settings)]
    try:
        sender = yield from senders.find(settings)
    except ProviderError as error:
        if error.kind == "unavailable" and not error.http:  # nobody answered, and nobody will
            raise
        return (*found, refused(error))
    found += [
        Finding("token", True, "Twilio accepts it"),
        standing(sender),
        quality(sender),
        webhook(sender, callback),
        again(sender, settings),
        (yield from account(settings)),
    ]
    if settings.messaging_service_sid:
        found.append((yield from service.check(callback, settings)))
    return tuple(found)


def signatures(callback: str, settings: TwilioSettings) -> Finding:
    """How webhooks are told from forgeries."""
    if not callback:
        detail = "Twilio signs the address that it calls, and ours is not known: every webhook is refused"
        return Finding("signature", False, detail, "write [server] public_url, exactly as Twilio calls it")
    if "_" in urlsplit(callback).netloc:
        detail = f"Twilio calls no host with an underscore, so nothing is sent: {callback}"
        return Finding("signature", False, detail, "give [server] public_url another host name")
    if settings.keys:
        ids = ", ".join(key.id for key in settings.keys)
        return Finding("signature", True, f"by shared key {ids} and nothing else, over {callback}")
    count = len(settings.tokens)
    by = "the auth token" if count == 1 else f"one of {count} auth tokens"
    return Finding("signature", True, f"by {by}, over {callback}")


def refused(error: ProviderError) -> Finding:
    """The finding for what Twilio would not tell."""
    told = error.title + (f" (code {error.code})" if error.code else "")
    if error.kind in ("auth", "permission"):
        return Finding("token", False, f"Twilio refuses it: {told}", error.hint)
    return Finding("sender", False, told, error.hint)


def account(settings: TwilioSettings) -> Steps[Finding]:
    """Whether the account may send at all: `{"status": "active", "type": "Full", …}`."""
    url = f"{settings.api_base}/2010-04-01/Accounts/{settings.account_sid}.json"
    try:
        told = answered((yield call("GET", url, settings)))
    except ProviderError as error:
        # An API key of the usual kind may send, and may not look at the account.
        mild = bool(settings.api_key) and error.http in (401, 403)
        return Finding("account", mild, f"Twilio does not tell: {error.title}", "" if mild else error.hint)
    status, kind = text(told, "status") or "active", text(told, "type")
    detail = f"{settings.account_sid}, {status}" + (f", {kind}" if kind else "")
    if status != "active":
        return Finding("account", False, detail, "see its balance and its notices in Twilio's console")
    return Finding("account", True, detail, "a trial sends 50 messages a day" if kind == "Trial" else "")


def standing(sender: dict[str, Any]) -> Finding:
    """Whether the sender is online."""
    status = text(sender, "status")
    name = " ".join(filter(None, (text(sender, "sender_id"), text(sender, "profile", "name"))))
    why = "; ".join(_reasons(sender.get("offline_reasons")))
    detail = f"{name or 'without a name'}, {status or 'its status is not told'}" + (f": {why}" if why else "")
    well = status in ("", *_SENDS)
    return Finding("sender", well, detail, "" if well else _STATUS.get(status, _CONSOLE))


def _reasons(told: Any) -> list[str]:
    """`[{"code": "63020", "message": "Twilio couldn't submit your sender …"}]`."""
    found = [f"{text(each, 'message')} ({text(each, 'code')})" for each in rows(told)]
    return found[:3]


def quality(sender: dict[str, Any]) -> Finding:
    """How contacts rate what the sender sends, and how many it may begin with in a day."""
    rating = text(sender, "properties", "quality_rating") or "UNKNOWN"
    limit = text(sender, "properties", "messaging_limit") or "not told"
    detail = f"{rating}, messaging limit {limit}"
    if rating.upper() in ("LOW", "RED"):
        remedy = "stop campaigns and see which templates are blocked most"
        return Finding("quality", False, detail, remedy)
    middling = rating.upper() in ("MEDIUM", "YELLOW")
    return Finding(
        "quality", True, detail, "fewer and better campaigns, or it gets worse" if middling else ""
    )


def webhook(sender: dict[str, Any], callback: str) -> Finding:
    """Whether the sender's messages come to *callback*, or to the app-wide address in front of it; an empty
    one cannot be compared."""
    used, method = bare(text(sender, "webhook", "callback_url")), text(sender, "webhook", "callback_method")
    if not used:
        return Finding("webhook", False, "Twilio has no address to call", _REGISTER)
    if method.upper() not in ("", "POST"):
        return Finding("webhook", False, f"Twilio calls {used} with {method}, and not with POST", _REGISTER)
    if not callback or used == callback:
        return Finding("webhook", True, f"Twilio calls {used}")
    if is_ours(used, callback):
        return Finding("webhook", True, f"Twilio calls {used}, the address of all channels")
    return Finding("webhook", False, f"Twilio calls {used}, and not {callback}", _REGISTER)


def again(sender: dict[str, Any], settings: TwilioSettings) -> Finding:
    """What Twilio does when our address does not answer."""
    overrides = text(sender, "webhook", "callback_url").partition("#")[2]
    fallback = text(sender, "webhook", "fallback_url")
    told = f"tries again by #{overrides}" if overrides else "does not try again"
    detail = f"when we do not answer, Twilio {told}" + (f", then calls {fallback}" if fallback else "")
    if overrides != settings.connection_overrides or fallback != (settings.fallback_url or fallback):
        return Finding("failures", False, f"{detail}; the settings say otherwise", _REGISTER)
    return Finding("failures", True, detail)
