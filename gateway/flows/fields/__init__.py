"""What reads answers: `fields.integer`, `fields.money`, `fields.phone`, … Each is usable as it is, and called
with limits: ``parse=fields.integer(low=1, high=20)``."""

from __future__ import annotations

from gateway.flows.fields.choice import Choice, Choosable
from gateway.flows.fields.field import Answer, Field, Invalid
from gateway.flows.fields.text import Text

text = Text()
choice = Choice

__all__ = ["Answer", "Choosable", "Field", "Invalid", "choice", "text"]
