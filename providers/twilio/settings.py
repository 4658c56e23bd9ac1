"""What a channel of this provider is configured with."""

from __future__ import annotations

import base64
import re
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import force_setattr

NAME = "twilio"
V = TypeVar("V")
_HEX = "[0-9a-fA-F]{32}"
_ACCOUNT = re.compile(f"AC{_HEX}", re.ASCII)
_SERVICE = re.compile(f"MG{_HEX}", re.ASCII)
_SENDER = re.compile(f"XE{_HEX}", re.ASCII)
_KEY = re.compile(f"SK{_HEX}", re.ASCII)
_FROM = re.compile(r"(?:whatsapp:)?(\+[1-9][0-9]{4,14})", re.ASCII)
_OVERRIDES = re.compile(r"(?:[a-z]{1,4}=[0-9a-z,-]+)(?:&[a-z]{1,4}=[0-9a-z,-]+)*", re.ASCII)
_API = "https://api.twilio.com"
_CONTENT = "https://content.twilio.com"
_MESSAGING = "https://messaging.twilio.com"


class SharedKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key for webhooks alone: Twilio names its *id* in a header and signs with its *secret*."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"SharedKey(id={self.id!r}, secret=***)"


class TwilioSettings(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"sender": "from"}
):
    """One WhatsApp sender of one Twilio account.

    *sender* (`from` in the file) is "whatsapp:+15550104477"; *sender_sid* its id at Twilio, looked up by the
    number when it is not written. *auth_token* takes one value or a list (rotation: any may sign, calls are
    made with the first) and is always a list once decoded; so is *shared_key*. With a shared key, webhooks
    are signed by it and by nothing else. Calls are made with *api_key* and *api_secret* when they are
    written, else with the account and its token. *messaging_service_sid* names the service through which is
    sent. *fallback_url* is called when ours does not answer; *connection_overrides* is the fragment of our
    address with which Twilio is asked to try again, "" for none. *api_base* may name a proxy or a simulator,
    which then stands for the other two hosts too. A `ValueError` says which field cannot be used.
    """

    account_sid: str
    auth_token: str | list[str]
    sender: str
    messaging_service_sid: str = ""
    sender_sid: str = ""
    shared_key: SharedKey | list[SharedKey] | None = None
    api_key: str = ""
    api_secret: str = ""
    fallback_url: str = ""
    connection_overrides: str = "rc=3&rp=5xx,ct,rt"
    api_base: str = _API
    content_base: str = ""
    messaging_base: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "auth_token", _listed(self.auth_token))
        force_setattr(self, "shared_key", _listed(self.shared_key))
        _check_ids(self)
        _check_secrets(self)
        _check_addresses(self)
        proxied = self.api_base != _API
        force_setattr(self, "sender", f"whatsapp:{self.number}")
        force_setattr(self, "content_base", self.content_base or (self.api_base if proxied else _CONTENT))
        force_setattr(
            self, "messaging_base", self.messaging_base or (self.api_base if proxied else _MESSAGING)
        )
        for name in ("api_base", "content_base", "messaging_base"):
            force_setattr(self, name, getattr(self, name).rstrip("/"))

    @property
    def number(self) -> str:
        """The business number, "+15550104477"."""
        return self.sender.removeprefix("whatsapp:")

    @property
    def tokens(self) -> list[str]:
        """The auth tokens, as a list."""
        return _listed(self.auth_token)

    @property
    def keys(self) -> list[SharedKey]:
        """The shared keys, as a list."""
        return _listed(self.shared_key)

    @property
    def basic(self) -> str:
        """The value of `Authorization` for calls to Twilio."""
        user, word = (self.api_key, self.api_secret) if self.api_key else (self.account_sid, self.tokens[0])
        return "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()

    @property
    def messages_url(self) -> str:
        """Where messages are sent to and listed (wire.md §4.4)."""
        return f"{self.api_base}/2010-04-01/Accounts/{self.account_sid}/Messages.json"

    def overridden(self, callback: str) -> str:
        """*callback* as Twilio is told it: with the connection overrides, which are not signed."""
        return f"{callback}#{self.connection_overrides}" if self.connection_overrides else callback

    def __repr__(self) -> str:
        return f"TwilioSettings({self.account_sid!r}, from={self.number!r})"


def _listed(value: V | list[V] | None) -> list[V]:
    """One value or a list of them, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _check_ids(settings: TwilioSettings) -> None:
    if not _ACCOUNT.fullmatch(settings.account_sid):
        raise ValueError("account_sid must be AC and 32 hex digits, as Twilio's console shows it")
    if not _FROM.fullmatch(settings.sender):
        raise ValueError('from must be the sender\'s number, such as "whatsapp:+15550104477"')
    if settings.messaging_service_sid and not _SERVICE.fullmatch(settings.messaging_service_sid):
        raise ValueError("messaging_service_sid must be MG and 32 hex digits, or left out")
    if settings.sender_sid and not _SENDER.fullmatch(settings.sender_sid):
        raise ValueError("sender_sid must be XE and 32 hex digits, or left out: it is found by the number")


def _check_secrets(settings: TwilioSettings) -> None:
    # An empty key would let anybody sign (reliability.md A3 names projects where it did).
    if not settings.tokens or not all(_usable(token) for token in settings.tokens):
        raise ValueError("auth_token is empty or holds a line break; copy it from Twilio's console")
    if bool(settings.api_key) != bool(settings.api_secret):
        raise ValueError("api_key and api_secret belong together: write both or none")
    if settings.api_key and not (_KEY.fullmatch(settings.api_key) and _usable(settings.api_secret)):
        raise ValueError("api_key must be SK and 32 hex digits, api_secret the secret shown when it was made")
    ids = [key.id for key in settings.keys]
    if not all(_usable(key.id) and _usable(key.secret) for key in settings.keys):
        raise ValueError("shared_key needs an id and a secret that are not empty")
    if len(set(ids)) < len(ids):
        raise ValueError("shared_key names one id twice")


def _check_addresses(settings: TwilioSettings) -> None:
    for name in ("api_base", "content_base", "messaging_base", "fallback_url"):
        value = getattr(settings, name)
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(f"{name} must start with https://")
    if not settings.api_base:
        raise ValueError("api_base is empty; leave it out for Twilio's own")
    if settings.connection_overrides and not _OVERRIDES.fullmatch(settings.connection_overrides):
        raise ValueError('connection_overrides must look like "rc=3&rp=5xx", or be "" for none')


def _usable(secret: str) -> bool:
    return bool(secret.strip()) and secret.isprintable()
