"""The gateway's side of work at a provider, in memory: what a test conducts `Steps` with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from gateway.provider import (
    CallbackUrl,
    HttpAnswer,
    HttpRequest,
    MediaLink,
    Note,
    ProviderError,
    Recall,
    Steps,
    StoredFile,
    StoredMedia,
)

T = TypeVar("T")


class Desk:
    """Answers every ask: HTTP with *http*, the rest from what it holds. *calls* are the requests made."""

    def __init__(self, http: Callable[[HttpRequest], HttpAnswer], *files: StoredFile) -> None:
        self._http = http
        self.files = {file.id: file for file in files}
        self.notes: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.kinds: list[str] = []
        self.calls: list[HttpRequest] = []

    def run(self, steps: Steps[T]) -> T:
        """The result of *steps*. Raises what they raise."""
        try:
            ask = next(steps)
            while True:
                try:
                    answer = self.answer(ask)
                except ProviderError as error:
                    ask = steps.throw(error)
                else:
                    ask = steps.send(answer)
        except StopIteration as done:
            found: T = done.value
            return found

    def answer(self, ask: object) -> object:
        """What the gateway would say."""
        match ask:
            case HttpRequest():
                self.calls.append(ask)
                return self._http(ask)
            case Recall(key):
                return self.notes.get(key, "")
            case Note(key, value, seconds):
                self.notes[key], self.seconds[key] = value, seconds
                return None
            case StoredMedia(id=id, kind=kind):
                self.kinds.append(kind)
                if id not in self.files:
                    raise ProviderError("media", title=f"there is no file {id}")
                return self.files[id]
            case MediaLink(id=id, name=name):
                return f"https://gw.example.com/media/{id}" + f"/{quote(name, safe='')}" * bool(name)
            case CallbackUrl():
                return "https://gw.example.com/webhooks/x"
        raise AssertionError(f"nobody asks that: {ask!r}")
