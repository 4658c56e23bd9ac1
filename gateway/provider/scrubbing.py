"""What a webhook with nobody in it is made with: the same shape, without a person's words, names or numbers.

For fixtures that are recorded from real traffic. What is replaced keeps its length and its kind of
characters, and the same value is replaced by the same one throughout a webhook, so that whatever made a
parser stumble is still there. Which fields name somebody, and how, is a provider's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator


def words(text: str) -> frozenset[str]:
    """The words of *text*: names of fields."""
    return frozenset(text.split())


class Chances:
    """Says by what the characters of a text are replaced: the same for the same text of the same webhook,
    and nothing that could be looked up without the webhook."""

    def __init__(self, body: bytes) -> None:
        self._secret = hashlib.blake2b(body, digest_size=16).digest()

    def of(self, text: str) -> Iterator[tuple[str, int]]:
        """Each character of *text* with a number of 0 to 255."""
        stream = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret).digest()
        return ((sign, stream[index % len(stream)]) for index, sign in enumerate(text))
