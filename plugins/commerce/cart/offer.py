"""What this part brings."""

from __future__ import annotations

from gateway import Command
from plugins.commerce.cart import edit, say
from plugins.commerce.cart.add import add, on_which
from plugins.commerce.cart.added import on_add
from plugins.commerce.cart.idle import JOBS
from plugins.commerce.cart.personal import PERSONAL
from plugins.commerce.cart.remove import remove
from plugins.commerce.common.offer import Offer

OFFER = Offer(
    taps={
        "add": on_add,
        "cart": say.on_cart,
        "edit": edit.on_edit,
        "line": edit.on_line,
        "set": edit.on_set,
        "many": edit.on_many,
        "fix": edit.on_fix,
        "clear": edit.on_clear,
        "code": say.on_code,
        "uncode": say.on_uncode,
        "unnote": say.on_unnote,
        "which": on_which,
    },
    commands=(
        Command(
            "cart",
            {"en": ["cart", "basket"], "es": ["carrito", "cesta"], "sw": ["kikapu"]},
            "What is in your cart",
            say.cart,
            always=True,
        ),
        Command(
            "add",
            {"en": ["add"], "es": ["añadir", "agregar"], "sw": ["ongeza"]},
            "Put something into your cart",
            add,
            takes="SKU [QTY]",
        ),
        Command(
            "remove",
            {"en": ["remove"], "es": ["quitar", "eliminar"], "sw": ["ondoa"]},
            "Take something out of it",
            remove,
            takes="SKU",
        ),
        Command(
            "note",
            {"en": ["note"], "es": ["nota"], "sw": ["maelezo"]},
            "Tell us something about your order",
            say.note,
            takes="text",
        ),
        Command(
            "code",
            {"en": ["code"], "es": ["código", "cupón"], "sw": ["kuponi"]},
            "Use a discount code",
            say.code,
            takes="word",
        ),
        Command(
            "clear",
            {"en": ["clear"], "es": ["vaciar"], "sw": ["safisha kikapu"]},
            "Empty your cart",
            say.clear,
        ),
    ),
    jobs=JOBS,
    personal=PERSONAL,
)
