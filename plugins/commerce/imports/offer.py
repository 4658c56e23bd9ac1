"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData
from plugins.commerce.common.offer import Offer
from plugins.commerce.imports.cli import COMMANDS

#: A file has a name, and goods have: nobody else.
PERSONAL = (PersonalData("commerce_import", nobody="files of goods that were taken in"),)
OFFER = Offer(cli=COMMANDS, personal=PERSONAL)
