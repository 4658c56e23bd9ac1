"""Vegetables."""

from __future__ import annotations

import math

from plugins.commerce.sample.draw.sheet import Colour, Sheet, mix, oval, placed

GREEN, DARK = (104, 176, 84), (34, 100, 52)


def tomato(sheet: Sheet) -> None:
    """Four, with their stars."""
    for x, y, size in ((196, 262, 0.86), (448, 264, 0.84), (258, 216, 0.8), (336, 268, 1.08)):
        sheet.shadow(x, y + 60 * size, 72 * size, 14 * size)
        outline = [
            (-76, -4),
            (-58, -50),
            (-16, -60),
            (2, -54),
            (22, -60),
            (62, -48),
            (78, 0),
            (56, 46),
            (0, 60),
            (-56, 44),
        ]
        sheet.blob(placed(outline, x, y, size), (246, 88, 62), (180, 26, 32), 0.8)
        for turn in range(0, 360, 72):
            angle = math.radians(turn + x)
            tip = (x + 34 * size * math.cos(angle), y - 50 * size + 14 * size * math.sin(angle))
            sheet.line([(x + 2 * size, y - 52 * size), tip], DARK, 7 * size)
        sheet.line([(x + 2 * size, y - 52 * size), (x + 8 * size, y - 74 * size)], (72, 132, 62), 6 * size)


def sukuma(sheet: Sheet) -> None:
    """A bunch of kale, tied."""
    sheet.shadow(320, 346, 130, 16)
    for x, top, lean, light in (
        (230, 120, -70, 0.0), (410, 120, 70, 0.1), (268, 82, -40, 0.25), (372, 84, 40, 0.3),
        (320, 66, 0, 0.5),
    ):  # fmt: skip
        stem = [(320 + lean * 0.08, 340), (320 + lean * 0.3, 250), (x, top + 50)]
        frill = []
        for step in range(28):
            angle = 2 * math.pi * step / 28
            ruff = 1.0 + (0.1 if step % 2 else -0.08)
            frill.append((x + 66 * ruff * math.cos(angle), top + 66 + 84 * ruff * math.sin(angle)))
        leaf = mix((60, 132, 70), (104, 176, 92), light)
        sheet.line(stem, (176, 204, 130), 10)
        sheet.blob(frill, leaf, mix(leaf, DARK, 0.65))
        sheet.line([(x, top), (x, top + 130)], (176, 208, 140), 4)
        for side in (-1, 1):
            for step in range(3):
                y = top + 42 + step * 28
                sheet.line([(x, y + 16), (x + side * 38, y - 6)], (140, 186, 112), 2.2)
    sheet.fill([(278, 262), (362, 262), (356, 286), (284, 286)], (196, 150, 88), (150, 106, 58))


def onion(sheet: Sheet) -> None:
    """Three red ones."""
    for x, y, size in ((208, 258, 0.9), (436, 260, 0.86), (322, 262, 1.05)):
        sheet.shadow(x, y + 62 * size, 76 * size, 15 * size)
        outline = [
            (0, -92),
            (10, -70),
            (48, -48),
            (76, -4),
            (60, 42),
            (14, 60),
            (-14, 60),
            (-60, 42),
            (-76, -4),
            (-48, -48),
            (-10, -70),
        ]
        body = placed(outline, x, y, size)
        sheet.blob(body, (196, 84, 132), (112, 28, 74), 0.7)
        for bend in (-46, -20, 20, 46):
            curve = [
                (x + bend * size * math.sin(step * math.pi / 10), y + (-66 + step * 12.2) * size)
                for step in range(11)
            ]
            sheet.line(curve, (146, 48, 98), 1.6)
        for root in (-10, -3, 4, 11):
            sheet.line(
                [(x + root * 0.4 * size, y + 58 * size), (x + root * size, y + 72 * size)], (216, 190, 160), 2
            )


def potato(sheet: Sheet) -> None:
    """A heap."""
    sheet.shadow(320, 330, 190, 20)
    outline = [(-66, -6), (-44, -40), (6, -48), (52, -34), (70, 4), (50, 38), (2, 46), (-48, 34)]
    places = (
        (232, 238, 0.9, 10),
        (398, 236, 0.92, -14),
        (316, 200, 0.9, 4),
        (190, 292, 0.94, -8),
        (450, 290, 0.9, 12),
        (320, 288, 1.1, -4),
    )
    for x, y, size, turn in places:
        sheet.blob(placed(outline, x, y, size, turn), (226, 186, 124), (158, 112, 62), 0.3)
        for px, py in ((-30, -12), (14, -26), (34, 8), (-6, 18)):
            sheet.fill(oval(x + px * size, y + py * size, 4, 2.6, px), (150, 106, 60))


def coriander(sheet: Sheet) -> None:
    """A bunch, in a glass of water."""
    sheet.shadow(320, 352, 84, 14)
    for step, lean in enumerate((-104, -72, -40, -12, 18, 48, 78, 108)):
        top = 92 + abs(lean) * 0.42
        sheet.line([(320 + lean * 0.16, 330), (320 + lean * 0.42, 220), (320 + lean, top)], (112, 168, 82), 4)
        colour = mix((92, 170, 78), (44, 122, 60), (step % 3) / 3)
        for px, py, size in ((0, -18, 26), (-24, 2, 22), (24, 2, 22), (-10, 22, 18), (14, 24, 18)):
            leaf = [
                (320 + lean + px + size * (1.0 if each % 2 else 0.7) * math.cos(each * math.pi / 5),
                 top + py + size * (1.0 if each % 2 else 0.7) * math.sin(each * math.pi / 5))
                for each in range(10)
            ]  # fmt: skip
            sheet.blob(leaf, mix(colour, (150, 206, 110), 0.25), mix(colour, DARK, 0.4))
    glass: Colour = (214, 232, 238)
    sheet.fill(
        [(268, 232), (372, 232), (360, 350), (280, 350)], mix(glass, (255, 255, 255), 0.4), (166, 196, 210)
    )
    sheet.fill([(272, 262), (368, 262), (358, 346), (282, 346)], (190, 222, 236), (140, 188, 212))
    for lean in (-28, -8, 12, 30):
        sheet.line([(320 + lean, 240), (320 + lean * 0.5, 338)], (132, 180, 112), 3.4)
    sheet.line([(284, 244), (291, 336)], (244, 250, 252), 5)


def cabbage(sheet: Sheet) -> None:
    """A head."""
    sheet.shadow(320, 344, 150, 20)
    sheet.blob(
        [(172, 240), (196, 150), (270, 122), (330, 260), (250, 336), (196, 312)],
        (140, 196, 112),
        (70, 138, 72),
    )
    sheet.blob(
        [(468, 240), (444, 150), (370, 122), (310, 260), (390, 336), (444, 312)],
        (132, 190, 106),
        (66, 132, 70),
    )
    sheet.fill(oval(320, 226, 122, 116), (206, 230, 166), (118, 174, 96), 0.4)
    vein = (226, 240, 198)
    sheet.line([(318, 340), (312, 250), (322, 128)], vein, 6)
    for side in (-1, 1):
        for y, reach, rise in ((296, 84, 44), (250, 96, 58), (202, 78, 50)):
            sheet.line(
                [(316, y), (316 + side * reach * 0.5, y - rise * 0.4), (316 + side * reach, y - rise)],
                vein,
                3.4,
            )
    sheet.blob(
        [(212, 284), (250, 250), (300, 318), (330, 342), (270, 346), (226, 326)],
        (176, 214, 136),
        (98, 160, 84),
    )
    sheet.blob(
        [(430, 284), (390, 250), (342, 318), (318, 344), (372, 346), (416, 326)],
        (168, 208, 130),
        (92, 154, 80),
    )
