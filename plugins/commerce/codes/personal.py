"""What codes hold of people: a code that is somebody's own, and who used one."""

from __future__ import annotations

from gateway import PersonalData

PERSONAL = (
    # Somebody's own code is nobody's from then on, and not everybody's.
    PersonalData("commerce_code", contact="contact", blank={"contact": "", "active": 0}),
    PersonalData("commerce_redemption", contact="contact", blank={"contact": "", "phone": ""}),
)
