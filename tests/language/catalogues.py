"""Folders of catalogues, written for a test."""

from __future__ import annotations

from pathlib import Path

FORMS = {"es": "nplurals=2; plural=(n != 1);", "sw": "nplurals=2; plural=(n != 1);"}
RUSSIAN = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)


def write(folder: Path, language: str, body: str, forms: str = "") -> Path:
    """A messages.po of *language* below *folder*, with a header of six lines."""
    file = folder / language / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    plural = forms or FORMS.get(language, FORMS["es"])
    header = (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n'
    )
    file.write_text(f"{header}\n\n{body}")
    return file


def entry(text: str, translation: str) -> str:
    """One entry."""
    return f'msgid "{text}"\nmsgstr "{translation}"\n\n'
