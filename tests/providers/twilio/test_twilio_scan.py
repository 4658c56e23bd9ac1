"""Whose a webhook is, found before it is known whether it is authentic."""

from __future__ import annotations

import pytest

from providers.twilio.scan import scan
from tests.providers.twilio.conftest import ACCOUNT, FOLDER, NUMBER


@pytest.mark.parametrize(
    "name", [path.name for path in sorted(FOLDER.glob("*.form")) if path.stem[:2] in ("in", "st")]
)
def test_every_sample_names_our_number(name: str) -> None:
    """`To` of what came in, `From` of what became of ours."""
    assert NUMBER in scan((FOLDER / name).read_bytes())


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", ()),
        (b"AccountSid=" + ACCOUNT.encode() + b"&Level=ERROR", (ACCOUNT,)),
        (b'{"AccountSid": "' + ACCOUNT.encode() + b'"}', (ACCOUNT,)),
        (b'{"To": "whatsapp:+15550104477", "From": "whatsapp:ES.1"}', (NUMBER,)),
        (b"Body=To%3Dwhatsapp%3A%2B15550000000", ()),
        (b"To=whatsapp%3a%2b15550104477", (NUMBER,)),
        (b"To=whatsapp:+15550104477", (NUMBER,)),
        (b"To=%2B15550104477", ()),
        (b"&".join(b"To=whatsapp%%3A%%2B1555000000%d" % n for n in range(6)),
         tuple(f"+1555000000{n}" for n in range(4))),
    ],
)  # fmt: skip
def test_scan_names_numbers_and_else_the_account(body: bytes, found: tuple[str, ...]) -> None:
    """At most four, without decoding."""
    assert scan(body) == found
