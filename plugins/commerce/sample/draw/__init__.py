"""Pictures of the sample's goods, by name: JPEG, 640 × 400. One takes some 30 ms: draw outside of turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plugins.commerce.sample.draw import clothes, fruit, home, pantry, vegetables
from plugins.commerce.sample.draw.sheet import Colour, Sheet

#: Where things lie: the wall behind, and the table.
_KITCHEN: tuple[Colour, Colour] = ((252, 240, 222), (232, 206, 172))
_SHELF: tuple[Colour, Colour] = ((250, 238, 216), (222, 196, 164))
_ROOM: tuple[Colour, Colour] = ((236, 240, 236), (206, 214, 206))
_DAY: tuple[Colour, Colour] = ((228, 240, 248), (206, 222, 232))
_LILAC: tuple[Colour, None] = ((236, 234, 242), None)
_SAND: tuple[Colour, None] = ((242, 236, 230), None)

_Draw = Callable[[Sheet], None]

_DRAWN: Sequence[tuple[Sequence[_Draw], tuple[Colour, Colour | None]]] = (
    ((fruit.mango, fruit.banana, fruit.pineapple, fruit.passion, fruit.pawpaw, fruit.watermelon), _KITCHEN),
    ((fruit.avocado, vegetables.tomato, vegetables.sukuma, vegetables.onion, vegetables.potato), _KITCHEN),
    ((vegetables.coriander, vegetables.cabbage), _KITCHEN),
    ((pantry.flour, pantry.rice, pantry.beans, pantry.sugar, pantry.oil, pantry.milk, pantry.tea), _SHELF),
    ((pantry.coffee, pantry.honey), _SHELF),
    ((clothes.shirt,), _LILAC),
    ((clothes.kanga,), _SAND),
    ((clothes.shoes, clothes.hat), _DAY),
    ((home.kiondo, home.mug, home.jiko, home.soap), _ROOM),
)
_PICTURES = {draw.__name__: (draw, place) for draws, place in _DRAWN for draw in draws}

#: What can be drawn.
NAMES = tuple(_PICTURES)


def picture(name: str) -> bytes:
    """The picture *name*, the same bytes each time. Raises `KeyError` for what nobody drew."""
    draw, place = _PICTURES[name]
    sheet = Sheet(*place)
    draw(sheet)
    return sheet.jpeg()
