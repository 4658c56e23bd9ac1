"""What a provider's simulator offers: one business number or more, and the contacts that talk to them.

`gateway chat`, `gateway demo` and the conformance suite (`gateway.testing`) work with any provider through
this. A stranger's provider gets all three by implementing it.

port.py     the protocols
traffic.py  the requests between a gateway and a simulator, as they happen
view.py     how a message looks on a phone: what a simulator may tell the phone of `gateway demo`
"""

from __future__ import annotations

from gateway.simulator.port import Bundling, Hosted, Seen, SignedWebhook, Simulator, Tappable, Temper
from gateway.simulator.traffic import Exchange, Traffic

__all__ = [
    "Bundling",
    "Exchange",
    "Hosted",
    "Seen",
    "SignedWebhook",
    "Simulator",
    "Tappable",
    "Temper",
    "Traffic",
]
