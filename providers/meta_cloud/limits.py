"""What Meta takes of each text and list (wire.md §2.2): what WhatsApp itself takes."""

from __future__ import annotations

from gateway.model.checks import WHATSAPP

LIMITS = WHATSAPP
