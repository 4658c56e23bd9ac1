"""What this part brings."""

from __future__ import annotations

from plugins.commerce.common.offer import Offer
from plugins.commerce.sample.command import COMMAND

OFFER = Offer(cli=(COMMAND,))
