"""Fruit."""

from __future__ import annotations

import math

from plugins.commerce.sample.draw.sheet import Colour, Point, Sheet, mix, oval, placed

LEAF, LEAF_DARK = (92, 164, 84), (38, 104, 58)
STALK: Colour = (110, 78, 46)


def _leaf(sheet: Sheet, x: float, y: float, length: float, turn: float) -> None:
    angle = math.radians(turn)

    def at(along: float, across: float) -> Point:
        return (
            x + length * (along * math.cos(angle) - across * math.sin(angle)),
            y + length * (along * math.sin(angle) + across * math.cos(angle)),
        )

    sheet.blob(
        [at(0, 0), at(0.35, -0.2), at(0.75, -0.14), at(1, 0), at(0.7, 0.14), at(0.3, 0.16)], LEAF, LEAF_DARK
    )
    sheet.line([at(0.05, 0), at(0.9, 0)], mix(LEAF_DARK, LEAF, 0.3), 1.5)


def mango(sheet: Sheet) -> None:
    """Three, red on the sunny side."""
    outline = [
        (-106, 22), (-96, -34), (-52, -74), (8, -80), (66, -56), (104, -10), (116, 30), (98, 44), (60, 50),
        (10, 66), (-46, 68), (-88, 54),
    ]  # fmt: skip
    for x, y, size, ripe in ((176, 248, 0.84, 0.1), (470, 250, 0.8, 0.5), (318, 256, 1.06, 0.25)):
        sheet.shadow(x, y + 66 * size, 108 * size, 17 * size)
        light, dark = mix((255, 204, 74), (196, 196, 84), ripe), mix((222, 72, 48), (206, 120, 40), ripe)
        sheet.blob(placed(outline, x, y, size), light, dark, 0.6)
        sheet.line([(x - 46 * size, y - 70 * size), (x - 52 * size, y - 92 * size)], STALK, 6 * size)
        _leaf(sheet, x - 52 * size, y - 86 * size, 84 * size, -14)


def _crescent(x: float, y: float, far: float, thick: float, begin: float, end: float) -> list[Point]:
    """Part of a ring about (*x*, *y*), thick in its middle, from one angle to another (degrees)."""
    outer, inner = list[Point](), list[Point]()
    for step in range(25):
        angle = math.radians(begin + (end - begin) * step / 24)
        half = thick * (0.24 + 0.76 * math.sin(math.pi * min(1, 0.06 + step / 25)) ** 0.7) / 2
        outer.append((x + (far + half) * math.cos(angle), y + (far + half) * math.sin(angle)))
        inner.append((x + (far - half) * math.cos(angle), y + (far - half) * math.sin(angle)))
    return outer + inner[::-1]


def banana(sheet: Sheet) -> None:
    """A bunch."""
    sheet.shadow(330, 332, 190, 20)
    for x, y, far, dark in (
        (392, 96, 176, 0.22),
        (374, 112, 178, 0.12),
        (352, 124, 176, 0.05),
        (326, 132, 172, 0.0),
    ):
        body = _crescent(x, y, far, 62, 196 - dark * 40, 32)
        sheet.fill(body, mix((255, 224, 84), (206, 156, 30), dark), (226, 170, 34), 0.0)
        ridge = _crescent(x, y, far - 6, 7, 176 - dark * 40, 44)
        sheet.fill(ridge, mix((255, 236, 140), (222, 172, 44), dark))
        tip = math.radians(31)
        sheet.fill(oval(x + far * math.cos(tip), y + far * math.sin(tip), 8, 8), (88, 66, 34))
    sheet.blob(
        [(148, 62), (180, 52), (238, 66), (246, 96), (206, 112), (156, 104)], (164, 142, 56), (98, 84, 36)
    )


def pineapple(sheet: Sheet) -> None:
    """One, with its crown."""
    sheet.shadow(320, 346, 120, 18)
    for turn in (-74, 74, -52, 52, -62, 62, -32, 32, -42, 42, -16, 16, 0):
        _leaf(sheet, 320 + turn * 0.3, 150, 138 - abs(turn) * 0.75, -90 + turn * 0.8)
    body = oval(320, 242, 92, 106)
    sheet.fill(body, (248, 190, 66), (176, 104, 26), 0.35)
    lines = []
    for step in range(-8, 9):
        x = 320 + step * 30
        for lean in (-1, 1):
            lines.append(
                ([(x - 120 * lean, 130), (x - 116 * lean, 130), (x + 124 * lean, 350), (x + 120 * lean, 350)],
                 (168, 98, 26))
            )  # fmt: skip
    sheet.band(body, lines)


def passion(sheet: Sheet) -> None:
    """Two whole, one cut open."""
    for x, y, size in ((208, 262, 1.0), (424, 232, 0.9)):
        sheet.shadow(x, y + 68 * size, 76 * size, 15)
        sheet.fill(oval(x, y, 74 * size, 72 * size), (142, 78, 138), (70, 26, 78), 0.6)
        sheet.line([(x, y - 70 * size), (x + 4, y - 84 * size)], STALK, 5)
    sheet.shadow(344, 344, 84, 14)
    sheet.fill(oval(344, 282, 84, 72), (124, 62, 124), (68, 26, 74))
    sheet.fill(oval(344, 278, 72, 60), (244, 226, 214), (222, 190, 178))
    sheet.fill(oval(344, 278, 58, 47), (248, 184, 48), (224, 130, 24))
    for step in range(14):
        angle, far = step * 2.4, 12 + (step % 3) * 14
        seed = oval(
            344 + far * math.cos(angle) * 1.2, 278 + far * math.sin(angle), 6.5, 4.5, math.degrees(angle)
        )
        sheet.fill(seed, (52, 38, 34), (20, 14, 14), 0.8)


def pawpaw(sheet: Sheet) -> None:
    """One whole, one half with its seeds."""
    sheet.shadow(226, 326, 120, 18)
    outline = [
        (-4, -128),
        (42, -108),
        (72, -30),
        (84, 46),
        (48, 106),
        (-6, 118),
        (-62, 100),
        (-88, 40),
        (-70, -40),
        (-40, -108),
    ]
    whole = placed(outline, 222, 216, 0.94)
    sheet.blob(whole, (252, 192, 78), (132, 150, 52), 0.55)
    sheet.shadow(432, 330, 112, 16)
    sheet.blob(placed(outline, 428, 222, 0.98), (214, 170, 60), (140, 140, 50))
    sheet.blob(placed(outline, 428, 222, 0.89), (255, 150, 72), (240, 108, 46))
    sheet.blob([(428 + px * 0.42, 236 + py * 0.58) for px, py in outline], (222, 92, 38), (186, 66, 28))
    for step in range(16):
        y = 184 + step * 7.4
        x = 428 + 17 * math.sin(step * 2.1)
        sheet.fill(oval(x, y, 7, 6), (54, 46, 44), (18, 16, 16), 0.8)


def watermelon(sheet: Sheet) -> None:
    """A whole one, and a slice."""
    sheet.shadow(238, 336, 150, 20)
    body = oval(238, 216, 136, 122)
    sheet.fill(body, (128, 186, 100), (46, 108, 58), 0.35)
    stripes = []
    for x in (-96, -56, -14, 30, 74, 112):
        wave = [
            (238 + x * math.sin(step * math.pi / 40) + 4 * math.sin(step * 1.1), 94 + step * 6.1)
            for step in range(41)
        ]
        stripes.append(([*wave, *((px + 15, py) for px, py in reversed(wave))], (32, 88, 48)))
    sheet.band(body, stripes)
    sheet.shadow(452, 338, 120, 14)
    for radius, colour in ((124, (58, 124, 62)), (114, (226, 240, 208)), (104, (238, 74, 84))):
        half = [(x, y) for x, y in oval(452, 226, radius, radius) if y >= 226]
        sheet.fill(sorted(half, key=lambda p: math.atan2(p[1] - 226, p[0] - 452)), colour)
    for x, y in ((-66, 24), (-36, 52), (-6, 30), (0, 74), (34, 54), (64, 26), (-36, 18), (34, 20)):
        sheet.fill(oval(452 + x, 226 + y, 4.5, 7.5, -x * 0.4), (48, 30, 30))


def avocado(sheet: Sheet) -> None:
    """A whole one, and a half with its stone."""
    outline = [
        (2, -112),
        (40, -88),
        (58, -24),
        (76, 36),
        (46, 92),
        (0, 104),
        (-48, 90),
        (-76, 34),
        (-58, -26),
        (-36, -88),
    ]
    sheet.shadow(220, 328, 94, 16)
    sheet.blob(placed(outline, 220, 220), (106, 138, 66), (40, 66, 34), 0.5)
    sheet.line([(222, 110), (226, 94)], STALK, 7)
    sheet.shadow(420, 330, 94, 16)
    sheet.blob(placed(outline, 420, 222), (72, 100, 46), (40, 66, 34))
    sheet.blob(placed(outline, 420, 222, 0.915), (196, 214, 116), (160, 190, 84))
    sheet.blob(placed(outline, 420, 222, 0.79), (240, 238, 172), (222, 222, 136))
    sheet.fill(oval(420, 262, 41, 42), (164, 104, 62), (98, 56, 32), 0.6)
