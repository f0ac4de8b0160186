"""Images per second and CPU per image through the isolated decoder, against decoding in the process.

    python tests/bench/decoder.py [--images 300] [--repeat 3] [--megapixels 0.37]

Pictures are JPEGs of about 90 KB, made here. Compared: the decoder with fingerprints, the decoder
without, `PIL.Image.load` in this process (a full decode and nothing else), and the same with
`imagehash.phash(hash_size=16)`. CPU is of the whole process tree. Also printed: wall time from a new
decoder to its first picture.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import imagehash
from PIL import Image, ImageDraw

from auditor import loops
from auditor.config import Settings
from auditor.decoder import Decoder


def pictures(count: int, megapixels: float) -> list[bytes]:
    """JPEGs of shapes on a gradient with grain, quality 85."""
    dice = random.Random(7)
    width = int((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = width * 3 // 4
    made = []
    for _ in range(count):
        image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
        draw = ImageDraw.Draw(image)
        for _ in range(40):
            x, y = dice.randrange(width), dice.randrange(height)
            box = (x, y, x + dice.randrange(10, 200), y + dice.randrange(10, 200))
            draw.ellipse(box, tuple(dice.randrange(256) for _ in range(3)))
        grain = Image.effect_noise((width, height), 14).convert("RGB")
        out = io.BytesIO()
        Image.blend(image, grain, 0.35).save(out, "JPEG", quality=85)
        made.append(out.getvalue())
    return made


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds, children included."""
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + sum(_descendants(os.getpid()))


def _descendants(parent: int) -> Iterator[float]:
    """CPU seconds of the living processes below this one (Linux)."""
    tick = os.sysconf("SC_CLK_TCK")
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            yield (int(fields[11]) + int(fields[12])) / tick
            yield from _descendants(child)


def isolated(
    runner: asyncio.Runner, decoder: Decoder, bodies: list[bytes], *, fingerprint: bool
) -> Callable[[], None]:
    async def run() -> None:
        await asyncio.gather(*(decoder.decode(body, fingerprint=fingerprint) for body in bodies))

    return lambda: runner.run(run())


def inside(bodies: list[bytes], *, phash: bool) -> Callable[[], None]:
    def run() -> None:
        for body in bodies:
            image = Image.open(io.BytesIO(body))
            image.load()
            if phash:
                imagehash.phash(image, hash_size=16)

    return run


def first_picture(body: bytes) -> float:
    async def run() -> float:
        start = time.perf_counter()
        async with Decoder(Settings()) as decoder:
            await decoder.decode(body)
            return time.perf_counter() - start

    return loops.run(run())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--megapixels", type=float, default=0.37)
    options = parser.parse_args()
    bodies = pictures(options.images, options.megapixels)
    print(f"{len(bodies)} JPEGs, {sum(map(len, bodies)) / len(bodies) / 1000:.0f} KB each on average")
    inside(bodies[:2], phash=True)()  # scipy is imported here, not below
    best: dict[str, tuple[float, float]] = {}
    with asyncio.Runner() as runner, contextlib.closing(Decoder(Settings())) as decoder:
        cases = {
            "decoder, fingerprint": isolated(runner, decoder, bodies, fingerprint=True),
            "decoder, no fingerprint": isolated(runner, decoder, bodies, fingerprint=False),
            "in process, load": inside(bodies, phash=False),
            "in process, load + imagehash.phash": inside(bodies, phash=True),
        }
        cases["decoder, no fingerprint"]()
        for _ in range(options.repeat):
            for name, work in cases.items():
                best[name] = min(best.get(name, (1e9, 1e9)), measured(work))
    wall_of, cpu_of = best["in process, load + imagehash.phash"]
    print(f"{'':36}{'images/s':>10}{'CPU ms':>8}{'wall ratio':>12}{'CPU ratio':>11}")
    for name, (wall, cpu) in best.items():
        row = f"{len(bodies) / wall:>10.0f}{cpu / len(bodies) * 1000:>8.2f}"
        print(f"{name:36}{row}{wall / wall_of:>12.2f}{cpu / cpu_of:>11.2f}")
    print(f"first picture after {min(first_picture(bodies[0]) for _ in range(5)):.3f} s")


if __name__ == "__main__":
    main()
