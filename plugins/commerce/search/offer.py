"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData
from plugins.commerce.common.offer import Offer
from plugins.commerce.search.api import ROUTES
from plugins.commerce.search.cli import COMMANDS

#: Whatever nobody understands is searched, a name or an address too.
PERSONAL = (PersonalData("commerce_missed", contact="contact"),)
OFFER = Offer(routes=ROUTES, cli=COMMANDS, personal=PERSONAL)
