"""Plays one message on one channel: fitted, rendered, sent to a provider that takes everything."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec.structs import replace

from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.model import outbound as out
from gateway.model.outbound import Outbound
from gateway.provider import (
    CallbackUrl,
    HttpAnswer,
    HttpRequest,
    MediaLink,
    Provider,
    ProviderError,
    StoredFile,
    StoredMedia,
)
from tests.golden.catalogue import QUOTED
from tests.golden.channels import Golden, bound
from tests.support.desk import Desk

PERSON, GROUP = "+34600111222", "R1JPVVA="
HIDDEN = "***"
_SECRET = re.compile(r"authorization|api-key|secret|token", re.IGNORECASE)
#: What the gateway would find the catalogue's kept files to be.
_TYPES = {"document": "application/pdf", "image": "image/jpeg", "": "application/pdf"}


class Player(Desk):
    """One channel. *wire* has its requests in their order, as a reader wants them."""

    def __init__(self, provider: Provider, golden: Golden) -> None:
        super().__init__(self._called)
        self.provider, self.golden = provider, golden
        self.names: dict[str, str] = {}
        self.wire: list[dict[str, Any]] = []

    def send(self, part: dict[str, Any], to: str) -> None:
        """Conduct one send to its end."""
        self.run(self.provider.send(part, to, "order-7781", self.golden.settings))

    def _called(self, request: HttpRequest) -> HttpAnswer:
        self.wire.append(shown(request))
        return self.golden.answers(request)

    def answer(self, ask: object) -> object:
        """What the gateway would say of files and addresses."""
        match ask:
            case StoredMedia(id, kind):
                mime = "text/vcard" if self.names.get(id, "").endswith(".vcf") else _TYPES[kind]
                return StoredFile(id, mime, 2048, "ab" * 32, self.names.get(id, ""))
            case MediaLink(id, name=name):
                return f"https://gateway.example.org/media/{HIDDEN}-{id}" + f"/{quote(name)}" * bool(name)
            case CallbackUrl():
                return f"https://gateway.example.org/webhooks/{self.provider.name}/shop"
        return super().answer(ask)

    def keep(self, message: Any) -> Any:
        """*message* with its bytes kept under an id, as the core does it."""
        if not isinstance(message, out.Media):
            return message
        if message.data:
            kept = f"kept-{len(self.names) + 1}"
            self.wire.append({"keeps": kept, "content": message.data.decode().split("\r\n")})
            message = replace(message, data=b"", stored=kept)
        self.names[message.stored] = getattr(message, "filename", "")
        return message


def shown(request: HttpRequest) -> dict[str, Any]:
    """*request* as a reader wants it: its body decoded, its secrets hidden."""
    headers = {name: HIDDEN if _SECRET.search(name) else value for name, value in request.headers.items()}
    told: dict[str, Any] = {"method": request.method, "url": request.url, "headers": headers}
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if request.stored:
        told["upload"] = {
            "before": request.body.decode().split("\r\n"),
            "file": request.stored,
            "after": request.after.decode().split("\r\n"),
        }
    elif kind == "application/x-www-form-urlencoded":
        form: dict[str, Any] = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if "ContentVariables" in form:
            form["ContentVariables"] = {"as JSON": json.loads(form["ContentVariables"])}
        told["form"] = form
    elif request.body:
        told["json"] = json.loads(request.body)
    return told


def play(provider: Provider, golden: Golden, message: Outbound) -> dict[str, Any]:
    """What becomes of *message*: requests, losses and the menu, or the refusal."""
    told: dict[str, Any] = {"message": msgspec.to_builtins(message)}
    player = Player(provider, golden)
    to = GROUP if isinstance(message, out.Pin) else PERSON
    try:
        fitted = fit(bound(provider, message, golden), provider.capabilities, quoted=QUOTED)
        losses = list(fitted.losses)
        for one in fitted.messages:
            rendered = provider.render(player.keep(one))
            losses += rendered.losses
            for part in rendered.parts:
                player.send(part, to)
    except (SendRefused, ProviderError) as refusal:
        return told | {"refused": str(refusal)}
    told["losses"] = msgspec.to_builtins(losses)
    if fitted.menu is not None:
        told["menu"] = msgspec.to_builtins(fitted.menu)
    return told | {"requests": player.wire}
