"""Turns the names of the scenes of consulates.txt into their pictures."""

# ruff: noqa: E501  a picture is a table of numbers, and is read in rows

from __future__ import annotations

from canvas import Canvas, dimmed, grid
from PIL import ImageFilter


def skyline() -> Canvas:
    """Towers before an evening sky, the river in front."""
    c = Canvas(960, 600, 11, (62, 84, 140), (250, 178, 110))
    c.clouds(0.5, 0.55, (255, 196, 160))
    c.light(0.78, 0.52, 0.09, 0.95)
    for shade, offset in (((120, 104, 128), 0.0), ((66, 62, 88), 0.045)):
        tops = [0.42, 0.3, 0.47, 0.18, 0.36, 0.5, 0.24, 0.44, 0.33, 0.52, 0.39]
        towers = [
            (i * 0.095 - 0.04 + offset, top + offset, i * 0.095 + 0.03 + offset, 0.68)
            for i, top in enumerate(tops)
        ]
        c.boxes(towers, shade, (196, 140, 116))
        lit = [box for a, b, e, _ in towers for box in grid(a, b + 0.02, e, 0.66, 4, 11, 0.45)]
        c.boxes([box for box in lit if c.random.random() < 0.3], (255, 226, 150), grain=0.2)
    c.boxes([(0, 0.68, 1, 1)], (150, 118, 116), (44, 54, 84), grain=0.14)
    c.boxes([(0.7, y, 0.88, y + 0.006) for y in (0.7, 0.73, 0.77, 0.82, 0.88, 0.95)], (255, 214, 150))
    return c


def gate() -> Canvas:
    """An iron gate between stone pillars, a drive and lawn behind it."""
    c = Canvas(900, 640, 12, (150, 190, 226), (222, 232, 236))
    c.boxes([(0.2, 0.14, 0.84, 0.56)], (226, 214, 190), (184, 168, 142))
    c.boxes(grid(0.22, 0.17, 0.82, 0.52, 7, 3, 0.55), (70, 88, 108), (116, 132, 146))
    c.boxes([(0, 0.54, 1, 1)], (96, 142, 70), (58, 96, 42), grain=0.22)
    c.polygons([((0.44, 0.54), (0.56, 0.54), (0.82, 1), (0.18, 1))], (176, 168, 158), (128, 122, 116))
    c.discs([(0.08, 0.38, 0.13, 0.2), (0.95, 0.36, 0.12, 0.22)], (60, 100, 52), (30, 56, 30), 0.4, 0.3)
    c.boxes([(0.1, 0.26, 0.2, 0.97), (0.8, 0.26, 0.9, 0.97)], (202, 190, 172), (132, 120, 106), 0.5, 0.14)
    c.boxes([(0.085, 0.22, 0.215, 0.28), (0.785, 0.22, 0.915, 0.28)], (224, 214, 198), (170, 158, 140), 0.4)
    c.boxes(
        [(0.205 + i * 0.0285, 0.33, 0.2125 + i * 0.0285, 0.95) for i in range(21)],
        (26, 28, 32),
        (44, 46, 52),
        0.3,
    )
    c.boxes([(0.2, y, 0.8, y + 0.016) for y in (0.4, 0.64, 0.9)], (26, 28, 32), shadow=0.3)
    c.discs([(0.5, 0.55, 0.07, 0.1)], (206, 168, 70), (130, 92, 30), 0.5)
    return c


def crowd() -> Canvas:
    """People behind a rope with placards, heads as far as the trees."""
    c = Canvas(960, 640, 13, (214, 216, 214), (190, 196, 196))
    c.discs([(x, 0.2 + (i % 3) * 0.03, 0.12, 0.2) for i, x in enumerate((0.02, 0.2, 0.4, 0.62, 0.82, 1))],
            (86, 112, 78), (44, 64, 44), grain=0.35)  # fmt: skip
    coats = ((168, 60, 52), (58, 84, 132), (206, 196, 176), (92, 90, 98), (198, 152, 60))
    for row in range(7):
        size, y = 0.16 + row * 0.058, 0.44 + row * 0.105
        count = 22 - row * 2
        feet = [((i + 0.5 * (row % 2)) / (count - 1) + (c.random.random() - 0.5) * 0.02, y + (c.random.random() - 0.5) * 0.03)
                for i in range(count)]  # fmt: skip
        c.people(feet, size, coats, row)
    for x, y, colour in (
        (0.16, 0.2, (240, 236, 220)),
        (0.47, 0.12, (244, 222, 120)),
        (0.78, 0.24, (236, 240, 242)),
    ):
        c.boxes([(x + 0.05, y + 0.1, x + 0.058, y + 0.42)], (120, 90, 60))
        c.polygons(
            [((x, y), (x + 0.12, y - 0.015), (x + 0.125, y + 0.13), (x + 0.005, y + 0.145))],
            colour,
            shadow=0.5,
        )
        c.lines(
            [[(x + 0.015, y + d), (x + 0.11, y + d - 0.012)] for d in (0.04, 0.075, 0.105)],
            (60, 50, 54),
            0.008,
        )
    c.lines([[(0, 0.86), (0.3, 0.9), (0.5, 0.88), (0.75, 0.91), (1, 0.87)]], (196, 40, 40), 0.01, 0.5)
    return c


def vans() -> Canvas:
    """Two moving vans at a kerb, boxes piled beside them."""
    c = Canvas(900, 600, 14, (176, 160, 142), (146, 128, 112))
    c.boxes([box for i in range(11) for box in grid(-0.05 + 0.04 * (i % 2), i * 0.058, 1.05, (i + 1) * 0.058, 13, 1, 0.9)],
            (164, 96, 72), (134, 76, 58), grain=0.2)  # fmt: skip
    c.boxes([(0, 0.62, 1, 1)], (106, 106, 110), (66, 66, 72), grain=0.16)
    c.boxes([(0, 0.61, 1, 0.66)], (178, 172, 164), shadow=0.4)
    for x, size, body in ((0.03, 1.0, (236, 238, 240)), (0.56, 0.8, (226, 176, 60))):
        top, floor = 0.82 - 0.56 * size, 0.82
        c.boxes([(x, top, x + 0.34 * size, floor - 0.05)], body, dimmed(body, 3 / 4), 0.6)
        c.polygons([((x + 0.345 * size, top + 0.16), (x + 0.42 * size, top + 0.16), (x + 0.47 * size, top + 0.32),
                     (x + 0.47 * size, floor - 0.05), (x + 0.345 * size, floor - 0.05))], (196, 58, 48), (120, 30, 28), 0.5)  # fmt: skip
        c.polygons([((x + 0.37 * size, top + 0.19), (x + 0.415 * size, top + 0.19), (x + 0.45 * size, top + 0.31),
                     (x + 0.37 * size, top + 0.31))], (96, 124, 146), (176, 196, 206))  # fmt: skip
        wheels = [(x + w * size, floor - 0.03, 0.036 * size, 0.055 * size) for w in (0.08, 0.17, 0.41)]
        c.discs(wheels, (24, 24, 26), (44, 44, 48), 0.5)
        c.discs([(a, b, r / 2, s / 2) for a, b, r, s in wheels], (150, 152, 156))
    piles = [
        (0.40, 0.78, 0.48, 0.9),
        (0.46, 0.82, 0.56, 0.96),
        (0.5, 0.7, 0.57, 0.82),
        (0.36, 0.88, 0.46, 0.98),
    ]
    c.boxes(piles, (196, 152, 98), (140, 102, 60), 0.6, 0.14)
    c.boxes([(a, (b + d) / 2 - 0.008, e, (b + d) / 2 + 0.008) for a, b, e, d in piles], (226, 206, 160))
    c.people([(0.62, 0.97), (0.3, 0.95)], 0.36, ((60, 96, 150), (88, 120, 80)))
    return c


def night() -> Canvas:
    """A street at night: lamps, wet asphalt, smoke over a courtyard wall."""
    c = Canvas(960, 600, 15, (10, 14, 30), (34, 36, 58))
    c.boxes([(0, 0.12, 0.3, 0.7), (0.72, 0.2, 1, 0.7)], (24, 26, 40), (40, 36, 46), grain=0.2)
    lit = grid(0.02, 0.16, 0.28, 0.6, 5, 6, 0.5) + grid(0.74, 0.24, 0.98, 0.6, 5, 5, 0.5)
    c.boxes([box for box in lit if c.random.random() < 0.4], (250, 206, 120), (196, 140, 70))
    c.light(0.52, 0.52, 0.08, 0.9, (255, 128, 40))
    smoke = [
        (0.52 + 0.05 * ((i * 7) % 5 - 2) * i / 9, 0.5 - i * 0.05, 0.03 + i * 0.009, 0.05 + i * 0.008)
        for i in range(10)
    ]
    for number, puff in enumerate(smoke):
        cover = c.mask(lambda pen, w, h, p=puff: pen.ellipse(  # type: ignore[misc]
            [(p[0] - p[2]) * w, (p[1] - p[3]) * h, (p[0] + p[2]) * w, (p[1] + p[3]) * h], fill=120))  # fmt: skip
        c.lay(
            cover.filter(ImageFilter.GaussianBlur(14)), (190 - number * 9, 150 - number * 4, 130), grain=0.3
        )
    c.boxes([(0.28, 0.56, 0.74, 0.72)], (70, 58, 54), (38, 34, 38), 0.5, 0.2)
    c.boxes([(0, 0.7, 1, 1)], (44, 44, 58), (16, 18, 28), grain=0.3)
    for x, top, reach in ((0.14, 0.26, 0.10), (0.36, 0.36, 0.06), (0.66, 0.38, 0.055), (0.88, 0.22, 0.11)):
        c.boxes([(x - 0.005, top, x + 0.005, 0.76)], (18, 18, 22))
        c.light(x, top, reach * 0.6, 1.0, (255, 226, 160))
        c.light(x, 0.84, reach, 0.5, (250, 196, 110))
    c.people([(0.44, 0.86), (0.5, 0.84), (0.58, 0.88)], 0.22, ((40, 44, 60), (90, 70, 50)))
    return c


def plaque() -> Canvas:
    """Workers on a ladder take a round plaque off a pale wall."""
    c = Canvas(800, 640, 16, (222, 208, 184), (168, 150, 128))
    c.boxes([box for i in range(8) for box in grid(-0.1 * (i % 2), i * 0.125, 1.1, (i + 1) * 0.125, 6, 1, 0.97)],
            (216, 204, 182), (180, 164, 142), 0.3, 0.12)  # fmt: skip
    c.discs([(0.62, 0.34, 0.2, 0.25)], (120, 84, 36), (70, 46, 20), 0.7)
    c.discs([(0.615, 0.335, 0.17, 0.212)], (214, 176, 84), (150, 108, 44))
    c.discs([(0.615, 0.335, 0.12, 0.15)], (64, 82, 130), (34, 46, 84))
    c.polygons([((0.615, 0.22), (0.66, 0.36), (0.7, 0.4), (0.63, 0.41), (0.615, 0.47), (0.6, 0.41), (0.53, 0.4), (0.57, 0.36))],
               (232, 220, 190), (190, 170, 130), 0.4)  # fmt: skip
    rails = [[(0.2, 1), (0.36, 0.02)], [(0.34, 1), (0.46, 0.02)]]
    rungs = [
        [(0.2 + t * 0.16, 1 - t * 0.98), (0.34 + t * 0.12, 1 - t * 0.98)]
        for t in (0.1, 0.24, 0.38, 0.52, 0.66, 0.8, 0.94)
    ]
    c.lines(rails, (176, 182, 188), 0.02, 0.6)
    c.lines(rungs, (150, 156, 162), 0.015, 0.4)
    c.people([(0.36, 0.74), (0.88, 1.04)], 0.62, ((226, 120, 30), (52, 80, 120)))
    c.lines([[(0.4, 0.32), (0.5, 0.27)], [(0.82, 0.62), (0.74, 0.5)]], (198, 158, 130), 0.028, 0.4)
    return c


def columns() -> Canvas:
    """A white building with columns, seen from its left, trees before it."""
    c = Canvas(960, 620, 17, (84, 140, 204), (206, 226, 238))
    c.clouds(0.9, 0.5)
    c.polygons([((0.1, 0.1), (1.02, 0.3), (1.02, 0.82), (0.1, 0.9))], (246, 244, 236), (196, 190, 178), 0.3)
    c.polygons(
        [((0.06, 0.06), (1.02, 0.27), (1.02, 0.33), (0.06, 0.14))], (212, 206, 192), (170, 162, 148), 0.5
    )
    for i in range(9):
        x, x2 = 0.13 + i * 0.1, 0.165 + i * 0.098
        top, floor = 0.16 + i * 0.0215, 0.895 - i * 0.009
        c.polygons(
            [((x, top), (x2, top + 0.008), (x2, floor), (x, floor))], (255, 253, 246), (176, 170, 160), 0.6
        )
        windows = [((x2 + 0.012, a), (x + 0.084, a + 0.012), (x + 0.084, a + 0.13), (x2 + 0.012, a + 0.12))
                   for a in (top + 0.08, top + 0.29)]  # fmt: skip
        c.polygons(windows, (50, 70, 92), (120, 150, 172))
    c.polygons([((0, 0.88), (1, 0.8), (1, 1), (0, 1))], (140, 150, 104), (84, 100, 60), grain=0.25)
    for x, y, r in ((0.03, 0.5, 0.12), (0.9, 0.62, 0.09), (0.98, 0.52, 0.11)):
        c.boxes([(x - 0.012, y, x + 0.012, 0.95)], (86, 64, 46), shadow=0.3)
        c.discs(
            [(x, y, r, r * 1.7), (x + r * 0.5, y + 0.06, r * 0.7, r)], (70, 116, 56), (30, 60, 30), 0.5, 0.4
        )
    return c


def cordon() -> Canvas:
    """Police in a line across an avenue, a tape and barriers before them."""
    c = Canvas(960, 600, 18, (196, 206, 220), (232, 228, 216))
    c.polygons([((0, 0.02), (0.42, 0.34), (0.42, 0.52), (0, 0.78))], (148, 116, 96), (98, 78, 70), grain=0.2)
    c.polygons(
        [((1, -0.1), (0.57, 0.32), (0.57, 0.52), (1, 0.8))], (190, 178, 158), (130, 120, 108), grain=0.2
    )
    c.polygons([((1 - i * 0.085, 0.08 + i * 0.05), (0.95 - i * 0.08, 0.12 + i * 0.045), (0.95 - i * 0.08, 0.5),
                 (1 - i * 0.085, 0.52)) for i in range(5)], (80, 92, 108), (140, 150, 160))  # fmt: skip
    c.polygons(
        [((0.42, 0.5), (0.57, 0.5), (1.1, 0.82), (1.1, 1.1), (-0.1, 1.1), (-0.1, 0.8))],
        (150, 148, 146),
        (92, 92, 96),
    )
    c.polygons([((0.49, 0.5), (0.5, 0.5), (0.53, 1), (0.47, 1))], (236, 232, 220))
    c.people([(0.06 + i * 0.11, 0.8 + 0.012 * (i % 2)) for i in range(9)], 0.44, ((34, 44, 82),))
    c.boxes([(0.035 + i * 0.11, 0.37, 0.085 + i * 0.11, 0.4) for i in range(9)], (22, 28, 52), shadow=0.3)
    c.boxes([(0.02 + i * 0.2, 0.76, 0.19 + i * 0.2, 0.8) for i in range(5)], (236, 236, 236), shadow=0.5)
    c.polygons([((0.03 + i * 0.04, 0.76), (0.05 + i * 0.04, 0.76), (0.04 + i * 0.04, 0.8), (0.02 + i * 0.04, 0.8))
                for i in range(24)], (214, 60, 44))  # fmt: skip
    c.boxes([(0.03 + i * 0.2, 0.8, 0.045 + i * 0.2, 0.95) for i in range(5)], (120, 122, 128), shadow=0.4)
    c.lines([[(0, 0.62), (0.25, 0.67), (0.55, 0.64), (1, 0.69)]], (244, 206, 40), 0.016, 0.4)
    return c


def flag() -> Canvas:
    """A plain striped flag coming down its pole, close, from below."""
    c = Canvas(720, 720, 19, (40, 88, 168), (168, 204, 236))
    c.clouds(1.0, 1.4)
    c.polygons([((0.7, 1), (0.735, 1), (0.6, -0.05), (0.585, -0.05))], (226, 228, 230), (150, 152, 158), 0.4)
    waves = [(0.0, 0.0), (0.14, 0.05), (0.28, 0.01), (0.42, 0.08), (0.55, 0.05)]
    for stripe in range(7):
        y = 0.30 + stripe * 0.055
        edge = [(0.63 - dx + stripe * 0.006, y + dy + dx * 0.22) for dx, dy in waves]
        lower = [(x + 0.006, v + 0.057) for x, v in reversed(edge)]
        colour = ((206, 148, 40), (60, 128, 120))[stripe % 2]
        c.polygons([edge + lower], colour, dimmed(colour, 3 / 5), 0.25, 0.1)
    for dx in (0.1, 0.24, 0.38):
        fold = c.mask(lambda pen, w, h, x=0.62 - dx: pen.line(  # type: ignore[misc]
            [(x * w, 0.36 * h), ((x + 0.03) * w, 0.78 * h)], fill=130, width=w // 18)).filter(ImageFilter.GaussianBlur(12))  # fmt: skip
        c.lay(fold, (20, 24, 30), grain=0)
    c.lines([[(0.6, 0.0), (0.66, 0.3)], [(0.66, 0.7), (0.74, 1)]], (240, 238, 226), 0.006)
    c.people([(0.3, 1.06), (0.5, 1.08)], 0.3, ((46, 66, 60), (88, 84, 66)))
    return c
