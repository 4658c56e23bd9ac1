"""A webhook's bytes to events. Whatever the bytes are, the answer is a `Parsed`."""

from __future__ import annotations

import re

from gateway.model.event import ChannelEvent, Event
from gateway.model.ids import digest
from gateway.model.notice import Other
from gateway.provider import Parsed, ParseFailure
from providers.twilio.parse_message import read_messages
from providers.twilio.parse_resource import is_resource, read_resource
from providers.twilio.people import PREFIX
from providers.twilio.statuses import read_status, word
from providers.twilio.wire import BAD, Parameters, Unreadable, flat, read_form, read_object

_SID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)


def parse(body: bytes, query: str = "") -> Parsed:
    """All events of *body*: a form, JSON with a form's names, or a message of the Messages list. *query* is
    that of the address, in which a status has our own id of the message."""
    try:
        return Parsed(tuple(_read(body, query)))
    except BAD as error:
        reason = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode().replace("\0", "")
        return Parsed(failures=(ParseFailure(reason[:500], bytes(body)),))


def _read(body: bytes, query: str) -> list[Event]:
    if not body.lstrip().startswith(b"{"):
        return _events(read_form(body), query, body, 0)
    found = read_object(body)
    if not is_resource(found):
        return _events(flat(found), query, body, 0)
    parameters, at = read_resource(found)
    return _events(parameters, query, body, at)


def _events(parameters: Parameters, query: str, raw: bytes, at: int) -> list[Event]:
    sid = next(
        (told for name in ("MessageSid", "SmsMessageSid", "SmsSid") if (told := parameters.get(name))), ""
    )
    if not sid:
        return [_other(parameters, raw)]
    if not _SID.fullmatch(sid):
        raise Unreadable("a MessageSid that is none")
    if not _is_whatsapp(parameters):
        return [_elsewhere(parameters, sid, raw)]
    if word(parameters):
        status = read_status(parameters, sid, query, raw)
        return [] if status is None else [status]
    return [*read_messages(parameters, sid, raw, at)]


def _is_whatsapp(parameters: Parameters) -> bool:
    """Whether either side is a WhatsApp address: a number may have SMS and RCS at the same webhook."""
    return any(parameters.get(role, "").startswith(PREFIX) for role in ("From", "To"))


def _elsewhere(parameters: Parameters, sid: str, raw: bytes) -> ChannelEvent:
    """A message of another channel: told of, but nobody's chat."""
    account = parameters.get("AccountSid", "")
    if not account:
        raise Unreadable("neither From nor To is a WhatsApp address")
    key = digest(account, "other_channel", sid, word(parameters)).hex()
    return ChannelEvent("other_channel", key, 0, "", account, Other(dict(parameters)), raw=raw)


def _other(parameters: Parameters, raw: bytes) -> ChannelEvent:
    """A webhook that is about no message: the debugger's, an event stream's."""
    account = parameters.get("AccountSid", "")
    if not account:
        raise Unreadable("no MessageSid and no AccountSid: no webhook of Twilio's that we know")
    key = digest(account, "other", parameters.get("Sid", ""), raw.hex()).hex()
    return ChannelEvent("other", key, 0, "", account, Other(dict(parameters)), raw=raw)
