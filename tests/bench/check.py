"""How long one check takes, as a whole process, and how much memory a very long article needs.

    python tests/bench/check.py [--runs 7] [--references 100000]

Prints, from one run on one machine: `auditor --help` (bar 0.2 s); `auditor check` of the sample
article with its 15 images (bar 1.2 s on two cores) beside the shortest script that hashes the same
files with Pillow and imagehash, which finds nothing; and the memory of the process tree during a
check of one article with so many references (bar 400 MB for 100,000).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
AUDITOR = [sys.executable, "-m", "auditor"]
SCRIPT = """
import sys, imagehash
from pathlib import Path
from PIL import Image
for path in Path(sys.argv[1]).rglob("*"):
    if path.is_file():
        try:
            imagehash.phash(Image.open(path), hash_size=16)
        except Exception as error:
            print(path, error)
"""


def seconds(command: list[str], runs: int) -> float:
    """The median wall time of a whole process, after one run that is not counted."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(
            command, cwd=ROOT, env=_installed(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def _installed() -> dict[str, str]:
    """The environment, with bytecode kept as an installed package has it: compiling is not what is timed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def tree_bytes(root: int) -> int:
    """The resident memory of a process and its descendants; what they share counts once each (PSS)."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    total = 0
    for pid in parents:
        above = pid
        while above not in (0, root):
            above = parents.get(above, 0)
        if above == root:
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return total


def peak_of_long_article(references: int) -> tuple[float, float]:
    """(peak MB of the tree, seconds) of a check of one article with so many pictures."""
    pictures = sorted((ROOT / "samples" / "pictures").glob("*.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for picture in pictures:
            shutil.copy(picture, place)
        for number in range(references):
            os.link(place / pictures[number % len(pictures)].name, place / f"{number}.jpg")
        lines = (f'<p>Paragraph {n}.</p><img src="{n}.jpg" alt="picture {n}">' for n in range(references))
        article = place / "long.html"
        article.write_text("<article><h1>Long</h1>" + "\n".join(lines) + "</article>")
        command = [*AUDITOR, "check", str(article), "--isolated", "--output-format", "json"]
        peak, began = 0, time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            done = threading.Event()
            while process.poll() is None:
                peak = max(peak, tree_bytes(process.pid))
                done.wait(0.2)
        return peak / 1e6, time.perf_counter() - began


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--references", type=int, default=100_000)
    given = parser.parse_args()
    shown = seconds([*AUDITOR, "--help"], given.runs)
    print(f"auditor --help                    {shown:6.2f} s   bar 0.20")
    ours = seconds([*AUDITOR, "check", "samples/consulates.txt"], given.runs)
    plain = seconds([sys.executable, "-c", SCRIPT, "samples/bucket"], given.runs)
    print(f"auditor check, 15 images          {ours:6.2f} s   bar 1.20")
    print(f"bare Pillow + imagehash script    {plain:6.2f} s   ratio {ours / plain:.2f}")
    if given.references:
        peak, took = peak_of_long_article(given.references)
        print(f"{given.references:,} references: peak of the tree {peak:6.0f} MB   bar 400   ({took:.0f} s)")


if __name__ == "__main__":
    main()
