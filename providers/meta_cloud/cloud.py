"""Where a number's calls go, and what proves that they are ours (wire.md §2.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from gateway.provider import HttpRequest
from providers.meta_cloud.refusal import ReadError, read_error
from providers.meta_cloud.settings import MetaSettings


class Cloud(Struct, frozen=True):
    """The Cloud API as one number reaches it: at Meta, or at a provider that stands in front of Meta.

    *edges* is the address in front of "/messages", *nodes* that in front of the id of a file. *headers*
    authenticate, *read_error* reads a refusal.
    """

    number: str
    edges: str
    nodes: str
    headers: dict[str, str]
    read_error: ReadError

    def get(self, node: str) -> HttpRequest:
        """Ask for *node*, such as a file's id."""
        return HttpRequest("GET", f"{self.nodes}/{quote(node, safe='')}", self.headers, b"", sends=False)

    def post(self, edge: str, body: dict[str, Any], *, sends: bool) -> HttpRequest:
        """A call with a JSON body to one of the number's edges ("messages")."""
        headers = self.headers | {"Content-Type": "application/json"}
        return HttpRequest("POST", f"{self.edges}/{edge}", headers, msgspec.json.encode(body), sends)


def reached(settings: MetaSettings) -> Cloud:
    """Meta's own."""
    nodes = f"{settings.api_base.rstrip('/')}/{settings.api_version}"
    number = settings.phone_number_id
    headers = {"Authorization": f"Bearer {settings.access_token}"}
    return Cloud(number, f"{nodes}/{number}", nodes, headers, read_error)
