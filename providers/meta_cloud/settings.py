"""What a channel of this provider is configured with."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import force_setattr

_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)


class MetaSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One business number of one Meta app.

    *app_secret* takes one value or a list (rotation: any may match) and is always a list once decoded.
    *waba_id* is the account (templates, health), *app_id* the app (uploads of template samples).
    *api_base* may name a proxy or a simulator. A `ValueError` says which field cannot be used.
    """

    phone_number_id: str
    access_token: str
    app_secret: str | list[str]
    verify_token: str
    waba_id: str = ""
    app_id: str = ""
    api_base: str = "https://graph.facebook.com"
    api_version: str = "v25.0"

    def __post_init__(self) -> None:
        given = [self.app_secret] if isinstance(self.app_secret, str) else self.app_secret
        force_setattr(self, "app_secret", given)
        # An empty key would let anybody sign (reliability.md A3 names projects where it did).
        if not given or not all(secret.strip() for secret in given):
            raise ValueError("app_secret is empty; copy it from the app's basic settings at Meta")
        if not self.verify_token.strip():
            raise ValueError("verify_token is empty; invent one and enter the same at Meta")
        if not self.access_token.strip() or not self.access_token.isprintable():
            raise ValueError("access_token is empty or holds a line break; use a system user's token")
        if not _NUMBER.fullmatch(self.phone_number_id):
            raise ValueError("phone_number_id must be the number's id at Meta, e.g. 401122334455667")
        if not _VERSION.fullmatch(self.api_version):
            raise ValueError("api_version must look like v25.0")
        if not self.api_base.startswith(("https://", "http://")):
            raise ValueError("api_base must start with https://")

    def __repr__(self) -> str:
        return f"MetaSettings({self.phone_number_id!r})"

    @property
    def secrets(self) -> list[str]:
        """The app secrets, as a list."""
        return [self.app_secret] if isinstance(self.app_secret, str) else self.app_secret
