"""What this part brings."""

from __future__ import annotations

from plugins.commerce.common.offer import Offer
from plugins.commerce.imports.cli import COMMANDS

OFFER = Offer(cli=COMMANDS)
