"""The templates of a provider are the example of a stranger's provider, under words that fit any.

``python -m tests.scaffold.carried`` writes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/carrier_pigeon"
TEMPLATES = ROOT / "gateway/scaffold/provider"

# ruff: noqa: E501
#: What the example says -> what the template says, in this order.
WORDS = (
    (r"examples\.carrier_pigeon", "@name@"),
    (r"\ncarrier_pigeon\b", "\n@name@"),
    (r"carrier_pigeon", "@name@"),
    (r"CarrierPigeon", "@Name@"),
    (r"Pigeon(Settings|Simulator)", r"@Name@\1"),
    (r"X-Pigeon-Ring", "X-@Name@-Seal"),
    (r"x-pigeon-ring", "x-@lower@-seal"),
    (r"https://pigeons\.example", "https://@dashed@.example"),
    (r"A provider as a stranger would write it: pigeons that carry texts, and nothing else\.",
     "@Title@, a provider: it carries texts, and nothing else yet."),
    (r"Its tests are three lines: .*\n", "Its tests: tests/test_@name@.py.\n"),
    (r"A loft is a business number(.|\n)*?\(docs/degradation\.md\)\.",
     "The words of its wire are made up; yours go in their place. A line is a business number. A note comes in\n"
     "by webhook, a message goes out as a drop, and its arrival is told by webhook again. What it cannot carry,\n"
     "the gateway puts into words."),
    (r"carrier pigeons", "@name@"),
    (r"Pigeons do not shake hands", "It does not ask before it sends"),
    (r"Pigeons refuse nothing that they could carry", "Nothing is refused that could be carried"),
    (r"a pigeon carries texts only", "@name@ carries texts only"),
    (r"pigeons carry texts", "@name@ carries texts"),
    (r"What the birds cannot carry", "What it cannot carry"),
    (r"[Tt]he loft keepers' servers", "the servers of @name@"),
    (r"all birds are out", "too much at once"),
    (r"\bflights\b", "drops"), (r"\bflight\b", "drop"), (r"\bFlight\b", "Drop"), (r"\bFlights\b", "Drops"),
    (r"\blofts\b", "lines"), (r"\bloft\b", "line"), (r"\bLofts\b", "Lines"), (r"\bLoft\b", "Line"),
    (r"_lofts\b", "_lines"), (r"\b_fly\b", "_drop"),
    (r"\brings\b", "seals"), (r"\bring\b", "seal"), (r"\bRing\b", "Seal"), (r"_ring\b", "_seal"),
    (r"_LOFT\b", "_LINE"), (r"_flight\b", "_drop"), (r"the bird came back", "it came back"),
    (r"Let one bird fly", "Send one drop"), (r"Roost", "Teller"), (r"roost", "teller"),
    (r"Village", "Phones"), (r"village", "phones"),
)  # fmt: skip


def carried() -> dict[str, str]:
    """template -> its text."""
    found = {}
    for file in sorted(EXAMPLE.glob("*.py")):
        text = file.read_text("utf-8")
        for pattern, word in WORDS:
            text = re.sub(pattern, word, text)
        name = {"__init__": "package", "roost": "teller"}.get(file.stem, file.stem)
        found[f"{name}.py.tmpl"] = text
    return found


if __name__ == "__main__":
    for name, text in carried().items():
        (TEMPLATES / name).write_text(text, encoding="utf-8")
