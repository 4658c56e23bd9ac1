"""A stand-in for 360dialog's servers: Meta's simulator behind 360dialog's doors (wire.md §3).

simulator.py  what tests, the demo and `gateway chat` use
door.py       the door: the number is the key's, no version and no number in the path
refusals.py   360dialog's own refusals, in its own shapes
emitter.py    webhooks: registered headers, the platform's signature, five seconds to answer
configs.py    /v1/configs: where webhooks go, and templates
"""

from __future__ import annotations

from providers.dialog360.simulator.simulator import Dialog360Simulator

__all__ = ["Dialog360Simulator"]
