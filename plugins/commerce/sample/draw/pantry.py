"""Things that keep: bags, bottles and bowls."""

from __future__ import annotations

import math

from plugins.commerce.sample.draw.sheet import Colour, Sheet, box, mix, oval, placed

WHITE: Colour = (252, 250, 244)


def _bag(sheet: Sheet, x: float, y: float, size: float, light: Colour, dark: Colour) -> None:
    """A paper bag, folded at its top; its middle is at (*x*, *y*)."""
    sheet.shadow(x, y + 122 * size, 96 * size, 15 * size)
    outline = [(-78, -104), (78, -104), (86, -60), (84, 60), (90, 122), (-90, 122), (-84, 60), (-86, -60)]
    sheet.fill(placed(outline, x, y, size), light, dark)
    fold = [(-78, -128), (78, -128), (78, -98), (-78, -98)]
    sheet.fill(placed(fold, x, y, size), mix(light, dark, 0.25), mix(light, dark, 0.6))
    for px in (-62, 62):
        sheet.line(
            [(x + px * size, y - 90 * size), (x + px * 1.12 * size, y + 112 * size)],
            mix(light, dark, 0.35),
            1.6,
        )


def _bowl(sheet: Sheet, x: float, y: float, light: Colour, dark: Colour) -> None:
    """A bowl; its rim's middle is at (*x*, *y*)."""
    sheet.shadow(x, y + 112, 110, 16)
    half = [(px, py) for px, py in oval(x, y, 146, 116) if py >= y]
    half = sorted(half, key=lambda p: math.atan2(p[1] - y, p[0] - x))
    sheet.fill(half, light, dark, 0.2)
    sheet.fill(box(x, y + 112, 96, 14, 6), mix(light, dark, 0.5), dark)
    sheet.fill(oval(x, y, 146, 26), mix(light, WHITE, 0.25))
    sheet.fill(oval(x, y, 136, 21), mix(dark, (30, 20, 20), 0.3))


def flour(sheet: Sheet) -> None:
    """Two kilos of maize flour."""
    _bag(sheet, 320, 214, 1.06, (250, 244, 228), (206, 186, 150))
    sheet.fill(box(320, 206, 150, 96, 14), (214, 60, 48), (176, 38, 36))
    sheet.words(320, 192, "UNGA", 42, WHITE)
    sheet.words(320, 232, "maize flour · 2 kg", 14, (255, 232, 190))
    sheet.blob([(304, 300), (320, 262), (336, 300), (332, 330), (308, 330)], (250, 204, 70), (222, 150, 34))
    for row in range(5):
        for side in (-8, 0, 8):
            sheet.fill(oval(320 + side, 282 + row * 9, 4, 4), (255, 226, 120), (228, 166, 44))
    sheet.blob([(300, 334), (294, 290), (312, 312), (320, 336)], (132, 186, 92), (74, 136, 60))
    sheet.blob([(340, 334), (346, 290), (328, 312), (320, 336)], (124, 178, 88), (70, 130, 58))


def rice(sheet: Sheet) -> None:
    """A small bag and a large one."""
    for x, y, size, weight in ((408, 212, 1.06, "5 kg"), (218, 246, 0.74, "1 kg")):
        _bag(sheet, x, y, size, (238, 246, 240), (168, 200, 184))
        sheet.fill(box(x, y + 6 * size, 150 * size, 110 * size, 14), (46, 126, 98), (26, 88, 70))
        sheet.words(x, y - 16 * size, "PISHORI", 29 * size, WHITE)
        sheet.words(x, y + 16 * size, "rice", 20 * size, (206, 236, 214))
        sheet.words(x, y + 42 * size, weight, 17 * size, (206, 236, 214))


def beans(sheet: Sheet) -> None:
    """A bowl of red beans."""
    _bowl(sheet, 320, 226, (240, 226, 202), (186, 150, 108))
    for step in range(74):
        far = math.sqrt(step / 74)
        angle = step * 2.39996
        x, y = 320 + 120 * far * math.cos(angle), 212 + 24 * far * math.sin(angle) - 26 * (1 - far)
        tone = mix((190, 66, 62), (128, 30, 40), (step % 5) / 6)
        sheet.fill(oval(x, y, 15, 9.5, step * 47 % 180), tone, mix(tone, (60, 10, 20), 0.6), 0.5)


def sugar(sheet: Sheet) -> None:
    """A kilo of brown sugar, with a spoon of it."""
    _bag(sheet, 270, 212, 1.0, (250, 232, 204), (206, 160, 104))
    sheet.fill(box(270, 214, 140, 92, 46), (150, 90, 44), (112, 62, 30))
    sheet.words(270, 202, "SUKARI", 31, WHITE)
    sheet.words(270, 234, "sugar · 1 kg", 15, (250, 226, 190))
    sheet.shadow(462, 330, 96, 12)
    heap = [(396, 322), (420, 296), (462, 280), (504, 298), (528, 322)]
    sheet.fill([*heap, (462, 336)], (222, 176, 116), (176, 122, 66))
    for step in range(60):
        x = 404 + (step * 37) % 118
        y = 322 - (1 - abs(x - 462) / 66) * ((step * 53) % 38)
        sheet.fill(oval(x, y, 1.8, 1.8), (246, 214, 160) if step % 2 else (160, 106, 56))


def oil(sheet: Sheet) -> None:
    """A large bottle of sunflower oil and a small one."""
    for x, base, size, litres in ((262, 340, 1.0, "3 l"), (412, 340, 0.72, "1 l")):
        sheet.shadow(x, base, 72 * size, 14 * size)
        outline = [
            (-20, -276), (20, -276), (22, -232), (58, -190), (66, -150), (66, -14), (56, 0), (-56, 0),
            (-66, -14), (-66, -150), (-58, -190), (-22, -232),
        ]  # fmt: skip
        sheet.fill(placed(outline, x, base, size), (255, 224, 110), (222, 158, 30), 0.5)
        sheet.fill(box(x, base - 276 * size, 50 * size, 30 * size, 6), (66, 142, 80), (36, 100, 56))
        sheet.fill(box(x, base - 92 * size, 126 * size, 104 * size, 8), WHITE, (232, 226, 210))
        for turn in range(0, 360, 30):
            angle = math.radians(turn)
            px, py = x + 22 * size * math.cos(angle), base - 112 * size + 22 * size * math.sin(angle)
            sheet.fill(oval(px, py, 14 * size, 6 * size, turn), (250, 190, 40), (236, 152, 20))
        sheet.fill(oval(x, base - 112 * size, 14 * size, 14 * size), (120, 76, 40), (72, 44, 26))
        sheet.words(x, base - 62 * size, f"ALIZETI {litres}", 17 * size, (60, 110, 60))


def milk(sheet: Sheet) -> None:
    """A carton, and a glass."""
    sheet.shadow(264, 344, 88, 14)
    sheet.fill([(194, 130), (334, 130), (334, 344), (194, 344)], WHITE, (206, 218, 232))
    sheet.fill([(194, 130), (334, 130), (312, 84), (216, 84)], (232, 240, 248), (180, 200, 222))
    sheet.fill(box(264, 74, 104, 22, 4), (226, 236, 246), (180, 198, 220))
    sheet.fill(
        [(194, 222), (230, 200), (300, 236), (334, 208), (334, 344), (194, 344)],
        (74, 146, 214),
        (40, 98, 168),
    )
    sheet.words(264, 170, "MAZIWA", 30, (40, 98, 168))
    sheet.words(264, 290, "fresh milk · 1 l", 15, WHITE)
    sheet.shadow(428, 346, 54, 12)
    sheet.fill([(380, 210), (476, 210), (464, 346), (392, 346)], (232, 242, 248), (190, 208, 222))
    sheet.fill([(384, 236), (472, 236), (462, 340), (394, 340)], (255, 255, 252), (226, 228, 224))
    sheet.fill(oval(428, 236, 44, 8), (244, 244, 238))
    sheet.line([(396, 222), (404, 330)], (255, 255, 255), 5)


def _cup(sheet: Sheet, x: float, y: float, drink: Colour, light: Colour, dark: Colour) -> None:
    sheet.shadow(x, y + 84, 84, 13)
    sheet.line(
        [(x + 62, y + 14), (x + 96, y + 20), (x + 92, y + 50), (x + 52, y + 60)], mix(light, dark, 0.4), 11
    )
    sheet.fill(
        [(x - 72, y), (x + 72, y), (x + 58, y + 66), (x + 36, y + 84), (x - 36, y + 84), (x - 58, y + 66)],
        light,
        dark,
        0.3,
    )
    sheet.fill(oval(x, y, 72, 17), mix(light, WHITE, 0.4))
    sheet.fill(oval(x, y + 2, 63, 13), drink, mix(drink, (40, 16, 10), 0.5))
    for lean in (-20, 8):
        steam = [(x + lean + 8 * math.sin(step * 0.9), y - 14 - step * 9) for step in range(7)]
        sheet.line(steam, (238, 228, 214), 4)


def tea(sheet: Sheet) -> None:
    """A packet, and a cup."""
    sheet.shadow(244, 344, 92, 14)
    sheet.fill([(166, 114), (322, 114), (326, 344), (162, 344)], (60, 140, 84), (24, 88, 54))
    sheet.fill(box(244, 106, 160, 22, 4), (44, 112, 70), (22, 76, 48))
    sheet.fill(oval(244, 214, 60, 60), (250, 236, 200), (230, 204, 150))
    for turn in (-40, 0, 40):
        angle = math.radians(turn - 90)
        sheet.fill(
            oval(244 + 20 * math.cos(angle), 222 + 22 * math.sin(angle), 26, 10, turn - 90),
            (92, 162, 84),
            (38, 110, 60),
        )
    sheet.words(244, 298, "CHAI", 36, (250, 236, 200))
    sheet.words(244, 328, "Kericho · 250 g", 15, (214, 232, 206))
    _cup(sheet, 438, 258, (190, 112, 60), (250, 246, 240), (206, 196, 190))


def coffee(sheet: Sheet) -> None:
    """A packet, and some beans."""
    _bag(sheet, 276, 212, 1.0, (122, 76, 52), (66, 36, 26))
    sheet.fill(box(276, 218, 140, 104, 10), (240, 222, 190), (214, 186, 144))
    sheet.words(276, 198, "KAHAWA", 27, (92, 50, 30))
    sheet.words(276, 226, "Nyeri AA", 18, (130, 80, 50))
    sheet.words(276, 250, "250 g", 16, (130, 80, 50))
    sheet.shadow(452, 332, 92, 12)
    for x, y, turn in (
        (412, 316, 20),
        (452, 322, -30),
        (494, 316, 40),
        (430, 292, -12),
        (474, 294, 24),
        (452, 270, 0),
        (526, 326, -20),
        (388, 328, 60),
    ):
        sheet.fill(oval(x, y, 25, 16, turn), (134, 82, 52), (70, 38, 24), 0.5)
        angle = math.radians(turn)
        ends = (20 * math.cos(angle), 20 * math.sin(angle))
        sheet.line(
            [(x - ends[0], y - ends[1]), (x + 3, y - 2), (x + ends[0], y + ends[1])], (54, 28, 18), 2.6
        )


def honey(sheet: Sheet) -> None:
    """A jar, with its stick."""
    sheet.shadow(300, 346, 112, 16)
    sheet.fill(box(300, 236, 196, 216, 34), (255, 200, 66), (206, 122, 16), 0.5)
    sheet.fill(box(300, 122, 176, 40, 10), (240, 226, 198), (196, 166, 118))
    sheet.fill(box(300, 248, 150, 100, 12), WHITE, (238, 226, 200))
    sheet.words(300, 232, "ASALI", 36, (176, 96, 14))
    sheet.words(300, 268, "Baringo honey · 500 g", 13, (150, 96, 40))
    sheet.shadow(484, 338, 84, 10)
    sheet.line([(430, 326), (566, 216)], (182, 122, 66), 10)
    sheet.blob(
        [(404, 334), (430, 316), (458, 328), (470, 344), (436, 352), (408, 348)],
        (255, 194, 60),
        (216, 136, 24),
        0.5,
    )
    for step in range(5):
        x, y = 434 + step * 10.5, 324 - step * 8.5
        wide = 26 - abs(step - 2) * 4
        sheet.fill(oval(x, y, 6.5, wide, -39), (214, 154, 92), (150, 96, 48))
