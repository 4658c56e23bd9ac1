"""From one page of a list to the next, at the host that the settings name: the account's secret goes nowhere
because an answer says so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit


def local(url: Any) -> str:
    """Path and query of an address in an answer, to be asked for where the settings say; "" without one."""
    if not isinstance(url, str) or not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not parts.path.startswith("/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def following(page: dict[str, Any]) -> str:
    """Path and query of the page behind *page*; "" when it is the last."""
    meta = page.get("meta")
    return local(meta.get("next_page_url")) if isinstance(meta, dict) else ""
