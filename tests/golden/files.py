"""The golden files: one for each message and provider, and a page that shows them together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from gateway.fit.words import LANGUAGES
from gateway.installed import load_providers
from gateway.model.outbound import Outbound
from tests.golden.catalogue import MESSAGES
from tests.golden.channels import CHANNELS
from tests.golden.play import play

FOLDER = Path(__file__).parent
PAGE = FOLDER / "README.md"
#: Its table of levels is written here too, and so are the languages of our own words.
RULES = FOLDER.parents[1] / "docs" / "degradation.md"
_HEAD = """# The golden matrix

What becomes of each message of [catalogue.py](catalogue.py) on each provider, down to the exact requests and
what is lost. One file each; `make golden` writes them all, a test compares. Read a changed file before it is
committed: that is the review.

A cell says how the provider's table carries the kind ([degradation](../../docs/degradation.md)), how many
requests are made, and what happened: *as it is*, the fields that took another form, or those that were
**cut** or **dropped**.

"""


def results() -> dict[tuple[str, str], dict[str, Any]]:
    """What is played now, by (provider, message)."""
    providers = load_providers()
    return {
        (name, key): play(providers[name], golden, message)
        for name, golden in CHANNELS.items()
        for key, message in MESSAGES.items()
    }


def written(told: dict[str, Any]) -> str:
    """A file's content."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def place(provider: str, key: str) -> Path:
    """A file's place."""
    return FOLDER / provider / f"{key}.json"


def wanted() -> dict[Path, str]:
    """Every file as it should be."""
    found = results()
    files = {place(provider, key): written(told) for (provider, key), told in found.items()}
    return files | {PAGE: _HEAD + "\n".join(_table(found)) + "\n", RULES: _rules(RULES.read_text())}


def _rules(page: str) -> str:
    """docs/degradation.md with what is generated of it."""
    page = _between(page, "levels", "\n" + "\n".join(_levels()) + "\n")
    return _between(page, "languages", "\n" + ", ".join(f"`{each}`" for each in LANGUAGES) + ".\n")


def _between(page: str, name: str, text: str) -> str:
    """*page* with *text* between the marks of *name*."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    return page[: page.index(start) + len(start)] + text + page[page.index(end) :]


def _levels() -> Iterator[str]:
    """The providers' tables side by side: all kinds, and the features that somebody does not carry."""
    providers = load_providers()
    tables = [providers[name].capabilities.levels for name in CHANNELS]
    kinds = [str(kind.__struct_config__.tag) for kind in get_args(Outbound)]
    features = sorted({name for table in tables for name in table} - set(kinds))
    yield "| | " + " | ".join(CHANNELS) + " |"
    yield "|---" * (len(tables) + 1) + "|"
    for name in [*kinds, *features]:
        default = "rejected" if name in kinds else "full"
        levels = [table.get(name, default) for table in tables]
        if name in kinds or set(levels) != {"full"}:
            yield f"| `{name}` | " + " | ".join(levels) + " |"


def present() -> dict[Path, str]:
    """Every file as it is."""
    paths = [PAGE, RULES, *(path for name in CHANNELS for path in sorted((FOLDER / name).glob("*.json")))]
    return {path: path.read_text() for path in paths if path.exists()}


def _table(found: dict[tuple[str, str], dict[str, Any]]) -> Iterator[str]:
    providers = load_providers()
    yield "| message | " + " | ".join(CHANNELS) + " |"
    yield "|---" * (len(CHANNELS) + 1) + "|"
    for key, message in MESSAGES.items():
        kind = message.__struct_config__.tag
        cells = []
        for name in CHANNELS:
            level = providers[name].capabilities.level(str(kind))
            cells.append(f"[{level}]({name}/{key}.json): {_outcome(found[name, key])}")
        yield f"| {key} | " + " | ".join(cells) + " |"


def _outcome(told: dict[str, Any]) -> str:
    """A cell's words."""
    if "refused" in told:
        return "**refused**"
    many = len([each for each in told["requests"] if "url" in each])
    ways: dict[str, list[str]] = {}
    for loss in told["losses"]:
        ways.setdefault(loss["how"], []).append(loss["what"])
    words = []
    for how, whats in ways.items():
        mark = f"**{how}**" if how in ("cut", "dropped") else how
        words.append(f"{mark} {', '.join(dict.fromkeys(whats))}")
    return f"{many} — " + ("; ".join(words) or "as it is")
