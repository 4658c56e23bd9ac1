"""A stand-in for Meta's servers, for tests, the demo, `gateway chat` and benchmarks.

It answers the Graph API as far as the gateway calls it, sends signed webhooks as Meta does, and gives
tests the other side of the conversation: contacts that say, tap and see.

    graph.py      what the business calls: the Graph API, put together from its parts
    calls.py      its door: token, object, edge; errors.py and shapes.py, how it refuses
    messages.py   sends and receipts: what is refused at once, what fails later; rates.py, how fast
    checks/       the limits of every kind of message
    media.py      the media store; filetypes.py, what may be in it
    templates/    templates and their reviews; uploads.py, their sample media
    account.py    numbers and accounts; profile.py, blocks.py; callbacks.py, where webhooks go
    acts.py, answers.py, changes.py       what contacts do, answer, and change about themselves
    business.py, accounts.py              what happens around the number, and what Meta reports
    contents.py, webhooks.py, envelope.py what is inside of a webhook, and around it
    fates.py      what becomes of an accepted message; statuses.py, pricing.py, failures.py: how it is told
    emitter.py    signing, delivery, retries; batch.py, several updates in one webhook
    world.py      contacts (contact.py) and groups; phone.py, what a phone shows
    lines.py      the business numbers
    knobs.py      how it may misbehave
    __main__.py   the same from another process, over HTTP (`gateway/simulator/control.py`)
"""

from __future__ import annotations

from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.phone import Option, Received
from providers.meta_cloud.simulator.simulator import MetaSimulator

__all__ = ["Accepted", "MetaSimulator", "Option", "Received"]
