"""Time to decode and hash a JPEG of a quarter, 2 and 12 megapixels, against imagehash and others.

    python tests/bench/fingerprint.py PHOTO [--repeat 15]

PHOTO is any photograph; it is scaled and saved at all three sizes. "phash alone" is the one hash that
imagehash and libphash compute, by our parts; "ours" is what the worker does with the pixels: decode at a
reduced scale, then all hashes, thumb, border, texture and colours. "bare decode" is libjpeg-turbo through
Pillow at the same scale and channels, without hashing. All keep freed memory as a worker does; what that
saves is printed first. Times are CPU milliseconds of the thread, the least of so many
runs, in turns.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in a worker; numpy reads it when it is imported

import imagehash
from PIL import Image

from auditor import fingerprint, hamming, memory, resampling, windows


def drafted(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.draft("RGB", (256, 256))
    image.load()
    return image


def phash(image: Image.Image) -> bytes:
    """The 256-bit hash alone."""
    (thumb,) = resampling.reduced(image.convert("L"), [(64, 64)])
    cosines = fingerprint.dct_matrix(16, 64)
    return fingerprint.pack((cosines @ thumb @ cosines.T).round(6))


def least_ms(works: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """The least CPU milliseconds of each; in turns, so that a slow second of the machine hits all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeat):
        for name, work in works.items():
            started = time.thread_time()
            work()
            times[name].append(time.thread_time() - started)
    return {name: min(seen) * 1e3 for name, seen in times.items()}


def ours(body: bytes) -> object:
    """What a worker does with the pixels."""
    return fingerprint.compute(drafted(body))


def measure(body: bytes, repeat: int) -> dict[str, float]:
    """Milliseconds by name for one JPEG."""
    works: dict[str, Callable[[], object]] = {
        "imagehash.phash": lambda: imagehash.phash(Image.open(io.BytesIO(body))),
        "phash alone": lambda: phash(drafted(body)),
        "ours": lambda: ours(body),
        "bare decode": lambda: drafted(body),
    }
    with NamedTemporaryFile(suffix=".jpg") as file:
        if importlib.util.find_spec("libphash"):
            import libphash

            file.write(body)
            file.flush()

            def theirs() -> object:
                context = libphash.ImageContext()
                context.load_file(file.name)
                return context.phash()

            works["libphash"] = theirs
        return least_ms(works, repeat)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    small = scaled(options.photo, 600, 400)
    in_a_row("given back", small)  # before larger pieces are freed: glibc learns from those to keep more
    memory.keep()
    in_a_row("kept", small)
    bodies = {(600, 400): small}
    bodies |= {(w, h): scaled(options.photo, w, h) for w, h in ((1732, 1155), (4243, 2828))}
    for (width, height), body in bodies.items():
        times = measure(body, options.repeat)
        print(f"{width * height / 1e6:.1f} MP: " + ", ".join(f"{n} {ms:.1f} ms" for n, ms in times.items()))
        for name in ("phash alone", "ours"):
            print(f"   imagehash / {name} {times['imagehash.phash'] / times[name]:.1f}, ", end="")
            print(f"{name} / bare decode {times[name] / times['bare decode']:.2f}")
    body = bodies[1732, 1155]
    assert phash(drafted(body)) == fingerprint.compute(drafted(body)).phash
    parts(drafted(body))


def in_a_row(what: str, body: bytes, count: int = 100) -> None:
    """Prints what each of many small pictures costs, and how often the kernel has to hand out a page."""
    ours(body)
    faults, began = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.process_time()
    for _ in range(count):
        ours(body)
    took, faults = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults
    print(
        f"0.2 MP, freed memory {what}: {took / count * 1e3:.1f} ms and {faults / count:.0f} page faults each"
    )


def scaled(photo: Path, width: int, height: int) -> bytes:
    """The photograph as a JPEG of this size in pixels."""
    stream = io.BytesIO()
    image = Image.open(photo).convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    image.save(stream, "JPEG", quality=88)
    return stream.getvalue()


def parts(image: Image.Image) -> None:
    """Prints what the parts of a fingerprint cost, without the decoding."""
    print_, gray = fingerprint.compute(image), image.convert("L")
    sizes = [(64, 64), (32, 32), (9, 8)]
    words = hamming.words([print_.phash])
    works: dict[str, Callable[[], object]] = {
        "from pixels": lambda: fingerprint.compute(image),
        "three sizes": lambda: resampling.reduced(gray, sizes),
        "three sizes by Pillow": lambda: [gray.resize(size, Image.Resampling.LANCZOS) for size in sizes],
        "seven turns": lambda: [fingerprint.turned(words, turn) for turn in fingerprint.TURNS],
        "light windows": lambda: windows.hashes(print_.thumb, 1.5, "light"),
        "dense windows": lambda: windows.hashes(print_.thumb, 1.5, "dense"),
    }
    print(", ".join(f"{name} {ms:.2f} ms" for name, ms in least_ms(works, 20).items()))


if __name__ == "__main__":
    main()
