"""Graph errors, in the form in which Meta answers them (wire.md 2.1 and 2.11)."""

from __future__ import annotations

import secrets
from typing import Any

#: code -> (HTTP status, title). Where wire.md names no status it is 400.
TITLES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    33: (400, "Object does not exist or does not support this operation"),
    100: (400, "Invalid parameter"),
    190: (401, "Error validating access token"),
    200: (403, "Permissions error"),
    368: (403, "Temporarily blocked for policies violations"),
    613: (400, "Calls to this API have exceeded the rate limit"),
    2200: (400, "Callback verification failed"),
    80007: (400, "Rate limit issues"),
    130403: (400, "Business has blocked this user"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User in experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131020: (400, "Group has a single member"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name approval needed"),
    131041: (400, "Group unknown"),
    131042: (400, "Business eligibility payment issue"),
    131044: (400, "Payment issue for calling"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Not delivered to maintain healthy ecosystem engagement"),
    131050: (400, "User stopped marketing messages"),
    131051: (400, "Message type unknown"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131055: (400, "Method not allowed"),
    131056: (400, "Pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131059: (400, "Invalid cursor"),
    131062: (400, "BSUID recipients not supported"),
    131063: (400, "Marketing templates are disabled on Cloud API"),
    131064: (400, "Limit reached due to template misclassification"),
    131208: (400, "Group rate limit hit"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Template hydrated text too long"),
    132007: (400, "Template format character policy violated"),
    132008: (400, "Template parameter value is not valid"),
    132012: (400, "Template parameter format mismatch"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "Template parameter issue"),
    132068: (400, "Flow is blocked"),
    132069: (400, "Flow is throttled"),
    133000: (500, "Incomplete deregistration"),
    133004: (503, "Server temporarily unavailable"),
    133005: (400, "Two-step verification PIN mismatch"),
    133006: (400, "Phone number re-verification needed"),
    133008: (400, "Too many two-step verification PIN guesses"),
    133009: (400, "Two-step verification PIN guessed too fast"),
    133010: (400, "Phone number not registered"),
    133015: (400, "Phone number was recently deleted"),
    133016: (400, "Account register or deregister rate limit exceeded"),
    134011: (400, "Payments terms of service not accepted"),
    134100: (400, "Only marketing messages are supported"),
    134101: (400, "Template is still syncing"),
    134102: (500, "Template unavailable for use"),
    135000: (400, "Generic user error"),
    136024: (400, "Verification code request failed"),
    137000: (400, "Recipient identity key hash mismatch"),
    138006: (400, "No call permission"),
    139000: (400, "Flow could not be published"),
    139100: (400, "Failed to block or unblock some users"),
    139101: (400, "Block list limit reached"),
    139102: (400, "Block list was changed concurrently"),
    139103: (400, "Internal error of the block list"),
    139200: (400, "Direct Send access blocked"),
    147001: (400, "Business username error"),
    2388019: (400, "Message template limit exceeded"),
    2388039: (400, "Message template content is not allowed"),
    2388040: (400, "Character limit exceeded"),
    2388047: (400, "Message header format is incorrect"),
    2388072: (400, "Message body format is incorrect"),
    2388073: (400, "Message footer format is incorrect"),
    2388293: (400, "Too many variables for the length of the text"),
    2388299: (400, "Leading or trailing variables are not allowed"),
    2388318: (400, "A Direct Send template cannot be updated"),
    2388330: (400, "A Direct Send template cannot be deleted"),
    2494100: (400, "Phone number in maintenance"),
    2593107: (400, "Synchronization request limit exceeded"),
}
#: Codes that say of themselves that a retry is welcome.
TRANSIENT = frozenset({2, 4, 133004})


class GraphError(Exception):
    """A refusal by Graph. *details* is the sentence for the developer; *transient* invites a retry;
    *more* joins the answer beside `error`."""

    def __init__(
        self,
        code: int,
        details: str,
        *,
        transient: bool = False,
        subcode: int = 0,
        more: dict[str, Any] | None = None,
    ) -> None:
        self.code, self.details, self.subcode, self.more = code, details, subcode, more or {}
        self.transient = transient or code in TRANSIENT
        self.http, self.title = TITLES[code]
        super().__init__(f"(#{code}) {self.title}: {details}")

    def body(self) -> dict[str, Any]:
        """The JSON that Graph answers with."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": "A" + secrets.token_urlsafe(12),
        }
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.code > 2_000_000:
            error |= {"error_user_title": self.title, "error_user_msg": self.details}
        if self.transient:
            error["is_transient"] = True
        return {"error": error, **self.more}


def missing(name: str) -> GraphError:
    """A required parameter is not there."""
    return GraphError(131008, f"Parameter {name} is required.")


def invalid(name: str, rule: str) -> GraphError:
    """A parameter has a value that is not allowed."""
    return GraphError(131009, f"Parameter {name} {rule}.")


def too_long(name: str, limit: int) -> GraphError:
    """A text is over its limit, in characters."""
    return GraphError(100, f"Parameter {name} is too long: at most {limit} characters.")


def unexpected(key: str, where: str) -> GraphError:
    """A member that Graph does not know."""
    return GraphError(100, f'Unexpected key "{key}" on param "{where or "body"}".')
