"""For the tests of plugins and providers: a world with a gateway, a provider's simulator and contacts.

world.py         the real gateway in this process between two simulators and a plugin
clerk.py         that plugin: it writes down what it hears
process.py       the same gateway in a process of its own, to be killed
conformance/     what every provider is held to
"""

from __future__ import annotations

from gateway.testing.clerk import Clerk, Heard, answer_to, choice_of
from gateway.testing.waiting import until
from gateway.testing.world import World

__all__ = ["Clerk", "Heard", "World", "answer_to", "choice_of", "until"]
