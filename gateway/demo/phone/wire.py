"""The requests between the gateway and a provider, as the page shows them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gateway.demo.phone import redact
from gateway.demo.phone.gist import gist
from gateway.simulator import Exchange, Simulator


def line(provider: str, exchange: Exchange, simulator: Simulator) -> dict[str, Any]:
    """One exchange in a line."""
    secrets = redact.secrets_in(simulator.channel_settings())
    url = urlsplit(redact.words(exchange.url, secrets))
    return {
        "provider": provider,
        "number": exchange.number,
        "at": exchange.at,
        "way": exchange.way,
        "method": exchange.method,
        "host": url.netloc,
        "path": url.path + (f"?{url.query}" if url.query else ""),
        "gist": redact.words(gist(exchange.body, _type(exchange)), secrets),
        "status": exchange.status,
        "ms": round(exchange.seconds * 1000, 1),
    }


def whole(provider: str, exchange: Exchange, simulator: Simulator) -> dict[str, Any]:
    """One exchange with its headers and bodies, made to be read."""
    secrets = redact.secrets_in(simulator.channel_settings())
    return {
        **line(provider, exchange, simulator),
        "headers": redact.headers(exchange.headers, secrets),
        "body": redact.words(pretty(exchange.body, _type(exchange)), secrets),
        "answer": redact.words(pretty(exchange.answer), secrets),
    }


def _type(exchange: Exchange) -> str:
    return next((value for name, value in exchange.headers.items() if name.lower() == "content-type"), "")


def find(simulator: Simulator, number: int) -> Exchange | None:
    """The exchange with this number, while it is kept."""
    return next((one for one in simulator.traffic.exchanges if one.number == number), None)


def pretty(body: str, kind: str = "") -> str:
    """JSON on lines of its own, a form as one field per line; anything else as it is."""
    if kind.startswith("application/x-www-form-urlencoded"):
        fields = {name: _inner(text) for name, text in parse_qsl(body, keep_blank_values=True)}
        return json.dumps(fields, indent=2, ensure_ascii=False)
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _inner(text: str) -> Any:
    """JSON that travels in a form's field."""
    if text[:1] in "{[" and text:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
