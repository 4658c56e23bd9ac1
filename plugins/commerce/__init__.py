"""A shop that sells in the chat.

A part is a folder: `catalogue` (what is sold), `search`, `browse` (walking through it), `cart`, `price`,
`codes`, `checkout`, `stock`, `orders`, `owner` (what the owner is told), `imports` (files), `sample` (a
shop to try). `hooks` hands what each offers to the gateway; `settings` is what a shop is told.
"""

from plugins.commerce.browse.tell import tell
from plugins.commerce.hooks import cli, commands, events, hear, jobs, metrics, personal, routes, serve
from plugins.commerce.orders.listen import (
    money_given_back,
    money_received,
    notice_failed,
    notices_due,
)
from plugins.commerce.owner.alerts import told
from plugins.commerce.settings import Settings

__all__ = [
    "Settings",
    "cli",
    "commands",
    "events",
    "hear",
    "jobs",
    "metrics",
    "money_given_back",
    "money_received",
    "notice_failed",
    "notices_due",
    "personal",
    "routes",
    "serve",
    "tell",
    "told",
]
