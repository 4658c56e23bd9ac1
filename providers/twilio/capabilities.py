"""What goes through Twilio as it is, and what has to take another form (wire.md §4.4-§4.6, §5.1).

Where the reference calls a thing unconfirmed, the table takes the form that surely shows every word: so a
carousel in the window has reply buttons only, and a form's header and footer go into its text.
"""

from __future__ import annotations

from gateway.model.capability import Capabilities, Level, MediaLimit
from providers.twilio.limits import LIMITS

_MB = 1024 * 1024
#: Two of Twilio's pages name two limits for all files together, 16 and 20 MB: the smaller one is sure.
_MOST = 16 * _MB

_LEVELS: dict[str, Level] = {
    "text": "full",
    "image": "full",
    "video": "full",
    "audio": "full",
    "voice": "full",
    "document": "full",
    "sticker": "full",
    "location": "full",
    "contacts": "fallback",  # a vCard as a file
    "reaction": "fallback",
    "buttons": "full",
    "list": "full",
    "cta_url": "full",
    "product": "fallback",
    "product_list": "full",
    "catalog": "fallback",  # Twilio wants the id of the catalogue, which the message does not have
    "flow": "full",
    "location_request": "fallback",
    "address_request": "fallback",
    "contact_request": "fallback",
    "carousel": "full",
    "call_permission_request": "fallback",
    "call_button": "fallback",
    "pin": "dropped",
    "template": "full",
    "reply_to": "fallback",
    "text.preview": "dropped",
    "video.caption": "fallback",
    "document.caption": "fallback",
    "document.filename": "fallback",  # it is what the address of the file ends with
    "voice.flag": "fallback",  # ogg with opus is mostly shown as a voice note anyway
    "buttons.header": "fallback",
    "buttons.header_media": "fallback",
    "buttons.footer": "fallback",
    "list.header": "fallback",
    "list.footer": "fallback",
    "list.sections": "fallback",
    "cta_url.header": "fallback",
    "cta_url.header_media": "fallback",
    "cta_url.footer": "fallback",
    "flow.header": "fallback",
    "flow.footer": "fallback",
    "carousel.links": "fallback",
    "carousel.products": "fallback",
    "category": "rejected",
}

_OFFICE = (
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/vcard",
    "text/x-vcard",
)
_SOUND = ("audio/ogg", "audio/amr", "audio/3gpp", "audio/aac", "audio/mpeg")

CAPABILITIES = Capabilities(
    levels=_LEVELS,
    limits=LIMITS,
    media={
        "image": MediaLimit(("image/jpeg", "image/png"), 5 * _MB),
        "video": MediaLimit(("video/mp4",), _MOST),
        "audio": MediaLimit(_SOUND, _MOST),
        "voice": MediaLimit(("audio/ogg",), _MOST),
        "document": MediaLimit(_OFFICE, _MOST),
        "sticker": MediaLimit(("image/webp",), 5 * _MB),
    },
)
