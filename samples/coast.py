"""Turns the names of the scenes of harbour.html and lighthouse.md into their pictures."""

# ruff: noqa: E501  a picture is a table of numbers, and is read in rows

from __future__ import annotations

from canvas import Canvas, dimmed, grid


def pier() -> Canvas:
    """Cranes and stacked containers above green water."""
    c = Canvas(960, 600, 20, (206, 190, 180), (240, 222, 196))
    c.clouds(0.7, 0.6)
    colours = ((176, 66, 50), (50, 96, 130), (200, 150, 50), (80, 120, 86), (150, 140, 130))
    stack = grid(0.4, 0.46, 1.02, 0.74, 8, 4, 0.94)
    for number, colour in enumerate(colours):
        c.boxes([box for i, box in enumerate(stack) if i * 3 % 5 == number and i not in (0, 1, 2, 9)], colour,
                dimmed(colour, 2 / 3), 0.4)  # fmt: skip
    for x, size in ((0.24, 1.0), (0.66, 0.72)):
        legs = [
            [(x, 0.76), (x + 0.03 * size, 0.76 - 0.5 * size)],
            [(x + 0.14 * size, 0.76), (x + 0.1 * size, 0.76 - 0.5 * size)],
        ]
        jib = [[(x - 0.22 * size, 0.76 - 0.5 * size), (x + 0.24 * size, 0.76 - 0.56 * size)],
               [(x + 0.06 * size, 0.76 - 0.7 * size), (x - 0.2 * size, 0.76 - 0.5 * size)],
               [(x + 0.06 * size, 0.76 - 0.7 * size), (x + 0.22 * size, 0.76 - 0.56 * size)],
               [(x - 0.12 * size, 0.76 - 0.5 * size), (x - 0.12 * size, 0.62)]]  # fmt: skip
        c.lines(legs, (196, 84, 40), 0.014 * size, 0.4)
        c.lines(jib, (168, 66, 34), 0.009 * size, 0.2)
    c.boxes([(0, 0.74, 1, 0.8)], (130, 126, 118), (90, 88, 84), 0.4)
    c.boxes([(0, 0.8, 1, 1)], (70, 116, 106), (24, 62, 66), grain=0.32)
    return c


def ferry() -> Canvas:
    """A white ferry heading left, its wake behind it."""
    c = Canvas(900, 600, 21, (116, 168, 216), (220, 234, 240))
    c.polygons(
        [((0, 0.4), (0.2, 0.28), (0.42, 0.38), (0.66, 0.24), (1, 0.4), (1, 0.5), (0, 0.5))],
        (116, 138, 152),
        (150, 168, 170),
    )
    c.boxes([(0, 0.46, 1, 1)], (96, 150, 176), (20, 66, 100), grain=0.3)
    c.polygons(
        [((0.76, 0.68), (1, 0.62), (1, 0.86), (0.7, 0.76))], (226, 238, 240), (160, 196, 206), grain=0.4
    )
    c.polygons([((0.1, 0.54), (0.86, 0.54), (0.82, 0.74), (0.2, 0.74))], (30, 52, 92), (16, 26, 48), 0.5)
    c.boxes(
        [(0.2, 0.42, 0.82, 0.55), (0.26, 0.32, 0.76, 0.43), (0.32, 0.24, 0.56, 0.33)],
        (248, 246, 240),
        (200, 200, 198),
        0.4,
    )
    c.boxes(
        grid(0.22, 0.45, 0.8, 0.51, 16, 1, 0.6) + grid(0.28, 0.35, 0.74, 0.4, 13, 1, 0.6),
        (46, 66, 86),
        (86, 110, 126),
    )
    c.boxes([(0.6, 0.14, 0.68, 0.33)], (206, 70, 44), (130, 36, 28), 0.4)
    c.boxes([(0.6, 0.14, 0.68, 0.18)], (30, 30, 34))
    return c


def nets() -> Canvas:
    """Nets, floats and a coil of rope on the quay, from above."""
    c = Canvas(800, 600, 22, (140, 126, 110), (104, 92, 84))
    c.boxes(grid(-0.02, -0.02, 1.02, 1.02, 5, 7, 0.96), (158, 144, 126), (120, 106, 94), 0.2, 0.25)
    c.polygons(
        [((0.02, 0.3), (0.3, 0.1), (0.56, 0.22), (0.6, 0.6), (0.36, 0.86), (0.06, 0.72))],
        (44, 104, 96),
        (24, 64, 66),
        0.6,
        0.4,
    )
    mesh = [[(0.04 + i * 0.04, 0.28 - i * 0.005), (0.1 + i * 0.038, 0.78)] for i in range(13)]
    mesh += [[(0.05, 0.3 + i * 0.045), (0.58, 0.24 + i * 0.04)] for i in range(11)]
    c.lines(mesh, (128, 186, 168), 0.004)
    for i in range(6, 0, -1):
        c.discs([(0.78, 0.3, 0.03 * i, 0.04 * i)], ((206, 176, 120), (140, 108, 64))[i % 2], shadow=0.4)
    c.discs(
        [(0.14 + i * 0.11, 0.86 - 0.05 * (i % 3), 0.045, 0.06) for i in range(4)],
        (226, 100, 40),
        (150, 50, 20),
        0.6,
    )
    c.discs(
        [(0.7 + i * 0.1, 0.76 + 0.07 * (i % 2), 0.045, 0.06) for i in range(3)],
        (238, 220, 90),
        (170, 140, 30),
        0.6,
    )
    return c


def lighthouse() -> Canvas:
    """A red and white tower on a headland."""
    c = Canvas(700, 860, 23, (98, 132, 176), (236, 206, 178))
    c.clouds(1.0, 0.7, (250, 226, 206))
    c.boxes([(0, 0.66, 1, 1)], (88, 124, 148), (40, 72, 98), grain=0.25)
    c.polygons(
        [((0.2, 0.72), (0.44, 0.62), (0.8, 0.64), (1.05, 0.7), (1.05, 1.05), (0.04, 1.05))],
        (112, 118, 74),
        (52, 50, 38),
        0.4,
        0.4,
    )
    for i in range(6):
        y, half = 0.2 + i * 0.078, 0.06 + i * 0.008
        colour = ((244, 240, 232), (190, 46, 40))[i % 2]
        c.polygons([((0.62 - half, y), (0.62 + half, y), (0.628 + half, y + 0.079), (0.612 - half, y + 0.079))],
                   colour, dimmed(colour, 4 / 5), 0.35)  # fmt: skip
    c.boxes([(0.54, 0.185, 0.7, 0.205)], (40, 40, 46), shadow=0.4)
    c.boxes([(0.575, 0.115, 0.665, 0.19)], (250, 232, 170), (220, 190, 110))
    c.polygons([((0.56, 0.118), (0.62, 0.06), (0.68, 0.118))], (170, 40, 36), (110, 24, 24))
    c.light(0.62, 0.15, 0.06, 0.7)
    c.boxes([(0.2, 0.6, 0.42, 0.7)], (236, 230, 216), (190, 180, 164), 0.4)
    c.polygons([((0.18, 0.605), (0.31, 0.54), (0.44, 0.605))], (150, 70, 50), (110, 48, 36))
    return c


def lens() -> Canvas:
    """The lens of a lighthouse from below: rings of glass in a brass frame."""
    c = Canvas(720, 640, 24, (36, 34, 40), (70, 58, 44))
    for i in range(11, 0, -1):
        bright = 90 + (i % 2) * 90 + (11 - i) * 5
        c.discs([(0.44, 0.5, 0.042 * i, 0.048 * i)], (bright, min(255, bright + 20), min(255, bright + 30)),
                (bright // 2, bright // 2 + 20, bright // 2 + 36), 0.3)  # fmt: skip
    c.lines([[(0.44, 0.5), (x, y)] for x, y in ((0.0, 0.1), (0.44, -0.1), (0.9, 0.05), (0.95, 0.9), (0.44, 1.1), (0.0, 0.95))],
            (176, 132, 60), 0.012, 0.5)  # fmt: skip
    c.boxes([(0.86, 0, 0.93, 1)], (190, 146, 70), (110, 78, 34), 0.6)
    c.light(0.4, 0.42, 0.09, 0.95)
    return c


def stairs() -> Canvas:
    """Stairs winding up inside the tower, seen from the ground."""
    c = Canvas(760, 620, 25, (150, 150, 144), (92, 88, 84))
    turn = [(1.0, 0.0), (0.87, 0.5), (0.5, 0.87), (0.0, 1.0), (-0.5, 0.87), (-0.87, 0.5),
            (-1.0, 0.0), (-0.87, -0.5), (-0.5, -0.87), (0.0, -1.0), (0.5, -0.87), (0.87, -0.5)]  # fmt: skip
    c.discs([(0.54, 0.46, 0.6, 0.66)], (196, 186, 168), (120, 110, 98))
    for i in range(34):
        far, near = 0.62 - i * 0.0165, 0.40 - i * 0.0108
        (ax, ay), (bx, by) = turn[i % 12], turn[(i + 1) % 12]
        step = [(0.54 + ax * far, 0.46 + ay * far), (0.54 + bx * far, 0.46 + by * far),
                (0.54 + bx * near, 0.46 + by * near), (0.54 + ax * near, 0.46 + ay * near)]  # fmt: skip
        tone = 60 + (i * 37) % 90 + i * 2
        c.polygons([step], (tone + 30, tone + 16, tone), (tone, tone * 3 // 4, tone // 2), 0.5, 0.2)
    c.discs([(0.54, 0.46, 0.04, 0.05)], (240, 244, 246))
    c.light(0.54, 0.46, 0.05, 0.8, (236, 242, 250))
    return c
