"""What one emoji is, for reactions and labels (Unicode TR51, the sequences that phones send)."""

from __future__ import annotations

import regex

_PICTURE = r"[\p{Emoji}&&\p{Extended_Pictographic}](?:\uFE0F|\p{Emoji_Modifier})?"
#: A waving black flag with the letters of a region: England, Scotland, Wales.
_TAGGED = r"\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F"
_FLAG = r"\p{Regional_Indicator}{2}"
_KEYCAP = r"[0-9#*]\uFE0F?\u20E3"

_ONE = regex.compile(rf"{_TAGGED}|{_FLAG}|{_KEYCAP}|{_PICTURE}(?:\u200D{_PICTURE})*", regex.VERSION1)
#: Digits are emoji too, to Unicode; pictographs are what people mean.
_ANY = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{Regional_Indicator}\u20E3\uFE0F]")


def one_emoji(text: str) -> bool:
    """Whether *text* is exactly one emoji: with a skin tone, joined, a flag or a keycap too."""
    return _ONE.fullmatch(text) is not None


def has_emoji(text: str) -> bool:
    """Whether there is an emoji in *text*."""
    return _ANY.search(text) is not None
