"""Why something cannot be done with a contact."""

from __future__ import annotations

from gateway.errors import GatewayError


class ContactRefused(GatewayError):
    """*code* is stable, *pointer* the field. *taken* when it is against what is there, not wrong in itself;
    *contact* is who has what was asked for."""

    def __init__(
        self, code: str, detail: str, *, pointer: str = "", taken: bool = False, contact: str = ""
    ) -> None:
        super().__init__(detail)
        self.code, self.pointer, self.taken, self.contact = code, pointer, taken, contact
