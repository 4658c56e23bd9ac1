"""Graph errors, in the form in which Meta answers them (wire.md 2.1 and 2.11)."""

from __future__ import annotations

from typing import Any

#: code -> (HTTP status, title)
TITLES: dict[int, tuple[int, str]] = {
    33: (400, "Object does not exist or does not support this operation"),
    100: (400, "Invalid parameter"),
    130429: (400, "Rate limit hit"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131051: (400, "Message type unknown"),
    190: (401, "Error validating access token"),
}


class GraphError(Exception):
    """A refusal by Graph. *details* is the sentence for the developer; *transient* invites a retry."""

    def __init__(self, code: int, details: str, *, transient: bool = False) -> None:
        self.code, self.details, self.transient = code, details, transient
        self.http, self.title = TITLES[code]
        super().__init__(f"(#{code}) {self.title}: {details}")

    def body(self) -> dict[str, Any]:
        """The JSON that Graph answers with."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "ASimulatedTrace",
        }
        if self.transient:
            error["is_transient"] = True
        return {"error": error}


def missing(name: str) -> GraphError:
    """A required parameter is not there."""
    return GraphError(131008, f"Parameter {name} is required.")


def invalid(name: str, rule: str) -> GraphError:
    """A parameter has a value that is not allowed."""
    return GraphError(131009, f"Parameter {name} {rule}.")


def too_long(name: str, limit: int) -> GraphError:
    """A text is over its limit, in characters."""
    return GraphError(100, f"Parameter {name} is too long: at most {limit} characters.")
