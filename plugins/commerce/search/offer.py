"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData
from plugins.commerce.common.offer import Offer
from plugins.commerce.search.api import ROUTES
from plugins.commerce.search.cli import COMMANDS

#: What was searched is kept without who searched it.
PERSONAL = (PersonalData("commerce_missed", nobody="what was searched in vain, without who searched it"),)
OFFER = Offer(routes=ROUTES, cli=COMMANDS, personal=PERSONAL)
