"""The file that a contact is given: data.json, one JSON file a table, the files, and a page that a person
reads."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from msgspec import Struct

#: Tables that the page shows in a way of its own.
_OWN = ("identity", "contact_attribute", "message", "media", "contact", "contact_word")
_encode = msgspec.json.Encoder(enc_hook=str).encode


class Head(Struct, frozen=True):
    """Of whom it is, of which business, and when it was made."""

    business: str
    name: str
    made: str


def write(
    target: Path, head: Head, tables: Mapping[str, Sequence[Mapping[str, Any]]], files: Mapping[str, Path]
) -> None:
    """Write the archive to *target*. *files* are the files by their name in it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page(head, tables, list(files)))
        archive.writestr("data.json", _pretty({"about": msgspec.to_builtins(head), **tables}))
        for table, rows in tables.items():
            archive.writestr(f"tables/{table}.json", _pretty(rows))
        for name, path in files.items():
            archive.write(path, name)


def page(head: Head, tables: Mapping[str, Sequence[Mapping[str, Any]]], files: Sequence[str]) -> str:
    """index.html."""
    by_message = {row["id"]: row.get("message") for row in tables.get("media", ())}
    of_message: dict[str, list[str]] = {}
    for name in files:
        message = by_message.get(name.split("/")[-1].partition(".")[0][:36])
        of_message.setdefault(str(message or ""), []).append(name)
    messages = [
        {**row, "words": _words(row.get("content")), "files": of_message.get(str(row["id"]), ())}
        for row in tables.get("message", ())
    ]
    others = {name: rows for name, rows in tables.items() if name not in _OWN and rows}
    return _template().render(
        business=head.business, name=head.name, made=head.made, messages=messages, others=others,
        identities=tables.get("identity", ()), attributes=tables.get("contact_attribute", ()),
    )  # fmt: skip


def _words(content: Any) -> str:
    """What a message says, to a person."""
    if not isinstance(content, dict):
        return str(content or "")
    for key in ("text", "body", "caption", "title", "name"):
        if isinstance(content.get(key), str) and content[key]:
            return str(content[key])
    return ", ".join(f"{key}: {value}" for key, value in content.items() if key != "type" and value)


def _pretty(value: Any) -> bytes:
    return msgspec.json.format(_encode(value), indent=2)


@cache
def _template() -> jinja2.Template:
    text = Path(__file__).with_name("page.html").read_text("utf-8")
    return jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)
