"""What pictures of goods are drawn on: a ground, a table, and shapes with a light from the left above.

Coordinates are those of the finished picture, 640 × 400; it is drawn twice as large and made smaller.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT, TABLE = 640, 400, 292
#: How much larger it is drawn.
_SCALE = 2
_QUALITY = 84


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """*one* with *part* (0 to 1) of *other*."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def smooth(points: Sequence[Point], steps: int = 12) -> list[Point]:
    """A closed curve through *points* (Catmull-Rom)."""
    count, found = len(points), list[Point]()
    for place in range(count):
        a, b, c, d = (points[(place + each) % count] for each in (-1, 0, 1, 2))
        found += [_between(a, b, c, d, step / steps) for step in range(steps)]
    return found


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def one(place: int) -> float:
        p, q, r, s = a[place], b[place], c[place], d[place]
        curve = (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3
        return 0.5 * (2 * q + (r - p) * t + curve)

    return one(0), one(1)


def placed(points: Sequence[Point], x: float, y: float, size: float = 1.0, turn: float = 0.0) -> list[Point]:
    """*points*, which are about (0, 0), made *size* as large, turned by *turn* degrees, at (*x*, *y*)."""
    along, across = size * math.cos(math.radians(turn)), size * math.sin(math.radians(turn))
    return [(x + px * along - py * across, y + px * across + py * along) for px, py in points]


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """An ellipse about (*x*, *y*), turned by *turn* degrees."""
    angle, found = math.radians(turn), list[Point]()
    for step in range(48):
        along, across = rx * math.cos(step * math.pi / 24), ry * math.sin(step * math.pi / 24)
        found.append(
            (
                x + along * math.cos(angle) - across * math.sin(angle),
                y + along * math.sin(angle) + across * math.cos(angle),
            )
        )
    return found


def box(x: float, y: float, width: float, height: float, round_: float = 10) -> list[Point]:
    """A rectangle with its middle at (*x*, *y*) and round corners."""
    found = list[Point]()
    for side_x, side_y, begin in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        for step in range(0, 91, 15):
            angle = math.radians(begin + step)
            found.append(
                (
                    x + side_x * (width / 2 - round_) + round_ * math.cos(angle),
                    y + side_y * (height / 2 - round_) + round_ * math.sin(angle),
                )
            )
    return found


class Sheet:
    """A picture that is being drawn. *ground* is the colour behind, *table* that below."""

    def __init__(self, ground: Colour, table: Colour | None = None) -> None:
        size = (WIDTH * _SCALE, HEIGHT * _SCALE)
        self._image = Image.new("RGB", size, ground)
        light = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 2))
        light = light.crop((size[0] // 2, size[1] // 2, size[0] // 2 + size[0], size[1] // 2 + size[1]))
        self._image.paste(mix(ground, (70, 60, 60), 0.35), (0, 0), light.point(lambda v: max(0, v - 60) // 2))
        if table is not None:
            ImageDraw.Draw(self._image).rectangle((0, TABLE * _SCALE, *size), fill=table)

    def shadow(self, x: float, y: float, rx: float, ry: float, dark: int = 105) -> None:
        """What stands at (*x*, *y*) keeps the light away there."""
        mask = Image.new("L", self._image.size)
        draw = ImageDraw.Draw(mask)
        draw.polygon([(px * _SCALE, py * _SCALE) for px, py in oval(x, y, rx, ry)], fill=dark)
        self._image.paste((48, 34, 28), (0, 0), mask.filter(ImageFilter.GaussianBlur(9 * _SCALE)))

    def fill(
        self, points: Sequence[Point], light: Colour, dark: Colour | None = None, shine: float = 0.0
    ) -> None:
        """A shape from *light* to *dark*, away from the light; *shine* (0 to 1) is how it gleams."""
        big = [(x * _SCALE, y * _SCALE) for x, y in points]
        left, top = (int(min(each)) for each in zip(*big, strict=True))
        right, bottom = (math.ceil(max(each)) + 1 for each in zip(*big, strict=True))
        width, height = max(1, right - left), max(1, bottom - top)
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in big], fill=255)
        body = Image.new("RGB", (width, height), light)
        if dark is not None:
            glow = Image.radial_gradient("L").resize((round(width * 2.1), round(height * 2.1)))
            x, y = round(width * 0.72), round(height * 0.78)  # so its middle is left above that of the shape
            away = glow.crop((x, y, x + width, y + height))
            body.paste(dark, (0, 0), away.point(lambda v: min(255, round(v * 1.7))))
        if shine:
            gleam = Image.new("L", (width, height))
            spot = (width * 0.2, height * 0.14, width * 0.48, height * 0.4)
            ImageDraw.Draw(gleam).ellipse(spot, fill=round(210 * shine))
            gleam = gleam.filter(ImageFilter.GaussianBlur(max(2.0, min(width, height) * 0.07)))
            body.paste((255, 255, 255), (0, 0), gleam)
        self._image.paste(body, (left, top), mask)

    def blob(
        self, points: Sequence[Point], light: Colour, dark: Colour | None = None, shine: float = 0.0
    ) -> None:
        """`fill` of the smooth curve through *points*."""
        self.fill(smooth(points), light, dark, shine)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 3) -> None:
        """A line through *points* with round ends."""
        draw, thick = ImageDraw.Draw(self._image), round(width * _SCALE)
        big = [(x * _SCALE, y * _SCALE) for x, y in points]
        draw.line(big, fill=colour, width=thick, joint="curve")
        for x, y in (big[0], big[-1]):
            half = thick / 2 - 0.5
            draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def words(self, x: float, y: float, text: str, size: float, colour: Colour) -> None:
        """*text* with its middle at (*x*, *y*)."""
        font = ImageFont.load_default(size * _SCALE)
        ImageDraw.Draw(self._image).text((x * _SCALE, y * _SCALE), text, colour, font, anchor="mm")

    def band(self, points: Sequence[Point], stripes: Sequence[tuple[Sequence[Point], Colour]]) -> None:
        """*stripes* of colour on a shape, where it is."""
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=255)
        for outline, colour in stripes:
            own = Image.new("L", self._image.size)
            ImageDraw.Draw(own).polygon([(x * _SCALE, y * _SCALE) for x, y in outline], fill=255)
            self._image.paste(colour, (0, 0), ImageChops.multiply(mask, own))

    def jpeg(self) -> bytes:
        """The finished picture."""
        out = io.BytesIO()
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.save(out, "JPEG", quality=_QUALITY, optimize=True)
        return out.getvalue()
