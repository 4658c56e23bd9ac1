"""The account's secrets: what calls must bear, and what webhooks are signed with (wire.md §4.2, §4.4)."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets

from providers.twilio.simulator import ids


class Credentials:
    """One account. Calls may bear the account and an auth token, or the API key and its secret. While a
    secret is rotated the one before is still known."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self.account_sid = account_sid
        #: The first one signs; each opens the API.
        self.auth_tokens = [auth_token or secrets.token_hex(16)]
        self.shared_keys = [_shared_key()]
        self.renew()

    def renew(self) -> None:
        """A new API key; the one before opens nothing."""
        self.api_key, self.api_secret = ids.sid("SK"), secrets.token_hex(16)

    def rotate(self) -> None:
        """New secrets to sign with; those before them are still told to the business."""
        self.auth_tokens = [secrets.token_hex(16), self.auth_tokens[0]]
        self.shared_keys = [_shared_key(), self.shared_keys[0]]

    @property
    def auth_token(self) -> str:
        """What webhooks are signed with."""
        return self.auth_tokens[0]

    def open(self, authorization: str) -> bool:
        """Whether a call with this header may come in."""
        scheme, _, code = authorization.partition(" ")
        try:
            user, _, word = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return False
        if scheme.lower() != "basic":
            return False
        known = {self.account_sid: self.auth_tokens, self.api_key: [self.api_secret]}.get(user, [])
        return any(hmac.compare_digest(word.encode(), each.encode()) for each in known)


def _shared_key() -> tuple[str, str]:
    return f"webhooks_sharedkey_{secrets.token_hex(8)}", secrets.token_hex(32)
