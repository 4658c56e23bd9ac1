"""The hooks of the shop: each part's offer is handed to the gateway, and each message to the part that it
is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from gateway import (
    Chat,
    CliCommand,
    Command,
    Handled,
    Message,
    Metric,
    PersonalData,
    PluginRoute,
    Recurring,
    hook,
)
from plugins.commerce.browse import hear as browse_hear
from plugins.commerce.browse import native, talk
from plugins.commerce.browse.offer import OFFER as BROWSE
from plugins.commerce.cart.offer import OFFER as CART
from plugins.commerce.catalogue.offer import OFFER as CATALOGUE
from plugins.commerce.checkout.offer import OFFER as CHECKOUT
from plugins.commerce.codes.offer import OFFER as CODES
from plugins.commerce.common import taps
from plugins.commerce.imports.offer import OFFER as IMPORTS
from plugins.commerce.orders import listen
from plugins.commerce.orders.offer import OFFER as ORDERS
from plugins.commerce.owner.offer import OFFER as OWNER
from plugins.commerce.sample.offer import OFFER as SAMPLE
from plugins.commerce.search.offer import OFFER as SEARCH
from plugins.commerce.stock.offer import OFFER as STOCK

#: In the order in which HELP tells of them.
PARTS = (BROWSE, CART, CHECKOUT, ORDERS, SEARCH, CATALOGUE, STOCK, CODES, IMPORTS, OWNER, SAMPLE)
OnCommand = Callable[[Message, Chat, str], Awaitable[Handled | None]]
TAPS = {verb: on_tap for part in PARTS for verb, on_tap in part.taps.items()}


@hook.on_any_message
async def hear(message: Message, chat: Chat) -> None:
    """What parts do with each message, whoever answers it; nothing in a group."""
    if not chat.conversation.group:
        await listen.customer_wrote(chat)
        await browse_hear.hear(message, chat)


@hook.on_message
async def serve(message: Message, chat: Chat) -> Handled | None:
    """A tap goes to the part whose verb it has, a cart of WhatsApp's own and a question about a product to
    the catalogue, words to the search. In a group nobody is answered: a cart and orders are one person's
    business, and people there talk to each other."""
    if chat.conversation.group:
        return None
    tapped = taps.read(message.reply_id) if message.reply_id else None
    if tapped is not None:
        on_tap = TAPS.get(tapped.verb)
        return await (on_tap(message, chat, tapped) if on_tap else talk.lost(message, chat))
    if message.order is not None:
        return Handled  # `browse.hear` has taken it
    if (product := native.asked_for(message)) is not None:
        return await native.show_product(message, chat, product)
    return await talk.answer(message, chat)


@hook.register_commands
def commands() -> Sequence[Command]:
    """ADD, CART, CHECKOUT and the others, heard where somebody is alone with the shop."""
    return [replace(each, run=_alone(each.run)) for part in PARTS for each in part.commands]


def _alone(run: OnCommand) -> OnCommand:
    """*run*, but in a group, where "ok", "add me" and "note that …" are meant for others."""

    @wraps(run)
    async def answer(message: Message, chat: Chat, rest: str) -> Handled | None:
        return None if chat.conversation.group else await run(message, chat, rest)

    return answer


@hook.register_routes
def routes() -> Sequence[PluginRoute]:
    """The API, pages and webhooks below /p/commerce/."""
    return list(chain.from_iterable(part.routes for part in PARTS))


@hook.register_jobs
def jobs() -> Sequence[Recurring]:
    """What comes again by itself."""
    return list(chain.from_iterable(part.jobs for part in PARTS))


@hook.register_metrics
def metrics() -> Sequence[Metric]:
    """What is counted."""
    return list(chain.from_iterable(part.metrics for part in PARTS))


@hook.register_cli
def cli() -> Sequence[CliCommand]:
    """`gateway commerce …`."""
    return list(chain.from_iterable(part.cli for part in PARTS))


@hook.register_events
def events() -> Sequence[type[Struct]]:
    """What other plugins are told."""
    return list(chain.from_iterable(part.events for part in PARTS))


@hook.register_personal_data
def personal() -> Sequence[PersonalData]:
    """What the tables hold of people."""
    return list(chain.from_iterable(part.personal for part in PARTS))
