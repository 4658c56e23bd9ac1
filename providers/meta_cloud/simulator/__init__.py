"""A stand-in for Meta's servers, for tests, the demo, `gateway chat` and benchmarks.

It answers the Graph API as far as the gateway calls it, sends signed webhooks as Meta does, and gives
tests the other side of the conversation: contacts that say, tap and see.

    graph.py      what the business calls: the Graph API, put together from its parts
    calls.py      its door: token, object, edge; errors.py and shapes.py, how it refuses
    messages.py   sends and receipts: what is refused at once, what fails later; rates.py, how fast
    checks/       the limits of every kind of message
    media.py      the media store; filetypes.py, what may be in it; samples.py, tiny valid files
    templates/    templates and their reviews; uploads.py, their sample media
    account.py    numbers and accounts; profile.py, blocks.py; callbacks.py, where webhooks go
    webhooks.py   what Meta sends: envelopes, messages, statuses
    emitter.py    signing, delivery, retries, batches
    world.py      contacts, and what their phones show
    knobs.py      how it may misbehave
    control.py    the same from another process, over HTTP (`python -m providers.meta_cloud.simulator`)
"""

from __future__ import annotations

from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.phone import Option, Received
from providers.meta_cloud.simulator.simulator import MetaSimulator

__all__ = ["Accepted", "MetaSimulator", "Option", "Received"]
