"""Twilio's error codes as data: each with the class that decides, and a hint for a person.

Source: wire.md §4.7 (codes and whether a retry is safe) and §5.4 (classes). The same codes come as the
answer to a send and as `ErrorCode` of a status.

"account" stops the whole number, so only what stops the number has it: its sender is missing, locked,
blocked or not set up (the codes that §4.7 calls "config"). What concerns one country or one recipient
(21408, 63058) fails by itself. "ambiguous" may have been sent; in a status nothing is in doubt any more.
"""

from __future__ import annotations

from gateway.provider import ErrorClass
from gateway.provider.codes import Codes, Rule, settled

_HOUR = 3600.0
_DAY = 24 * _HOUR
_TOKEN = "compare account_sid and auth_token, or api_key and api_secret, with Twilio's console"
_SENDER = "compare `from` with the WhatsApp senders in Twilio's console, and see that it is online"
_STATUS = "Twilio could not say whether it was sent; wait for the status"
_REQUEST = "the request is wrong; see the details"
_FILE = "check that the file's address answers with the right type and size"
_TEMPLATE = "compare the template's parameters with its approved form"
_NOBODY = "the number is wrong, or its owner is not on WhatsApp"
_HOOK = "Twilio could not use our answer to a webhook; run `gateway channel check`"

CODES: dict[int, Rule] = {
    11200: Rule("invalid", _HOOK),
    12300: Rule("invalid", _HOOK),
    20001: Rule("invalid", _REQUEST),
    20003: Rule("auth", _TOKEN),
    20404: Rule("invalid", "Twilio knows no such thing; see the details"),
    20429: Rule("rate_limited", "too many calls at once; they are slowed down by themselves"),
    21211: Rule("undeliverable", _NOBODY),
    21212: Rule("account", _SENDER),
    21408: Rule("undeliverable", "this account may not send to that country; allow it in Twilio's console"),
    21601: Rule("undeliverable", "there is no way from this sender to this number"),
    21602: Rule("invalid", "a message needs a body, a file or a content"),
    21603: Rule("account", _SENDER),
    21606: Rule("account", _SENDER),
    21610: Rule("opted_out", "the contact wrote STOP to Twilio; START lifts it"),
    21612: Rule("undeliverable", "there is no way from this sender to this number"),
    21614: Rule("undeliverable", _NOBODY),
    21617: Rule("invalid", "the text is over 1,600 characters"),
    21620: Rule("media", _FILE),
    21623: Rule("media", "a WhatsApp message takes one file"),
    21654: Rule("template", "only a template may be sent here"),
    21655: Rule("template", "Twilio has no such content; synchronise the templates"),
    21656: Rule("template", "a variable is missing, or has a line break or too many spaces"),
    21703: Rule("account", "add the WhatsApp sender to the messaging service"),
    21910: Rule("invalid", "sender and recipient are on different channels"),
    30001: Rule("unavailable", "Twilio's queue is full"),
    30002: Rule("payment", "the account is suspended; see its balance in Twilio's console"),
    30003: Rule("undeliverable", "the phone cannot be reached"),
    30004: Rule("undeliverable", "the recipient or the operator blocks this message"),
    30005: Rule("undeliverable", _NOBODY),
    30006: Rule("undeliverable", "the number is a landline"),
    30007: Rule("undeliverable", "the message was filtered out"),
    30008: Rule("unavailable", "failed on the way, for no reason that Twilio knows"),
    30009: Rule("unavailable", "a part of the message was lost on the way"),
    30010: Rule("invalid", "the price is over the highest that was allowed"),
    63001: Rule("auth", "the sender's connection to WhatsApp is broken; renew it in Twilio's console"),
    63002: Rule("account", _SENDER),
    63003: Rule("undeliverable", _NOBODY),
    63005: Rule("invalid", "WhatsApp did not take this content"),
    63006: Rule("invalid", "the message could not be written for WhatsApp"),
    63007: Rule("account", _SENDER),
    63008: Rule("account", "the sender is not set up completely; see it in Twilio's console"),
    63009: Rule("ambiguous", _STATUS),
    63010: Rule("ambiguous", _STATUS),
    63011: Rule("ambiguous", _STATUS),
    63012: Rule("ambiguous", _STATUS),
    63013: Rule("template", "a policy forbids it, or a template's variables are wrong"),
    63014: Rule("undeliverable", "the contact did something that blocks this message"),
    63015: Rule("undeliverable", "the contact has to join the sandbox first: `join` and its code"),
    63016: Rule("window_closed", "more than 24 hours since the contact's last message; send a template"),
    63017: Rule("rate_limited", "the account's limit at WhatsApp is reached; it is slowed down by itself"),
    63018: Rule("rate_limited", "the sender is too fast; it is slowed down by itself"),
    63019: Rule("media", "Twilio could not download the file; its address must be public"),
    63020: Rule("account", "accept Twilio in Meta's Business Manager"),
    63021: Rule("media", "WhatsApp found the content invalid; check type, codec and size"),
    63022: Rule("account", "the sender's display name has no valid certificate; see Twilio's console"),
    63023: Rule("ambiguous", _STATUS),
    63024: Rule("undeliverable", "not on WhatsApp, an old app, or terms not accepted"),
    63025: Rule("media", "this file is there already"),
    63026: Rule("account", "limited for spam; stop campaigns and raise quality"),
    63027: Rule("template", "the template does not exist in this language"),
    63028: Rule("template", "the number of parameters differs from the template"),
    63029: Rule("template", "the contact's phone could not load the template"),
    63030: Rule("invalid", "WhatsApp does not take one of the parameters"),
    63031: Rule("undeliverable", "the recipient is the sender"),
    63032: Rule("ecosystem_limited", "the user is in an experiment of Meta's; use another way"),
    63033: Rule("opted_out", "the contact blocked this business or opted out"),
    63034: Rule("media", "the file is too large"),
    63035: Rule("invalid", "an error of RCS, not of WhatsApp; see the details"),
    63036: Rule("undeliverable", "an error of RCS, not of WhatsApp: the phone cannot be reached"),
    63037: Rule("media", "the file could not be uploaded to WhatsApp"),
    63038: Rule("rate_limited", "the daily limit is reached; tried every hour until tomorrow", _HOUR),
    63040: Rule("template", "the template was rejected, or not submitted"),
    63041: Rule("template", "the template is paused for low quality"),
    63042: Rule("template", "the template is disabled"),
    63049: Rule("ecosystem_limited", "the contact's marketing cap is reached; wait a day at least", _DAY),
    63050: Rule("marketing_opted_out", "the contact stopped marketing messages"),
    63051: Rule("account", "the account or the sender is locked; see Meta's Business Support Home"),
    63058: Rule("undeliverable", "this business may not message that country"),
    63100: Rule("invalid", "the change of the sender is empty"),
    63112: Rule("account", "Meta disabled the account; see Meta's Business Support Home"),
}

#: First and last code of families, both included; looked at when the code itself is not listed.
RANGES: tuple[tuple[int, int, Rule], ...] = (
    (63043, 63048, Rule("unknown", "Twilio does not say what to do; it is not tried again")),
    (63100, 63199, Rule("invalid", "the sender could not be changed; see the details")),
)

UNKNOWN = Rule("unknown", "a code that is not in our table; see twilio.com/docs/api/errors")

#: What the HTTP status says when the code says nothing.
_HTTP: dict[int, Rule] = {
    401: Rule("auth", _TOKEN),
    403: Rule("permission", "the key may not do this, or the account is restricted"),
    408: Rule("ambiguous", _STATUS),
    429: Rule("rate_limited", "too many calls at once; they are slowed down by themselves"),
}

_TABLE = Codes(CODES, RANGES, _HTTP, Rule("ambiguous", _STATUS), Rule("invalid", _REQUEST), UNKNOWN)


def classify(code: int, http: int = 0) -> Rule:
    """The rule for *code*; for one that we do not know, what *http* says, or class "unknown"."""
    return _TABLE.rule(code, http)


def failed(code: int) -> ErrorClass:
    """The class of a code in a `failed` or `undelivered` status: there nothing is in doubt any more."""
    return settled(classify(code).kind)
