"""Slips of the finger in e-mail addresses: "amina@gmial.com" is offered back as "amina@gmail.com"."""

from __future__ import annotations

#: Where most people have their mail; what is one slip away from one of these is asked about.
USUAL = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "live.com", "yahoo.co.uk",
    "hotmail.es", "yahoo.es", "googlemail.com", "protonmail.com", "proton.me",
)  # fmt: skip
#: As near, and no slips.
OTHERS = frozenset(
    ("mail.com", "ymail.com", "gmx.com", "email.com", "me.com", "yahoo.ca", "live.ca", "yahoo.co")
)


def meant(email: str) -> str:
    """The address that *email* may have been meant to be; "" when it looks right."""
    local, _, domain = email.rpartition("@")
    if domain in USUAL or domain in OTHERS or not local:
        return ""
    near = next((known for known in USUAL if _one_slip(domain, known)), "")
    return f"{local}@{near}" if near else ""


def _one_slip(written: str, known: str) -> bool:
    """Whether one letter too many, missing, wrong, or two swapped make the difference."""
    if abs(len(written) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(written), len(known)) and written[start] == known[start]:
        start += 1
    mine, theirs = written[start:], known[start:]
    swapped = mine[:2] == theirs[1::-1] and len(mine) > 1 and mine[2:] == theirs[2:]
    return mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:] or swapped
