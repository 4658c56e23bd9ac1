"""360dialog's own refusals (wire.md §3.2): its old shape, or plain words."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from providers.meta_cloud.simulator.errors import GraphError


class Refusal(Struct, frozen=True):
    """One row of the table: the HTTP status, the words, and the shape that they come in."""

    http: int
    words: str
    shape: Literal["meta", "text"] = "meta"


#: By the name that `Dialog360Simulator.refuse_own` takes.
REFUSALS: dict[str, Refusal] = {
    "disabled": Refusal(400, "API is disabled for this client"),
    "limit": Refusal(400, "Rate limit of this endpoint exceeded"),
    "payment": Refusal(400, "Request declined because of lack of payment"),
    "key": Refusal(401, "Invalid api_key"),
    "blocked": Refusal(403, "Endpoint is blocked for this client"),
    "partner": Refusal(403, "Partner permission denied"),
    "many": Refusal(429, "Too many requests", "text"),
    "internal": Refusal(500, "Internal server error"),
    "unreachable": Refusal(502, "WhatsApp API is not available", "text"),
}


class HubError(GraphError):
    """A refusal that is 360dialog's and not Meta's."""

    def __init__(self, name: str, words: str = "") -> None:
        found = REFUSALS[name]
        self.code, self.http, self.shape = 0, found.http, found.shape
        self.words = words or found.words
        Exception.__init__(self, f"{self.http}: {self.words}")

    def body(self) -> dict[str, Any]:
        """The JSON that 360dialog answers with, when it is JSON."""
        told = {"api_status": "stable", "version": "2.x", "success": False}
        return {"meta": {**told, "http_code": self.http, "developer_message": self.words}}


class NotThere(HubError):
    """There is no such path, or no such thing under it."""

    def __init__(self, words: str = "Not found") -> None:
        super().__init__("key", words)
        self.http = 404
