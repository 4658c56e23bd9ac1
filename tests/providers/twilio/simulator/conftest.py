"""A simulator beside a business that takes its webhooks and can be told to refuse them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from aiohttp import web
from msgspec import Struct

from providers.twilio.simulator import TwilioSimulator

TOKEN = "auth-token"
ANA, BEN = "+34600111222", "+254700000001"
SAMPLES = Path(__file__).parents[3] / "samples" / "twilio"


def sample(name: str) -> dict[str, str]:
    """The parameters of a form of samples/twilio."""
    return dict(parse_qsl((SAMPLES / name).read_text().strip(), keep_blank_values=True))


def signature(url: str, params: dict[str, str], secret: str = TOKEN, algorithm: str = "sha1") -> str:
    """What `X-Twilio-Signature` has to be (wire.md §4.2), apart from the simulator's own code."""
    data = url + "".join(f"{name}{params[name]}" for name in sorted(params))
    return base64.b64encode(
        hmac.new(secret.encode(), data.encode(), getattr(hashlib, algorithm)).digest()
    ).decode()


class Got(Struct, frozen=True):
    """A webhook as the business saw it."""

    path: str
    url: str
    headers: dict[str, str]
    body: bytes
    params: dict[str, str]


class Business:
    """The other end: keeps the webhooks that it took and calls the API."""

    def __init__(self, sim: TwilioSimulator) -> None:
        self.sim = sim
        #: Statuses to answer the next webhooks with; 200 when there are none.
        self.answers: list[int] = []
        #: Seconds before an answer.
        self.pause = 0.0
        self.answer, self.content_type = "<Response></Response>", "text/xml"
        self.taken: list[Got] = []
        self.refused: list[Got] = []
        self.base = ""
        #: Files that the business hands out: path -> (type, bytes).
        self.files: dict[str, tuple[str, bytes]] = {}

    async def webhook(self, request: web.Request) -> web.Response:
        """Take a webhook, or refuse it as told."""
        raw = await request.read()
        await asyncio.sleep(self.pause)
        url = f"{self.base}{request.raw_path}"
        got = Got(
            request.path,
            url,
            dict(request.headers),
            raw,
            dict(parse_qsl(raw.decode(), keep_blank_values=True)),
        )
        status = self.answers.pop(0) if self.answers else 200
        (self.taken if status == 200 else self.refused).append(got)
        return web.Response(status=status, text=self.answer, content_type=self.content_type)

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file."""
        found = self.files.get(request.path)
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[1], content_type=found[0])

    @property
    def params(self) -> list[dict[str, str]]:
        """The parameters of each webhook taken."""
        return [got.params for got in self.taken]

    def statuses(self, sid: str = "") -> list[str]:
        """Every status taken (of one message), in order."""
        return [
            params["MessageStatus"]
            for params in self.params
            if "MessageStatus" in params and sid in ("", params["MessageSid"])
        ]

    async def call(
        self, method: str, path: str, *, form: Sequence[tuple[str, str]] | None = None, json: Any = None,
        user: str = "", word: str = TOKEN,
    ) -> tuple[int, Any]:  # fmt: skip
        """Call the API: the status, and the JSON of the answer."""
        user = user or self.sim.credentials.account_sid
        headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()}
        data = None
        if form is not None:
            data, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, self.sim.api_base + path, data=data, json=json, headers=headers
            ) as answer,
        ):
            return answer.status, await answer.json() if answer.status != 204 else None

    @property
    def account(self) -> str:
        """The path of the account."""
        return f"/2010-04-01/Accounts/{self.sim.credentials.account_sid}"

    async def send(self, to: str = ANA, *, media: Sequence[str] = (), **form: str) -> tuple[int, Any]:
        """Send a message from the first number, with a status callback unless it is given as ""."""
        usual = {
            "To": f"whatsapp:{to}",
            "From": f"whatsapp:{self.sim.number}",
            "StatusCallback": f"{self.base}/status?c=17",
        }
        wish = {name: value for name, value in (usual | form).items() if value}
        pairs = [*wish.items(), *(("MediaUrl", url) for url in media)]
        return await self.call("POST", f"{self.account}/Messages.json", form=pairs)

    async def sent(self, to: str = ANA, **form: Any) -> str:
        """The SID of a message that has to be taken."""
        code, answer = await self.send(to, **form)
        assert code == 201, answer
        return str(answer["sid"])

    async def listed(self, **query: str) -> list[dict[str, Any]]:
        """The messages that the API lists."""
        code, answer = await self.call("GET", f"{self.account}/Messages.json?{urlencode(query)}")
        assert code == 200, answer
        return list(answer["messages"])

    async def make(self, kind: str, content: dict[str, Any], variables: dict[str, str] | None = None) -> str:
        """The SID of a content that has to be taken."""
        body = {
            "friendly_name": "x",
            "language": "en",
            "variables": variables or {},
            "types": {kind: content},
        }
        code, answer = await self.call("POST", "/v1/Content", json=body)
        assert code == 201, answer
        return str(answer["sid"])


@pytest.fixture
async def sim() -> AsyncIterator[TwilioSimulator]:
    """A quick simulator with a known token."""
    simulator = TwilioSimulator(auth_token=TOKEN, seed=7)
    simulator.status_delay = simulator.retry_first = 0.002
    async with simulator:
        yield simulator


@pytest.fixture
async def business(sim: TwilioSimulator) -> AsyncIterator[Business]:
    """A business whose webhook URL the simulator knows."""
    business = Business(sim)
    app = web.Application()
    app.add_routes([web.get("/files/{name}", business.file), web.route("*", "/{any:.*}", business.webhook)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    business.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sim.webhook_url = f"{business.base}/hook"
    yield business
    await runner.cleanup()
