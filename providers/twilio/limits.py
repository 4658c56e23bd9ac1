"""What Twilio takes of each text and list (wire.md §4.4, §4.5)."""

from __future__ import annotations

from gateway.model.capability import Limits

#: A message has 1,600 characters, the body of what can be tapped 1,024; a list has ten items and no sections,
#: and the cards of a carousel have two buttons at most, as WhatsApp's templates do.
LIMITS = Limits(
    text=1600,
    caption=1024,
    interactive_body=1024,
    list_body=1024,
    button_id=200,
    sections=1,
    rows=10,
    row_title=24,
    row_description=72,
    row_id=200,
    card_buttons=2,
    card_button_id=200,
)
