"""Codes of languages: "es", "pt-BR". What a file or a contact says as pt_br is the same."""

from __future__ import annotations

import re

from gateway.errors import PluginError

_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def normal(code: str) -> str:
    """*code* as it is compared and shown: "pt-BR" of "pt_br"; "" when it is none."""
    if len(code) > 35 or not _CODE.fullmatch(code):
        return ""
    first, *rest = code.replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_subtag, rest)])


def _subtag(tag: str) -> str:
    return tag.title() if len(tag) == 4 else tag.upper() if len(tag) in (2, 3) else tag.lower()


def base(code: str) -> str:
    """The language of a code without its country: "es" of "es-MX" and of "es_MX"."""
    return code.replace("_", "-").partition("-")[0].lower()


def is_language(code: str) -> bool:
    """Whether *code* is one that people speak: "english" is not, and neither is "xx"."""
    from babel import localedata

    return bool(normal(code)) and localedata.exists(base(code))


def wider(code: str) -> tuple[str, ...]:
    """*code* and what it is a form of: "zh-Hant-TW", "zh-Hant", "zh"."""
    parts = code.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


def checked(code: str, plugin: str) -> str:
    """*code* in its normal form. Raises `PluginError` for what *plugin* should not have said."""
    if found := normal(code):
        return found
    raise PluginError(
        f"plugin '{plugin}': chat.speak({code[:40]!r}) is no code of a language; "
        'write one like "es" or "pt-BR"'
    )
