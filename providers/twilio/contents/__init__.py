"""Messages that can be tapped, through the Content API (wire.md §4.5).

A WhatsApp message with buttons, a list or cards is sent by the SID of a Content resource, which has to be
made first. One is made for each shape: the same kind, number of buttons, optional fields and line breaks.
Words, ids and links are its variables, so a shop's pages share one.

blanks.py     the variables of one message, and what may be in them
shapes.py     our messages as content: the types with blanks, and what fills them
carousel.py   the same for cards
resource.py   the SID of a shape: remembered, or made
calls.py      calls to Twilio's JSON APIs
"""

from __future__ import annotations

from providers.twilio.contents.resource import resource
from providers.twilio.contents.shapes import SHAPES

__all__ = ["SHAPES", "resource"]
