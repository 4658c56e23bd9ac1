"""What a provider's simulator offers: one business number or more, and the contacts that talk to them.

`gateway chat`, `gateway demo` and the worlds and the conformance suite of `gateway.testing` work with any
provider through this. A stranger's provider gets all of them by implementing it.

port.py     the protocols
traffic.py  the requests between a gateway and a simulator, as they happen
view.py     how a message looks on a phone: what a simulator may tell the phone of `gateway demo`

To build one with, for what is the same at every provider:

tempered.py   usual knobs                    timeline.py  time that can be passed
inboxes.py    phones, ticks, and waiting     watching.py  the methods that look at them
delivery.py   webhooks under way             failing.py   errors that a test wishes
serving.py    ports, and answers that get lost            rates.py  how fast a number may send
byname.py     acts and knobs by name, for control.py (over HTTP) and process.py (in a process of its own)
samples.py    files of every type            userids.py   business-scoped user ids
"""

from __future__ import annotations

from gateway.simulator.delivery import NotDelivered
from gateway.simulator.port import (
    Bundling,
    Hosted,
    Reading,
    Seen,
    SignedWebhook,
    Simulator,
    Tappable,
    Temper,
)
from gateway.simulator.traffic import Exchange, Traffic

__all__ = [
    "Bundling",
    "Exchange",
    "Hosted",
    "NotDelivered",
    "Reading",
    "Seen",
    "SignedWebhook",
    "Simulator",
    "Tappable",
    "Temper",
    "Traffic",
]
