"""Time to decode and hash a JPEG of 2 and of 12 megapixels, against imagehash and others.

    python tests/bench/fingerprint.py PHOTO [--repeat 7]

PHOTO is any photograph; it is enlarged and saved at both sizes. Ours is what the worker does with the
pixels: decode at a reduced scale, then all hashes, thumb, border and texture. "bare decode" is
libjpeg-turbo through Pillow at the same scale and channels, without hashing. Times are CPU
milliseconds of the thread, the least of so many runs.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

import imagehash
from PIL import Image

from auditor import fingerprint, hamming, windows


def drafted(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.draft("RGB", (256, 256))
    image.load()
    return image


def least_ms(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        started = time.thread_time()
        work()
        times.append(time.thread_time() - started)
    return min(times) * 1e3


def measure(body: bytes, repeat: int) -> dict[str, float]:
    """Milliseconds by name for one JPEG."""
    times = {
        "imagehash.phash": least_ms(lambda: imagehash.phash(Image.open(io.BytesIO(body))), repeat),
        "ours": least_ms(lambda: fingerprint.compute(drafted(body)), repeat),
        "bare decode": least_ms(lambda: drafted(body), repeat),
    }
    if importlib.util.find_spec("libphash"):
        import libphash

        with NamedTemporaryFile(suffix=".jpg") as file:
            file.write(body)
            file.flush()

            def theirs() -> object:
                context = libphash.ImageContext()
                context.load_file(file.name)
                return context.phash()

            times["libphash"] = least_ms(theirs, repeat)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    body = b""
    for width, height in ((4243, 2828), (1732, 1155)):
        image = Image.open(options.photo).convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=88)
        body = stream.getvalue()
        times = measure(body, options.repeat)
        print(f"{width * height / 1e6:.0f} MP: " + ", ".join(f"{n} {ms:.1f} ms" for n, ms in times.items()))
        print(f"   imagehash / ours {times['imagehash.phash'] / times['ours']:.1f}, ", end="")
        print(f"ours / bare decode {times['ours'] / times['bare decode']:.2f}")
    parts(drafted(body))


def parts(image: Image.Image) -> None:
    """Prints what the parts of a fingerprint cost, without the decoding."""
    print_ = fingerprint.compute(image)
    words = hamming.words([print_.phash])
    print(f"from pixels {least_ms(lambda: fingerprint.compute(image), 20):.2f} ms, ", end="")
    turns = least_ms(lambda: [fingerprint.turned(words, turn) for turn in fingerprint.TURNS], 20)
    print(f"seven turns {turns:.2f} ms", end="")
    for family in ("light", "dense"):
        windows.hashes(print_.thumb, 1.5, family)
        ms = least_ms(lambda family=family: windows.hashes(print_.thumb, 1.5, family), 20)
        print(f", {family} windows {ms:.2f} ms", end="")
    print()


if __name__ == "__main__":
    main()
