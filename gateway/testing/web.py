"""The servers elsewhere that jobs ask: in a world no request leaves the process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from gateway.jobs.http import JobHttp, Reply
from gateway.net import FetchFailed
from gateway.testing.failures import Failure, Failures

_encode = msgspec.json.Encoder().encode


class Asked(Struct, frozen=True):
    """A request of a job. The names of *headers* are in small letters."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.body)


class Web(JobHttp):
    """Stands in for `job.http`, whatever gateway the world runs."""

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        #: What jobs asked, in order.
        self.asked: list[Asked] = []
        self._answers: dict[tuple[str, str], list[Reply]] = {}
        self._used: set[tuple[str, str]] = set()

    def answers(
        self, method: str, url: str, status: int = 200, *, json: Any = None, body: bytes = b"",
        retry_after: float = 0.0,
    ) -> None:  # fmt: skip
        """What *url* answers, in which ``*`` stands for anything. Of several answers each is given once, in
        order, and the last from then on. *status* 0: it cannot be reached."""
        content = _encode(json) if json is not None else body
        self._answers.setdefault((method.upper(), url), []).append(Reply(status, content, retry_after))

    async def request(
        self, method: str, url: str, *, json: Any = None, body: bytes = b"",
        headers: Mapping[str, str] | None = None, timeout: float = 15.0,
    ) -> Reply:  # fmt: skip
        """As a job asks."""
        content = _encode(json) if json is not None else body
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            sent = {"content-type": "application/json", **sent}
        self.asked.append(Asked(method.upper(), url, sent, content))
        answer = self._next(method.upper(), url)
        if answer is None:
            problem = (
                f"a job asked {method.upper()} {url}, and nobody answers there in this test; write "
                f'world.web.answers("{method.upper()}", "{url}", json={{…}})'
            )
            self._failures.add(Failure("", "job", "unanswered", problem))
            raise FetchFailed("not reached: nobody answers there in this test")
        if answer.status == 0:
            raise FetchFailed("not reached: the test says so")
        return answer

    def _next(self, method: str, url: str) -> Reply | None:
        for key in reversed(self._answers):
            if key[0] == method and re.fullmatch(re.escape(key[1]).replace(r"\*", ".*"), url):
                replies = self._answers[key]
                if key in self._used and len(replies) > 1:
                    del replies[0]
                self._used.add(key)
                return replies[0]
        return None
