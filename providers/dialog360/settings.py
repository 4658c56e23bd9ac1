"""What a channel of this provider is configured with."""

from __future__ import annotations

import base64
import re

from msgspec import Struct
from msgspec.structs import force_setattr

_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}", re.ASCII)
#: A value of a header that arrives as it was written.
_VALUE = re.compile(r"[!-~]([ -~]{0,1022}[!-~])?", re.ASCII)
#: What others write there themselves, or what says how to read the body.
_TAKEN = frozenset(
    {
        *("host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection"),
        *("user-agent", "accept", "accept-encoding", "cookie", "date", "expect", "te", "upgrade", "via"),
        *("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip"),
        "x-360dialog-signature",
    }
)
#: Bytes that a secret has at least so that nobody guesses it (wire.md §3.1).
STRONG = 32
_NEITHER = (
    "nothing would tell 360dialog's webhooks from anybody's: set webhook_header = {name, value} or "
    "webhook_basic = {user, password} and run `gateway channel register`, or set platform_secret"
)


class WebhookHeader(Struct, frozen=True, forbid_unknown_fields=True):
    """A header that 360dialog sends with every webhook, because it was registered with the address.

    *value* takes one or a list (rotation: any may come, the first is registered), and is always a list
    once decoded."""

    name: str
    value: str | list[str]

    def __post_init__(self) -> None:
        given = [self.value] if isinstance(self.value, str) else self.value
        force_setattr(self, "value", given)
        if not _HEADER.fullmatch(self.name) or self.name.lower() in _TAKEN:
            raise ValueError("name must be a header of your own, e.g. X-Gateway-Secret or Authorization")
        if not given or not all(given):
            raise ValueError("value is empty; invent one, e.g. with `openssl rand -hex 32`")
        if not all(_VALUE.fullmatch(value) for value in given):
            raise ValueError("value holds what a header cannot carry; use letters and digits")

    def __repr__(self) -> str:
        return f"WebhookHeader({self.name!r}, value=***)"

    @property
    def values(self) -> list[str]:
        """The values that may come."""
        return [self.value] if isinstance(self.value, str) else self.value


class WebhookBasic(Struct, frozen=True, forbid_unknown_fields=True):
    """Basic authentication of webhooks. *password* takes one or a list, like a header's value."""

    user: str
    password: str | list[str]

    def __post_init__(self) -> None:
        given = [self.password] if isinstance(self.password, str) else self.password
        force_setattr(self, "password", given)
        if ":" in self.user:
            raise ValueError("user holds a colon, which basic authentication cannot carry")
        if not given or not all(given):
            raise ValueError("password is empty; invent one, e.g. with `openssl rand -hex 32`")

    def __repr__(self) -> str:
        return f"WebhookBasic({self.user!r}, password=***)"

    @property
    def passwords(self) -> list[str]:
        """The passwords that may come."""
        return [self.password] if isinstance(self.password, str) else self.password

    def header(self) -> WebhookHeader:
        """The same as a header."""
        pairs = (f"{self.user}:{password}".encode() for password in self.passwords)
        return WebhookHeader("Authorization", [f"Basic {base64.b64encode(pair).decode()}" for pair in pairs])


class Dialog360Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One business number at 360dialog, where one key is for one number.

    *webhook_header* (or *webhook_basic*) and *platform_secret* are how a webhook proves itself: one of them
    is needed, and what is set is checked, both when both are. *platform_secret* takes one value or a list.
    *waba_id* is the WhatsApp Business Account. *api_base* may name the sandbox, a proxy or a simulator. A
    `ValueError` says which field cannot be used.
    """

    phone_number_id: str
    api_key: str
    webhook_header: WebhookHeader | None = None
    webhook_basic: WebhookBasic | None = None
    platform_secret: str | list[str] = []
    waba_id: str = ""
    api_base: str = "https://waba-v2.360dialog.io"

    def __post_init__(self) -> None:
        given = [self.platform_secret] if isinstance(self.platform_secret, str) else self.platform_secret
        force_setattr(self, "platform_secret", given)
        # An empty key would let anybody sign.
        if not all(secret.strip() for secret in given):
            raise ValueError(
                "platform_secret is empty; copy it from the 360dialog Partner Hub, or leave it out"
            )
        if self.webhook_header is not None and self.webhook_basic is not None:
            raise ValueError("webhook_header and webhook_basic are two ways to say one thing; keep one")
        if self.webhook_header is None and self.webhook_basic is None and not given:
            raise ValueError(_NEITHER)
        if not re.fullmatch(r"[!-~]+", self.api_key, re.ASCII):
            raise ValueError(
                "api_key is empty or holds a blank or a line break; copy it from the 360dialog Hub"
            )
        if not _NUMBER.fullmatch(self.phone_number_id):
            raise ValueError("phone_number_id must be the number's id at Meta, e.g. 401122334455667")
        if not self.api_base.startswith(("https://", "http://")):
            raise ValueError("api_base must start with https://")

    def __repr__(self) -> str:
        return f"Dialog360Settings({self.phone_number_id!r})"

    @property
    def secrets(self) -> list[str]:
        """The platform secrets, as a list."""
        return [self.platform_secret] if isinstance(self.platform_secret, str) else self.platform_secret

    @property
    def header(self) -> WebhookHeader | None:
        """The static header that webhooks must have, if one is configured."""
        return self.webhook_basic.header() if self.webhook_basic is not None else self.webhook_header
