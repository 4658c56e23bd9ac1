"""A stand-in for Twilio's servers, for tests, the demo, `gateway chat` and benchmarks.

It answers the API as far as the gateway calls it, sends signed webhooks as Twilio does (once), and gives
tests the other side of the conversation: contacts that say, tap and see.

    api.py        what the business calls, put together from its parts
    door.py       credentials, concurrency, JSON; errors.py, how it refuses; paging.py, how it lists
    messages.py   sends: wishes.py and addresses.py say what is refused at once
    ledger.py     the list of messages, with what a poll finds; records.py, one message
    contents/     the Content API: types, limits, variables, approvals
    media.py      what contacts sent, on a host of its own; fetch.py, what the business sends
    senders.py    senders and where their webhooks go; indicators.py, typing, and the account
    inbound.py, webhooks.py       what contacts send, and how it is told; statuses.py, callbacks
    fates.py      what becomes of an accepted message
    emitter.py    delivery; overrides.py, tries; target.py, answers; signing.py, credentials.py, both schemes
    world.py      contacts (contact.py); phone.py, what a phone shows; lines.py, the business numbers
    knobs.py      how it may misbehave
    network.py, acts.py, signed.py, acting.py     what can be done, by method and by name
    __main__.py   the same from another process, over HTTP (`gateway/simulator/control.py`)
"""

from __future__ import annotations

from providers.twilio.simulator.accepted import Accepted
from providers.twilio.simulator.phone import Option, Received
from providers.twilio.simulator.simulator import TwilioSimulator

__all__ = ["Accepted", "Option", "Received", "TwilioSimulator"]
