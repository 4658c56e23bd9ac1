"""Message templates: written, reviewed, paused, deleted, and held against what is sent.

record.py      one template, and its life
definition.py  what its components may be
buttons.py     what its buttons may be
book.py        all templates of the accounts; reviews and the webhooks about them
api.py         the edges of the Graph API
sends.py       the values of a send against the definition
"""

from __future__ import annotations

from providers.meta_cloud.simulator.templates.book import TemplateBook

__all__ = ["TemplateBook"]
