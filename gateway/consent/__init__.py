"""What contacts want to be written to about: said once, kept for ever, asked before every message that
answers nobody.

change     what can be said: purposes, states, sources
record     events, and the state that follows from the newest
tell       plugins hear of it
words      STOP and START
suppress   names that get nothing, also when their contact is gone
"""

from gateway.consent.change import PURPOSES, Change, Changed, Purpose, Source, State
from gateway.consent.record import record, states

__all__ = ["PURPOSES", "Change", "Changed", "Purpose", "Source", "State", "record", "states"]
