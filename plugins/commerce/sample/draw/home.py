"""Things for the house."""

from __future__ import annotations

import math

from plugins.commerce.sample.draw.sheet import Colour, Sheet, box, mix, oval

WHITE: Colour = (252, 250, 246)


def kiondo(sheet: Sheet) -> None:
    """A woven basket, with its handles."""
    sheet.shadow(320, 350, 150, 18)
    for reach, colour in ((104, (120, 74, 44)), (88, (150, 96, 58))):
        handle = [
            (320 + reach * math.cos(math.radians(a)), 172 - 118 * math.sin(math.radians(a)) * reach / 104)
            for a in range(0, 181, 9)
        ]
        sheet.line(handle, colour, 9)
    body = [(166, 166), (474, 166), (488, 220), (470, 296), (430, 346), (210, 346), (170, 296), (152, 220)]
    sheet.fill(body, (232, 196, 140), (176, 126, 74))
    colours: tuple[Colour, ...] = (
        (172, 54, 48),
        (232, 198, 142),
        (60, 96, 92),
        (232, 198, 142),
        (206, 136, 46),
    )
    stripes = []
    for step in range(9):
        y = 176 + step * 19
        stripes.append(([(140, y), (500, y), (500, y + 13), (140, y + 13)], colours[step % 5]))
    sheet.band(body, stripes)
    for column in range(26):
        x = 148 + column * 13.4
        sheet.band(
            body,
            [
                (
                    [(x, 160), (x + 2, 160), (x + 2 + (320 - x) * 0.1, 350), (x + (320 - x) * 0.1, 350)],
                    (142, 96, 60),
                )
            ],
        )
    sheet.fill(oval(320, 166, 155, 20), (206, 164, 108))
    sheet.fill(oval(320, 167, 142, 14), (104, 68, 42), (64, 40, 26))


def mug(sheet: Sheet) -> None:
    """Enamel mugs, a white one and a blue one."""
    for x, y, light, dark, rim in (
        (412, 176, (96, 146, 204), (40, 82, 142), WHITE), (246, 206, WHITE, (206, 206, 212), (46, 84, 150)),
    ):  # fmt: skip
        sheet.shadow(x, y + 136, 92, 14)
        handle = [
            (x + 78 + 50 * math.sin(math.radians(a)), y + 62 - 44 * math.cos(math.radians(a)))
            for a in range(0, 181, 12)
        ]
        sheet.line(handle, mix(light, dark, 0.5), 13)
        sheet.fill(
            [
                (x - 86, y),
                (x + 86, y),
                (x + 82, y + 122),
                (x + 68, y + 138),
                (x - 68, y + 138),
                (x - 82, y + 122),
            ],
            light,
            dark,
            0.35,
        )
        sheet.fill(oval(x, y, 88, 20), rim)
        sheet.fill(oval(x, y, 80, 15), mix(WHITE, dark, 0.25), mix(WHITE, dark, 0.6))
        sheet.line([(x - 68, y + 136), (x + 68, y + 136)], mix(rim, dark, 0.2), 5)


def jiko(sheet: Sheet) -> None:
    """A charcoal stove, glowing."""
    sheet.shadow(320, 350, 136, 18)
    for side in (-1, 1):
        sheet.line([(320 + side * 84, 318), (320 + side * 100, 350)], (72, 76, 84), 13)
        sheet.line(
            [
                (320 + side * 116, 216),
                (320 + side * 158, 204),
                (320 + side * 158, 236),
                (320 + side * 110, 246),
            ],
            (104, 108, 116),
            8,
        )
    sheet.fill(
        [(186, 168), (454, 168), (420, 248), (452, 334), (188, 334), (220, 248)],
        (150, 158, 170),
        (82, 88, 100),
        0.25,
    )
    sheet.fill([(214, 238), (426, 238), (428, 256), (212, 256)], (112, 118, 130))
    sheet.fill(box(320, 298, 104, 42, 6), (52, 44, 44))
    sheet.fill(box(320, 304, 84, 26, 5), (250, 140, 50), (196, 60, 30))
    sheet.fill(oval(320, 168, 136, 30), (196, 128, 90), (140, 82, 58))
    sheet.fill(oval(320, 170, 110, 22), (70, 36, 30))
    for x, y, turn in (
        (262, 168, 10),
        (300, 160, -20),
        (344, 160, 16),
        (382, 170, -8),
        (284, 180, -14),
        (326, 182, 8),
        (364, 182, 20),
    ):
        sheet.fill(oval(x, y, 23, 12, turn), (255, 156, 60), (150, 40, 26), 0.3)
    for x, tall in ((278, 52), (320, 74), (360, 56)):
        flame = [
            (x - 15, 162),
            (x - 11, 162 - tall * 0.5),
            (x + 3, 162 - tall),
            (x + 14, 162 - tall * 0.4),
            (x + 12, 162),
        ]
        sheet.blob(flame, (255, 214, 92), (246, 120, 40))


def soap(sheet: Sheet) -> None:
    """A bar on its dish, with bubbles."""
    sheet.shadow(320, 342, 176, 16)
    sheet.fill([(146, 292), (494, 292), (450, 340), (190, 340)], (244, 246, 248), (190, 202, 214))
    sheet.fill(oval(320, 292, 174, 22), (250, 252, 252), (222, 228, 236))
    sheet.fill(box(320, 264, 248, 66, 26), (122, 186, 150), (64, 134, 100))
    sheet.fill(box(320, 242, 248, 66, 26), (176, 224, 194), (112, 180, 146), 0.4)
    sheet.words(320, 242, "SABUNI", 36, (74, 146, 110))
    for x, y, size in (
        (454, 216, 19),
        (484, 178, 13),
        (440, 168, 9),
        (176, 206, 15),
        (206, 176, 9),
        (500, 232, 8),
    ):
        sheet.fill(oval(x, y, size, size), (236, 246, 252), (186, 214, 232), 0.9)
