"""Signed webhooks as Meta sends them, ready to be written to a socket.

A message's text starts with ``turn:`` and nine digits, the key; an echo carries it back, so that the
stub can tell which webhook a reply answers. Each key has a contact and a message id of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable, Sequence

#: Where one app with many numbers gets its webhooks; the peers listen on the same path.
PATH = "/webhooks/meta_cloud"
SECRET = "benchmark-app-secret"
ACCOUNT = "198700112233445"
NUMBER = "401122334455667"
MARK = b"turn:"
KEY_DIGITS = 9
BODY_SIZE = 900

_MESSAGE = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"%(account)b","changes":[{"value":'
    b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550104477",'
    b'"phone_number_id":"%(number)b"},"contacts":[{"profile":{"name":"Lucia Prado"},'
    b'"wa_id":"%(contact)b","user_id":"KE.%(contact)b"}],"messages":[{"from":"%(contact)b",'
    b'"from_user_id":"KE.%(contact)b","id":"%(id)b","timestamp":"%(at)d",%(content)b}]},'
    b'"field":"messages"}]}]}'
)
_TEXT = b'"type":"text","text":{"body":"%b"}'
_TAP = (
    b'"type":"interactive","interactive":{"type":"list_reply",'
    b'"list_reply":{"id":"%b","title":"%b","description":""}}'
)
_STATUS = (
    b'{"id":"%(id)b","status":"%(status)b","timestamp":"%(at)d","recipient_id":"%(contact)b",'
    b'"recipient_user_id":"KE.%(contact)b",%(correlation)b"pricing":{"billable":false,'
    b'"pricing_model":"PMP","type":"free_customer_service","category":"service"}}'
)
_STATUSES = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"%(account)b","changes":[{"value":'
    b'{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550104477",'
    b'"phone_number_id":"%(number)b"},"contacts":[{"profile":{"name":"Lucia Prado"},'
    b'"wa_id":"%(contact)b","user_id":"KE.%(contact)b"}],"statuses":[%(statuses)b]},'
    b'"field":"messages"}]}]}'
)
_REQUEST = (
    b"POST %(path)b HTTP/1.1\r\nHost: gateway.test\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n"
    b"Content-Type: application/json\r\nX-Hub-Signature-256: sha256=%(signature)b\r\n"
    b"Content-Length: %(length)d\r\n\r\n%(body)b"
)


def contact_of(key: int) -> bytes:
    """The phone, in digits, of the contact who sends the message with this key."""
    return b"2547%08d" % key


class Wire:
    """Writes the webhooks of one business number, or in turn of several."""

    def __init__(self, *numbers: str, secret: str = SECRET) -> None:
        self._numbers = [number.encode() for number in numbers or (NUMBER,)]
        self._mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)
        self._filler = b""
        self._filler = b" ".join([b"habari ya leo"] * 80)[: BODY_SIZE - len(self.message_body(0))]

    def contact(self, key: int) -> bytes:
        """Who sends the message with this key."""
        return contact_of(key)

    def message_body(self, key: int) -> bytes:
        """A text message of about 900 bytes."""
        return _MESSAGE % {
            b"account": ACCOUNT.encode(),
            b"number": self._numbers[key % len(self._numbers)],
            b"contact": self.contact(key),
            b"id": b"wamid.SU5CRU5DSC0%09d" % key,
            b"at": int(time.time()),
            b"content": self.content(key),
        }

    def content(self, key: int) -> bytes:
        """What the message with this key says: a text of some length."""
        return _TEXT % (MARK + b"%09d " % key + self._filler)

    def status_body(self, key: int, message_id: bytes, words: Iterable[bytes], correlation: bytes) -> bytes:
        """One webhook with the statuses *words* of what was sent to the contact of *key*.

        *correlation* is the JSON pair of ``biz_opaque_callback_data`` with its comma, or empty.
        """
        common = {
            b"id": message_id,
            b"at": int(time.time()),
            b"contact": self.contact(key),
            b"correlation": correlation,
        }
        return _STATUSES % {
            b"account": ACCOUNT.encode(),
            b"number": self._numbers[key % len(self._numbers)],
            b"contact": self.contact(key),
            b"statuses": b",".join(_STATUS % {**common, b"status": word} for word in words),
        }

    def request(self, body: bytes) -> bytes:
        """*body* as a signed HTTP request."""
        mac = self._mac.copy()
        mac.update(body)
        signature = mac.hexdigest().encode()
        return _REQUEST % {
            b"path": PATH.encode(),
            b"signature": signature,
            b"length": len(body),
            b"body": body,
        }

    def messages(self, keys: Iterable[int]) -> list[bytes]:
        """The requests of one message for each key."""
        return [self.request(self.message_body(key)) for key in keys]


class Few(Wire):
    """Webhooks of *many* contacts, who write short messages in turn."""

    def __init__(self, many: int) -> None:
        self._many = many
        super().__init__()
        self._filler = b""

    def contact(self, key: int) -> bytes:
        """One of the few."""
        return contact_of(90_000_000 + key % self._many)


class Shopping(Few):
    """Webhooks of *many* contacts who walk through a shop with the categories *aisles* (their ids): of ten
    messages three tap, three search, two add something, one looks at the cart and one at past orders."""

    def __init__(self, many: int, aisles: Sequence[str]) -> None:
        self._aisles = [aisle.encode() for aisle in aisles]
        super().__init__(many)

    def content(self, key: int) -> bytes:
        """A tap, or a text."""
        place = (key // self._many + key) % 10
        aisle = self._aisles[key % len(self._aisles)]
        if place < 3:
            return _TAP % (b"c:shop:1" if place == 0 else b"c:cat:%b:1" % aisle, b"Aisle")
        said = (b"red cup", b"cotton shirts under 300", b"lether bag", b"add SKU-%06d 2" % (key % 30))
        texts = {8: b"cart", 9: b"orders"}
        return _TEXT % texts.get(place, said[min(place - 3, 3)])
