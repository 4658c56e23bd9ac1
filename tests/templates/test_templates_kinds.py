"""Every kind of template in one file: created, approved, and unchanged when it is applied again."""

from __future__ import annotations

from pathlib import Path

from tests.support.house import House
from tests.templates.conftest import Cli

KINDS = """\
[[templates]]
name = "login"
language = "en"
category = "authentication"
security_recommendation = true
code_minutes = 10
ttl = 120
buttons = [{ kind = "otp", details = { otp_type = "COPY_CODE" } }]

[[templates]]
name = "login_plain"
language = "en"
category = "authentication"
buttons = [{ kind = "otp", text = "Copy", details = { otp_type = "COPY_CODE" } }]

[[templates]]
name = "visit"
language = "es"
category = "utility"
body = "Hola {{first_name}}, te esperamos el {{day}} en la tienda."
examples = { first_name = "Ana", day = "lunes" }
footer = "Ruiz SL"
header = { text = "Cita {{day}}", example = "lunes" }
buttons = [
    { kind = "quick_reply", text = "Confirmar" },
    { kind = "url", text = "Ver", url = "https://example.org/{{1}}", example = "https://example.org/v1" },
    { kind = "phone", text = "Llamar", phone = "+34600999888" },
]

[[templates]]
name = "where"
language = "en"
category = "utility"
body = "We are here."
header = { kind = "location" }

[[templates]]
name = "flash"
language = "en"
category = "marketing"
body = "Hello {{1}}, only today in the shop."
examples = ["Ana"]
header = { kind = "image", sample = "tea.png" }
offer = { text = "Ends soon", expires = true }
buttons = [{ kind = "copy_code", example = "SAVE25" }]

[[templates]]
name = "book"
language = "en"
category = "utility"
body = "Book a visit with us."
buttons = [{ kind = "flow", text = "Book", details = { flow_id = "8800", flow_action = "navigate" } }]

[[templates]]
name = "shop"
language = "en"
category = "marketing"
body = "See what is new."
buttons = [{ kind = "catalog", text = "View catalog" }]

[[templates]]
name = "call"
language = "en"
category = "utility"
body = "Talk to us."
buttons = [{ kind = "call", text = "Call now" }, { kind = "contact_request", text = "Share" }]

[[templates]]
name = "teas"
language = "en"
category = "marketing"
body = "Hello {{1}}, here are our teas."
examples = ["Ana"]

[[templates.cards]]
header = { kind = "image", sample = "tea.png" }
body = "Green, only {{1}} left now."
examples = ["3"]
buttons = [{ kind = "quick_reply", text = "More" }]

[[templates.cards]]
header = { kind = "image", sample = "tea.png" }
body = "Black, only {{1}} left now."
examples = ["5"]
buttons = [{ kind = "quick_reply", text = "More" }]
"""


def prepare(folder: Path) -> str:
    """The file and its picture."""
    (folder / "tea.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"tea" * 100)
    (folder / "templates.toml").write_text(KINDS)
    return str(folder / "templates.toml")


async def test_every_kind_is_created_and_then_unchanged(house: House, cli: Cli) -> None:
    """What was applied is what the provider lists, in our terms: a second run finds nothing to do."""
    house.sim.review_delay = 0.0
    await house.start()
    file = prepare(house.folder)

    code, out, err = await cli("apply", "--file", file, "--wait", "--timeout", "30")
    assert code == 0, out + err
    assert out.count("+ create") == 9
    assert out.count(": APPROVED") == 9
    code, out, err = await cli("apply", "--file", file)

    assert code == 0, out + err
    assert out.count("= unchanged") == 9
    assert "Nothing to do" in out
