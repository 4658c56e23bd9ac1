"""Things to wear."""

from __future__ import annotations

import math

from plugins.commerce.sample.draw.sheet import Colour, Sheet, mix, oval, placed, smooth

WHITE: Colour = (252, 250, 246)


def _shirt(sheet: Sheet, x: float, y: float, size: float, light: Colour, dark: Colour) -> None:
    outline = [
        (-46, -112), (-78, -98), (-150, -30), (-112, 14), (-82, -14), (-84, 124), (84, 124), (82, -14),
        (112, 14), (150, -30), (78, -98), (46, -112), (26, -92), (0, -86), (-26, -92),
    ]  # fmt: skip
    sheet.fill(placed(outline, x, y, size), light, dark)
    neck = placed([(-46, -112), (-26, -92), (0, -86), (26, -92), (46, -112)], x, y, size)
    sheet.line(neck, mix(dark, light, 0.3), 7 * size)
    for side in (-1, 1):
        sheet.line(
            [(x + 82 * side * size, y - 14 * size), (x + 70 * side * size, y - 66 * size)],
            mix(dark, light, 0.35),
            2.4,
        )
        sheet.line(
            [(x + 38 * side * size, y + 116 * size), (x + 46 * side * size, y + 30 * size)],
            mix(dark, light, 0.5),
            1.8,
        )
    sheet.line([(x - 84 * size, y + 114 * size), (x + 84 * size, y + 114 * size)], mix(dark, light, 0.3), 1.6)


def shirt(sheet: Sheet) -> None:
    """T-shirts, a blue one behind a red one."""
    _shirt(sheet, 438, 196, 0.98, (96, 150, 220), (38, 84, 160))
    _shirt(sheet, 250, 214, 1.14, (236, 92, 80), (168, 36, 44))
    for turn in range(0, 360, 45):
        angle = math.radians(turn)
        sheet.fill(oval(250 + 24 * math.cos(angle), 218 + 24 * math.sin(angle), 14, 6, turn), (255, 220, 130))
    sheet.fill(oval(250, 218, 15, 15), (255, 244, 214))


def kanga(sheet: Sheet) -> None:
    """A cloth with a border, folded over a rail."""
    sheet.line([(96, 84), (544, 84)], (140, 96, 60), 13)
    for left, light, dark, dot in (
        (126, (232, 78, 66), (166, 32, 40), (255, 214, 92)),
        (340, (252, 202, 66), (214, 144, 28), (34, 104, 120)),
    ):  # fmt: skip
        right, low = left + 176, 336
        cloth = [(left, 80), (right, 80), (right + 3, low), (left - 3, low)]
        sheet.fill(cloth, light, dark)
        for fold in (0.22, 0.5, 0.78):
            x = left + 176 * fold
            sheet.line([(x, 92), (x + 4, 330)], mix(dark, light, 0.45), 2)
        sheet.band(cloth, [([(left, 292), (right, 292), (right, 318), (left, 318)], dot)])
        sheet.band(
            cloth, [([(left, 298), (right, 298), (right, 312), (left, 312)], mix(dark, (20, 20, 30), 0.4))]
        )
        for row in range(3):
            for column in range(3):
                x, y = left + 34 + column * 54, 130 + row * 56
                for turn in range(0, 360, 60):
                    angle = math.radians(turn)
                    sheet.fill(oval(x + 13 * math.cos(angle), y + 13 * math.sin(angle), 10, 4.5, turn), dot)
                sheet.fill(oval(x, y, 6, 6), WHITE)


def shoes(sheet: Sheet) -> None:
    """A pair, of canvas."""
    for x, y in ((378, 232), (262, 272)):
        sheet.shadow(x, y + 66, 160, 15)
        upper = [(-132, 44), (-134, -26), (-96, -54), (-50, -36), (0, -4), (64, 8), (122, 24), (140, 50)]
        sheet.blob(placed(upper, x, y), (250, 250, 246), (202, 206, 214))
        toe = [(86, 14), (124, 22), (144, 44), (140, 60), (92, 58)]
        sheet.blob(placed(toe, x, y), (236, 238, 242), (196, 200, 210))
        sole = smooth([(-138, 42), (0, 46), (148, 44), (150, 62), (120, 68), (-128, 68), (-140, 60)])
        sheet.fill(placed(sole, x, y), WHITE, (214, 214, 214))
        sheet.line([(x - 134, y + 56), (x + 144, y + 56)], (66, 142, 120), 4)
        sheet.blob(
            placed([(-134, -20), (-112, -40), (-92, -30), (-112, 6)], x, y),
            (78, 158, 134),
            (44, 110, 92),
        )
        for step in range(4):
            px, py = -40 + step * 26, -28 + step * 10
            sheet.line([(x + px - 6, y + py + 12), (x + px + 20, y + py - 2)], (96, 150, 136), 5)
            sheet.fill(oval(x + px - 7, y + py + 13, 3, 3), (130, 130, 138))


def hat(sheet: Sheet) -> None:
    """A hat of straw, with a ribbon."""
    sheet.shadow(320, 322, 226, 20)
    sheet.fill(oval(320, 286, 226, 46), (244, 214, 150), (202, 158, 92))
    sheet.fill(oval(320, 276, 150, 30), (206, 164, 100))
    crown = smooth(
        [(-126, 62), (-118, -30), (-82, -104), (0, -122), (82, -104), (118, -30), (126, 62), (0, 82)]
    )
    outline = placed(crown, 320, 210)
    sheet.fill(outline, (250, 224, 164), (208, 164, 96), 0.35)
    weave = []
    for step in range(14):
        y = 92 + step * 14
        weave.append(([(190, y), (450, y), (450, y + 2), (190, y + 2)], (222, 184, 118)))
    sheet.band(outline, weave)
    ribbon = [(190 + step * 13, 228 + 20 * math.sin(step * math.pi / 20)) for step in range(21)]
    ribbon += [(x, y + 36) for x, y in reversed(ribbon)]
    sheet.band(outline, [(ribbon, (196, 62, 66))])
