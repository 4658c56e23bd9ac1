"""Checks a request to send as Meta does before it accepts it; the limits are those of wire.md 2.2 to 2.6.

    message.py      what all messages share, and the kinds
    recipient.py    to, recipient, recipient_type
    simple.py       text, media, location, reaction, pin
    cards.py        contact cards
    interactive.py  the frame of interactive messages; buttons, lists, links
    requests.py     forms and what asks the contact for something
    products.py     products, product lists, catalogues
    carousel.py     carousels of media or products
    template.py     the values of a template

Nothing here knows the gateway's renderer or its limits: both sides are held to the same page, apart.
"""

from __future__ import annotations

from providers.meta_cloud.simulator.checks.message import KINDS, check_message, check_receipt

__all__ = ["KINDS", "check_message", "check_receipt"]
