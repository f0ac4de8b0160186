"""How many copies of a photograph are found, and how many different pictures are accused.

    python tests/bench/copies.py SHARED [--photos 320] [--crop-resistant 20]

SHARED holds corpora/photos and tools/copies.py (which makes 33 copies of a photograph as publishers
make them). Every copy is compared with its master as `auditor compare` does; then all masters, all
copies of some kinds and all hard negatives (flags, logos, charts, documents, screenshots) are
searched together as `auditor duplicates` does, and pairs of different pictures are counted. At last the
copies of some photographs are cut short: ours must call every one of them broken (the whole ones were
all read before).
Peers at their own thresholds: imagehash.phash at 8 bits, equal imagehash.phash, PDQ at 31 bits,
imagededup's PHash at 10 bits; imagehash.crop_resistant_hash on a few photographs only, as it takes a
third of a second.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import io
import itertools
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import imagehash
import numpy as np
from PIL import Image, ImageOps

from auditor import decoding, duplicates, windows, wire
from auditor.config import DuplicateSettings, Settings
from auditor.errors import PictureError
from auditor.model import Picture, State

LIMITS = wire.Limits(Settings().max_pixels, Settings().max_bytes, 1 << 32, 20)
TURNED = ("mirror", "rot90", "exif6")
CROPPED = ("crop5", "crop10", "crop20", "crop16x9", "crop1x1", "letterbox20", "border3")
SEARCHED = ("jpeg30", "textband", "wm_center", "alpha", "border3", "letterbox20", "crop20", "mirror")


def look(path: Path) -> Picture:
    return decoding.examine(path.read_bytes(), wire.Job(LIMITS))


def flat(path: Path) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(path))
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("RGB")


@functools.cache
def peers() -> dict[str, tuple]:
    """By name: how a picture is hashed, and whether two hashes mean a copy."""
    found = {
        "phash64<=8": (imagehash.phash, lambda a, b: a - b <= 8),
        "equal hash": (imagehash.phash, lambda a, b: a == b),
    }
    if importlib.util.find_spec("pdqhash"):
        import pdqhash

        found["PDQ<=31"] = (
            lambda image: pdqhash.compute(np.asarray(image))[0],
            lambda a, b: np.count_nonzero(a != b) <= 31,
        )
    if importlib.util.find_spec("imagededup"):
        from imagededup.methods import PHash

        hasher = PHash(verbose=False)
        found["imagededup<=10"] = (
            lambda image: hasher.encode_image(image_array=np.asarray(image)),
            lambda a, b: PHash.hamming_distance(a, b) <= 10,
        )
    return found


def recall(folder: Path, core: set[str]) -> dict[str, Picture]:
    """Prints the share of copies found by transform; hands all pictures on by file name."""
    masters = sorted(folder.glob("*__master.png"))
    settings = DuplicateSettings()
    ours: dict[str, list[bool]] = defaultdict(list)
    theirs: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in peers()}
    pictures: dict[str, Picture] = {}
    for master in masters:
        stem = master.name.split("__")[0]
        whole = pictures[master.name] = look(master)
        hashes = {name: peer[0](flat(master)) for name, peer in peers().items()}
        for copy in sorted(folder.glob(f"{stem}__*")):
            transform = copy.stem.split("__")[1]
            if copy == master:
                continue
            other = pictures[copy.name] = look(copy)
            same = duplicates.compare(whole, other, settings)
            ours[transform].append(same.kind is not None)
            image = flat(copy)
            for name, (make, agree) in peers().items():
                theirs[name][transform].append(bool(agree(hashes[name], make(image))))
    print(f"{len(masters)} photographs; share of copies found")
    print(f"{'':14s}{'ours':>8s}" + "".join(f"{name:>16s}" for name in theirs))
    for transform in sorted(ours):
        row = [np.mean(theirs[name][transform]) for name in theirs]
        print(f"{transform:14s}{np.mean(ours[transform]):8.3f}" + "".join(f"{value:16.3f}" for value in row))
    for title, chosen in (("CORE", core), ("cropped", CROPPED), ("turned", TURNED)):
        row = [np.mean([np.mean(theirs[name][t]) for t in chosen]) for name in theirs]
        mean = np.mean([np.mean(ours[t]) for t in chosen])
        print(f"{title:14s}{mean:8.3f}" + "".join(f"{value:16.3f}" for value in row))
    return pictures


def accused(pictures: dict[str, Picture], hard: Path) -> None:
    """Prints the pairs of different pictures that one search over everything reports."""
    chosen = {n: p for n, p in pictures.items() if n.split("__")[1].split(".")[0] in ("master", *SEARCHED)}
    chosen |= {path.name: look(path) for path in sorted(hard.iterdir())}
    entries = [duplicates.Entry(name, name, picture) for name, picture in chosen.items()]
    started = time.perf_counter()
    found = duplicates.find(entries, DuplicateSettings())
    elapsed = time.perf_counter() - started
    stem = {entry.id: entry.id.split("__")[0] for entry in entries}
    false = [pair for pair in found.pairs if stem[pair.first] != stem[pair.second]]
    impure = [group for group in found.groups if len({stem[member] for member in group.members}) > 1]
    print(f"{len(entries)} pictures searched in {elapsed:.1f} s: {len(found.pairs)} pairs, ", end="")
    print(f"{len(found.groups)} groups; {len(false)} false pairs, {len(impure)} impure groups")
    for pair in itertools.islice(false, 40):
        print("   ", pair.first, pair.second, pair.kind, pair.distance_bits, pair.words)


def truncated(folder: Path, count: int) -> None:
    """Prints the share of files cut short that are told as broken, and that Pillow refuses, by format."""
    caught: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for master in sorted(folder.glob("*__master.png"))[:count]:
        stem = master.name.split("__")[0]
        for name in ("jpeg60.jpg", "exif6.jpg", "png.png", "webp75.webp", "avif50.avif"):
            body = (folder / f"{stem}__{name}").read_bytes()
            for end in (len(body) // 3, len(body) // 2, len(body) * 9 // 10, len(body) - 100, len(body) - 16):
                caught[name.split(".")[1]].append((is_broken(body[:end]), is_refused(body[:end])))
    for kind, found in caught.items():
        ours, theirs = np.mean(found, axis=0)
        print(f"{len(found)} {kind} files cut short: {ours:.4f} told as broken; Pillow refuses {theirs:.4f}")


def is_broken(body: bytes) -> bool:
    try:
        decoding.examine(body, wire.Job(LIMITS))
    except PictureError as error:
        return error.state is State.BROKEN
    return False


def is_refused(body: bytes) -> bool:
    try:
        Image.open(io.BytesIO(body)).load()
    except (OSError, SyntaxError, ValueError):
        return True
    return False


def crop_resistant(folder: Path, count: int) -> None:
    """Prints time and recall of imagehash's crop-resistant hash, and our time per picture."""
    masters = sorted(folder.glob("*__master.png"))[:count]
    images = [flat(path) for path in masters]
    started = time.thread_time()
    theirs = [imagehash.crop_resistant_hash(image) for image in images]
    their_ms = (time.thread_time() - started) / count * 1e3
    for family in ("light", "dense"):
        prints = [look(path).fingerprint for path in masters]
        windows.hashes(prints[0].thumb, 1.5, family)
        started = time.thread_time()
        for image, print_ in zip(images, prints, strict=True):
            windows.hashes(print_.thumb, image.width / image.height, family)
        ms = (time.thread_time() - started) / count * 1e3
        print(f"{family} windows {ms:.2f} ms, crop_resistant_hash {their_ms:.0f} ms: 1/{their_ms / ms:.0f}")
    for transform in CROPPED:
        copies = [next(folder.glob(f"{m.name.split('__')[0]}__{transform}.*")) for m in masters]
        found = [theirs[i].matches(imagehash.crop_resistant_hash(flat(c))) for i, c in enumerate(copies)]
        print(f"   crop_resistant_hash finds {transform}: {np.mean(found):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--photos", type=int, default=320)
    parser.add_argument("--crop-resistant", type=int, default=0, metavar="N")
    parser.add_argument("--copies", type=Path, help="a folder of copies made before")
    options = parser.parse_args()
    spec = importlib.util.spec_from_file_location("copies", options.shared / "tools" / "copies.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    with TemporaryDirectory() as scratch:
        folder = options.copies or Path(scratch)
        if options.copies is None:
            tool.make(options.photos, folder)
        pictures = recall(folder, {name.replace(":", "x") for name in tool.CORE})
        accused(pictures, options.shared / "corpora" / "photos" / "hard")
        truncated(folder, 20)
        if options.crop_resistant:
            crop_resistant(folder, options.crop_resistant)


if __name__ == "__main__":
    main()
