"""What this part brings."""

from __future__ import annotations

from gateway import Command, Metric, public_page, webhook
from plugins.commerce.common.offer import Offer
from plugins.commerce.orders import again, cancelling, find, page
from plugins.commerce.orders.api import ROUTES
from plugins.commerce.orders.cli import CLI
from plugins.commerce.orders.events import NoticesDue, OrderCancelled, OrderChanged
from plugins.commerce.orders.jobs import TEND
from plugins.commerce.orders.order import OrderLink
from plugins.commerce.orders.personal import PERSONAL
from plugins.commerce.orders.webhook import delivery, name_of, signed

OFFER = Offer(
    taps={
        "orders": find.orders_tap, "order": find.order_tap, "track": find.order_tap,
        "cancel": cancelling.cancel_tap, "again": again.again_tap,
    },
    commands=(
        Command("orders", {"en": ["orders", "my orders"], "es": ["pedidos", "mis pedidos"],
                           "sw": ["oda", "oda zangu"]}, "Your orders", find.orders, always=True),
        Command("status", {"en": ["status"], "es": ["estado"], "sw": ["hali"]},
                "Where your order is", find.status, always=True),
        Command("track", {"en": ["track"], "es": ["rastrear"], "sw": ["fuatilia"]},
                "Follow an order", find.track, takes="NUMBER"),
        Command("cancel", {"en": ["cancel"], "es": ["cancelar"], "sw": ["ghairi"]},
                "Cancel an order", cancelling.cancel, takes="[NUMBER]"),
        Command("reorder", {"en": ["reorder"], "es": ["repetir"], "sw": ["agiza tena"]},
                "Order the same again", again.reorder, takes="[NUMBER]"),
    ),
    routes=(
        *ROUTES,
        public_page("GET", "/o/{token}", page.page, value=OrderLink),
        webhook("POST", "/delivery/{tenant}", delivery, verify=signed, key=name_of),
    ),
    jobs=(TEND,),
    metrics=(
        Metric("notices", "Notices of orders", labels=("kind", "state")),
        Metric("delivery_updates", "Updates of delivery partners", labels=("result",)),
    ),
    cli=CLI,
    events=(OrderChanged, OrderCancelled, NoticesDue),
    personal=PERSONAL,
)  # fmt: skip
