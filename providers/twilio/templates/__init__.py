"""Templates of a Twilio account: contents with an approval for WhatsApp (wire.md §4.5).

Twilio numbers the variables of a whole content together, ours are numbered within each text. A definition
that comes from Twilio keeps the raw content (`kept`), and `bind` finds the numbers there.

directory.py  list, create, delete, bind
listing.py    all contents with their approvals, page by page
read.py       a content as our definition
write.py      our definition as a content
numbers.py    the numbers of variables, theirs and ours
kept.py       what a definition keeps of Twilio's content
bind.py       a message's values under Twilio's numbers
lint.py       what Twilio cannot be asked for
"""

from __future__ import annotations

from providers.twilio.templates.directory import TwilioTemplates

__all__ = ["TwilioTemplates"]
