"""A provider as a stranger would write it: pigeons that carry texts, and nothing else.

A loft is a business number. A note comes in by webhook, a message goes out as a flight, and its landing is
told by webhook again. What the birds cannot carry, the gateway puts into words (docs/degradation.md).

    POST {your webhook}, with X-Pigeon-Ring: HMAC-SHA256 of the body, in hex
        {"loft": "15550104477", "note": {"id": "n-1", "from": "+254…", "name": "Ana", "text": "…"}}
        {"loft": "15550104477", "flight": {"id": "f-1", "to": "+254…", "state": "delivered", "ref": "…"}}
    POST {api}/lofts/15550104477/flights
        {"to": "+254…", "text": "…", "ref": "…"}  ->  201 {"flight": "f-1"}

provider.py    the port
parse.py       webhooks, and who is believed
send.py        a flight, and what a refusal means
simulator.py   the stand-in for the loft keepers' servers; contacts.py has who writes, roost.py what is told

Its tests are three lines: tests/examples/test_example_carrier_pigeon.py.
"""

from __future__ import annotations

from examples.carrier_pigeon.provider import CarrierPigeon

#: What the entry point names: carrier_pigeon = "carrier_pigeon:provider".
provider = CarrierPigeon()

__all__ = ["provider"]
