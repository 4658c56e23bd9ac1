"""What this part brings."""

from __future__ import annotations

from plugins.commerce.codes.api import ROUTES
from plugins.commerce.codes.cli import COMMANDS
from plugins.commerce.codes.personal import PERSONAL
from plugins.commerce.common.offer import Offer

OFFER = Offer(routes=ROUTES, cli=COMMANDS, personal=PERSONAL)
