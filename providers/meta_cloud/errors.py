"""Meta's error codes as data: each with the class that decides, and a hint for a person.

Source: wire.md §2.11 (codes and whether a retry is safe) and §5.4 (classes). Codes whose retry is
marked ambiguous there may have been sent, so their class is "ambiguous".

"account" stops the whole number, so only what stops the number has it: the account is locked or blocked
(368, 131031), the number may not send at all (131037, 131045, 133006, 133010), or sending on makes it worse
(131048). What concerns templates only (131064), Direct Send only (139200) or calls that are no sends (PINs,
registration, verification codes) fails by itself and leaves the number's other messages alone. In the same
way "rate_limited" slows the number; a limit on something else is "unavailable" or "maintenance".
"""

from __future__ import annotations

from gateway.provider import ErrorClass
from gateway.provider.codes import Codes, Rule, settled

_DAY = 24 * 3600.0
_TOKEN = "renew the access token and check the scopes of the system user"
_SCOPES = "give the system user the missing permission or asset"
_SLOWER = "the number sends too fast; it is slowed down by itself"
_STATUS = "Meta could not say whether it was sent; wait for the status"
_REQUEST = "the request is wrong; see the details"
_TEMPLATE = "compare the template's parameters with its approved form"

CODES: dict[int, Rule] = {
    0: Rule("auth", _TOKEN),
    1: Rule("ambiguous", _STATUS),
    2: Rule("ambiguous", _STATUS),
    3: Rule("permission", _SCOPES),
    4: Rule("rate_limited", "the app calls the Graph API too often"),
    10: Rule("permission", _SCOPES),
    33: Rule("invalid", "phone_number_id is wrong or the number was deleted"),
    100: Rule("invalid", _REQUEST),
    190: Rule("auth", _TOKEN),
    368: Rule("account", "blocked for policy violations; see Business Support Home"),
    613: Rule("unavailable", "too many call permission look-ups"),
    80007: Rule("rate_limited", "the WhatsApp Business Account calls too often"),
    130403: Rule("undeliverable", "you blocked this user; unblock first"),
    130429: Rule("rate_limited", _SLOWER),
    130472: Rule("ecosystem_limited", "the user is in an experiment of Meta's; use another way"),
    130497: Rule("undeliverable", "this business may not message that country"),
    131000: Rule("ambiguous", _STATUS),
    131005: Rule("permission", _SCOPES),
    131008: Rule("invalid", "a required parameter is missing"),
    131009: Rule("invalid", "a parameter's value is not allowed, or the reaction's target is too old"),
    131016: Rule("ambiguous", _STATUS),
    131020: Rule("undeliverable", "the group has one member only"),
    131021: Rule("undeliverable", "the recipient is the sender"),
    131026: Rule("undeliverable", "not on WhatsApp, an old app, or terms not accepted"),
    131030: Rule("undeliverable", "add the recipient to the test number's allow list"),
    131031: Rule("account", "the account is locked or the PIN is wrong"),
    131037: Rule("account", "the 555 number needs an approved display name"),
    131041: Rule("undeliverable", "this group does not exist"),
    131042: Rule("payment", "settle the payment method in the business portfolio"),
    131044: Rule("payment", "settle the payment method for calling"),
    131045: Rule("account", "register the phone number again"),
    131047: Rule("window_closed", "more than 24 hours since the contact's last message; send a template"),
    131048: Rule("account", "limited for spam; stop campaigns and raise quality"),
    131049: Rule("ecosystem_limited", "the contact's marketing cap is reached; wait a day at least", _DAY),
    131050: Rule("marketing_opted_out", "the contact stopped marketing messages"),
    131051: Rule("invalid", "this message type is not supported"),
    131052: Rule("media", "the contact's file could not be fetched; ask for it again"),
    131053: Rule("media", "check the file's type, codec and size"),
    131055: Rule("invalid", "this endpoint does not take this kind of message"),
    131056: Rule("pair_limited", "too many messages to this contact; they wait by themselves"),
    131057: Rule("maintenance", "the account is in maintenance for some minutes"),
    131059: Rule("invalid", "the paging cursor is no longer valid; start over"),
    131060: Rule("unknown", "the message is not available"),
    131062: Rule("invalid", "one-time codes need a phone number, a user id will not do"),
    131063: Rule("template", "marketing templates must go through the marketing endpoint: set `marketing`"),
    131064: Rule("template", "limited because templates are in wrong categories; correct their categories"),
    131208: Rule("unavailable", "too many group operations"),
    132000: Rule("template", "the number of parameters differs from the template"),
    132001: Rule("template", "the template does not exist in this language or is not approved"),
    132005: Rule("template", "the filled-in text is too long"),
    132007: Rule("template", "the template's content breaks a policy"),
    132008: Rule("template", _TEMPLATE),
    132012: Rule("template", _TEMPLATE),
    132015: Rule("template", "the template is paused for low quality"),
    132016: Rule("template", "the template is disabled"),
    132018: Rule("template", _TEMPLATE),
    132068: Rule("invalid", "the flow is blocked; see its health in WhatsApp Manager"),
    132069: Rule("maintenance", "the flow is throttled to ten an hour"),
    133000: Rule("ambiguous", "an earlier deregistration did not finish; deregister again"),
    133004: Rule("ambiguous", _STATUS),
    133005: Rule("invalid", "the two-step PIN is wrong"),
    133006: Rule("account", "verify the phone number again"),
    133008: Rule("invalid", "too many PIN guesses; wait"),
    133009: Rule("invalid", "PIN guesses too fast; wait"),
    133010: Rule("account", "the phone number is not registered; register it"),
    133015: Rule("maintenance", "the number was just deleted; wait five minutes"),
    133016: Rule("invalid", "too many (de)registrations; wait three days"),
    134011: Rule("payment", "accept the payments terms"),
    134100: Rule("invalid", "the marketing endpoint takes marketing templates only"),
    134101: Rule("maintenance", "the template is still being synchronised; ten minutes at most"),
    134102: Rule("template", "the template is not available on the marketing endpoint"),
    135000: Rule("invalid", _REQUEST),
    136024: Rule("invalid", "the verification code could not be requested"),
    137000: Rule("identity_changed", "the contact's identity changed; verify the person again"),
    139100: Rule("invalid", "a part of the block list was refused"),
    139101: Rule("invalid", "the block list is full"),
    139102: Rule("unavailable", "the block list is being changed by another call"),
    139103: Rule("unavailable", "the block list could not be changed now"),
    139200: Rule("template", "Direct Send is blocked for this account; send a template instead"),
    2388019: Rule("template", "the account has as many templates as it may; delete some"),
    2388039: Rule("template", "the content of the template was refused"),
    2388040: Rule("template", "a text of the template is too long"),
    2388047: Rule("template", "the header of the template has a wrong form"),
    2388072: Rule("template", "the body of the template has a wrong form"),
    2388073: Rule("template", "the footer of the template has a wrong form"),
    2388293: Rule("template", "the template has too many variables for its length"),
    2388299: Rule("template", "the template begins or ends with a variable"),
    2388318: Rule("template", "a Direct Send template cannot be edited"),
    2388330: Rule("template", "a Direct Send template cannot be deleted"),
    2494100: Rule("maintenance", "the number is in maintenance"),
}

#: First and last code of families, both included; looked at when the code itself is not listed.
RANGES: tuple[tuple[int, int, Rule], ...] = (
    (200, 299, Rule("permission", _SCOPES)),
    (131201, 131215, Rule("invalid", "the group operation was refused; see the details")),
    (138000, 138018, Rule("invalid", "the call was refused; see the details")),
    (139000, 139004, Rule("invalid", "the flow could not be changed; see the details")),
    (147001, 147005, Rule("invalid", "the business username was refused; see the details")),
    (132000, 132018, Rule("template", _TEMPLATE)),
    (2388000, 2388999, Rule("template", "the template was refused; see the details")),
    (2593107, 2593109, Rule("invalid", "app data can be synchronised once, within 24 hours")),
)

UNKNOWN = Rule("unknown", "a code that is not in our table; see the provider's documentation")

#: What the HTTP status says when the code says nothing.
_HTTP: dict[int, Rule] = {
    401: Rule("auth", _TOKEN),
    408: Rule("ambiguous", _STATUS),
    403: Rule("permission", _SCOPES),
    429: Rule("rate_limited", _SLOWER),
}

_TABLE = Codes(CODES, RANGES, _HTTP, Rule("ambiguous", _STATUS), Rule("invalid", _REQUEST), UNKNOWN)


def classify(code: int, http: int = 0) -> Rule:
    """The rule for *code*; for one that we do not know, what *http* says, or class "unknown"."""
    # 0 is Meta's word for a bad token, and what a refusal without a code has too.
    return _TABLE.rule(code, http) if code or http in (0, 401) else _TABLE.otherwise(code, http)


def failed(code: int) -> ErrorClass:
    """The class of a code in a `failed` status: there nothing is in doubt any more."""
    return settled(classify(code).kind)
