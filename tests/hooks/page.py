"""The tables of docs/hooks.md, made of the specs: ``python -m tests.hooks.page`` writes them anew."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from gateway.hooks import specs

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"
HOOKS = specs.hook_arguments()
#: What stands between these lines is made.
BEGIN, END = "<!-- {}: made by python -m tests.hooks.page -->", "<!-- end -->"


def happening() -> str:
    """The hooks that are called when something happens."""
    rows = ["| hook | called when | returns |", "|---|---|---|"]
    for name, arguments in HOOKS.items():
        if not name.startswith("register_"):
            answer = "`Handled`, or None" if name == "on_message" else "nothing"
            rows.append(f"| `{name}({', '.join(arguments)})` | {_sentence(name)} | {answer} |")
    return "\n".join(rows)


def offering() -> str:
    """The hooks that say what a plugin offers."""
    rows = ["| hook | returns a list of | which are |", "|---|---|---|"]
    for name in HOOKS:
        if name.startswith("register_"):
            returned = str(inspect.signature(getattr(specs, name)).return_annotation)
            piece = re.sub(r"^Sequence\[(.*)\]$", r"\1", returned)
            rows.append(f"| `{name}()` | `{piece}` | {_sentence(name)} |")
    return "\n".join(rows)


def made(page: str) -> str:
    """*page* with its tables made anew."""
    for name, table in (("hooks", happening()), ("register", offering())):
        begin = BEGIN.format(name)
        head, _, rest = page.partition(begin)
        assert rest, f"docs/hooks.md has no {begin}"
        page = head + begin + "\n\n" + table + "\n\n" + END + rest.partition(END)[2]
    return page


def _sentence(name: str) -> str:
    text = inspect.getdoc(getattr(specs, name)) or ""
    return text[:1].lower() + text[1:].rstrip(".").replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text()))
