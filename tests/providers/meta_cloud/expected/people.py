"""The people in the samples."""

from __future__ import annotations

from gateway.model.event import Identity, Person

_PHONE = Identity("phone", "+34600111222")
_USER = Identity("bsuid", "ES.90817263544536271", "198700112233445")
_PARENT = Identity("parent_bsuid", "ES.ENT.55443322110099887")

NOBODY = Person()
LUCIA = Person((_PHONE, _USER), "Lucia Prado")
UNNAMED = Person((_PHONE, _USER))
PHONE_ONLY = Person((_PHONE,))
USER_ONLY = Person((_USER,))
#: From before 2026.
LEGACY = Person((_PHONE,), "Lucia Prado")
#: With the identity check on.
GUARDED = Person((_PHONE, _USER), "Lucia Prado", key_hash="Qm9ndXM4aGFzaD0=")
#: With a username instead of a number.
HIDDEN = Person((_USER, _PARENT), "Lucia Prado", "lucia.prado")
