"""Twilio's errors, in the form in which its API answers them (wire.md §4.4, §4.7)."""

from __future__ import annotations

from typing import Any

#: code -> (HTTP status, message)
REFUSALS: dict[int, tuple[int, str]] = {
    20001: (400, "Bad parameters"),
    20003: (401, "Authenticate"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete this message because delivery hasn't been completed."),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21212: (400, "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21408: (400, "Permission to send a message has not been enabled for the region of the 'To' number"),
    21601: (400, "The 'To' number is not capable of receiving messages"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number is not a valid, message-capable number of this account."),
    21609: (400, "The 'StatusCallback' URL is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The message cannot be sent with this combination of 'To' and 'From'"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21654: (400, "ContentSid Required"),
    21655: (400, "The ContentSid is Invalid"),
    21656: (400, "The ContentVariables Parameter is Invalid"),
    21701: (400, "The Messaging Service does not exist."),
    21703: (400, "The Messaging Service does not have a phone number available to send a message"),
    21910: (400, "Invalid From and To pair. From and To should be of the same channel"),
    30409: (409, "The message cannot be canceled: it is not queued or scheduled any more"),
    35111: (400, "The SendAt parameter is required to schedule a message"),
    35112: (400, "The ScheduleType is invalid"),
    35113: (400, "The SendAt parameter is not an ISO 8601 time"),
    35114: (400, "SendAt must be between 15 minutes and 35 days in the future"),
    35118: (400, "A MessagingServiceSid is required to schedule a message"),
    63007: (400, "Twilio could not find a Channel with the specified From address"),
    63031: (400, "Channels message cannot have same From and To"),
    63038: (429, "Account exceeded the daily messages limit"),
    63100: (400, "Nothing to update"),
    63112: (400, "The account was disabled by Meta"),
}

#: What happens to a message after it was accepted: code -> ErrorMessage of the callback.
FAILURES: dict[int, str] = {
    21610: "Attempt to send to unsubscribed recipient",
    30001: "Queue overflow",
    63003: "Channel could not find To address",
    63005: "Channel did not accept given content",
    63012: "Channel provider returned an internal service error",
    63013: "Channel policy violation",
    63016: "Outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63027: "Template does not exist for a language and locale",
    63028: "Number of parameters provided does not match the expected number of parameters",
    63033: "Recipient blocked to receive message",
    63034: "Media exceeds the size limit",
    63040: "Template rejected",
    63041: "Template paused",
    63042: "Template disabled",
    63049: "Meta chose not to deliver this marketing message",
    63050: "User opted out of marketing messages",
}
#: Failures that happen after the message left Twilio: the status is `undelivered`, else `failed`.
LEFT = frozenset({63003, 63024, 63029, 63032, 63033, 63049, 63050, 30003, 30005, 30008})
#: What WhatsApp said, where Twilio passes it on (`ChannelStatusMessage`).
CHANNEL_SAID = {63024: "131026 Message Undeliverable.", 63049: "131049 Not delivered."}


class TwilioError(Exception):
    """The API refuses a request. *why* is the message, the usual one of the code if left out."""

    def __init__(self, code: int, why: str = "", headers: dict[str, str] | None = None) -> None:
        status, usual = REFUSALS.get(code, (400, f"Error {code}"))
        super().__init__(why or usual)
        self.code, self.status, self.why, self.headers = code, status, why or usual, headers or {}

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {
            "code": self.code,
            "message": self.why,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
