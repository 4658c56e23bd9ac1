"""The Content API: what is made, approved and sent (wire.md §4.5).

shapes.py   reads one member of a decoded body, or refuses it
types.py    the limits of each type; rich.py, of those with cards; whatsapp.py, of WhatsApp's own
record.py   a content and its approval
filled.py   its variables, and the content with their values in place
session.py  what may be sent without approval
judge.py    whether a content can be sent, and what it will look like
book.py     all contents, and the reviewer
api.py      the calls
"""

from __future__ import annotations

from providers.twilio.simulator.contents.book import Book
from providers.twilio.simulator.contents.judge import Sendable

__all__ = ["Book", "Sendable"]
