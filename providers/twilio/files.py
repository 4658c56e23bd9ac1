"""Where Twilio fetches a file from: an address that anybody may call (wire.md §4.4).

A file that the gateway keeps has one for some minutes only, so a part holds {"stored": id, "kind": "image"}
in its place, and every try of the send asks for a fresh one.
"""

from __future__ import annotations

from gateway.model import outbound
from gateway.model.checks import filled, refuse, web
from gateway.provider import MediaLink, ProviderError, Steps

#: Characters of a file's name that are kept, from its end: an address has at most 2,000.
NAME = 60
#: A link, or {"stored": id, "kind": …}; with "before" and "after", the part of the address between these.
Place = str | dict[str, str]


def place(field: str, value: str, kind: str) -> Place:
    """The place that *value* of a field such as a header names, which shows a file as *kind*. Twilio knows
    no uploads."""
    if value.startswith(outbound.STORED):
        return {"stored": filled(field, value.removeprefix(outbound.STORED)), "kind": kind}
    if "://" not in value:
        refuse(field, "is no link: Twilio takes no ids of uploads; give a link, or the file itself")
    return web(field, value, None)


def source(message: outbound.Media) -> Place:
    """The place of a media message's file."""
    if message.media_id or message.data:
        what = "media_id" if message.media_id else "data"
        refuse(what, "cannot go through Twilio, which knows no uploads; give a link, or the file itself")
    if bool(message.link) == bool(message.stored):
        refuse("link", "or stored: give exactly one of the two")
    kind = str(message.__struct_config__.tag)
    if not message.stored:
        return place("link", message.link, kind)
    name = str(getattr(message, "filename", ""))
    return {"stored": message.stored, "kind": kind} | ({"name": name[-NAME:]} if name else {})


def address(value: Place) -> Steps[str]:
    """The address to send for *value*, good for ten minutes when it is ours."""
    if isinstance(value, str):
        return value
    url = str((yield MediaLink(value["stored"], kind=value["kind"], name=value.get("name", ""))))
    before, after = value.get("before", ""), value.get("after", "")
    if not (url.startswith(before) and url.endswith(after) and len(url) > len(before) + len(after)):
        raise ProviderError(
            "template",
            title=f"the template takes files from {before}… only; nothing was sent",
            hint="make its file's address a variable that begins as the gateway's own address does",
        )
    return url[len(before) : len(url) - len(after)]
