"""How many articles a second one core makes of web archives: WARC bytes to references.

The real archives of ../shared/corpora/warc are put one behind the other, COPIES times, into one file (a
WARC may be concatenated), and read as a scan reads it: captures noted in the index on disk, codings undone,
pages parsed into blocks and references. The bar is 300 articles/s per core.

    python tests/bench/warc_pages.py --copies 20
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from auditor import loops, reading, sourcing
from auditor.config import Settings
from auditor.errors import SourceError
from auditor.model import Document

ARCHIVES = Path(__file__).parents[3] / "shared" / "corpora" / "warc"
BAR = 300.0  # articles per second of one core's time


async def read(path: Path, index: Path, *, parse: bool) -> tuple[int, int, int]:
    """Articles, references and troubles in the archive at `path`."""
    settings = Settings()
    articles = references = troubles = 0
    async for shard in sourcing.shards(str(path), settings, path.parent):
        if isinstance(shard, SourceError):
            raise shard
        async for item in sourcing.documents(shard, settings, path.parent, captures=index):
            if isinstance(item, Document):
                articles += 1
                references += len(reading.article(item, settings).references) if parse else 0
            else:
                troubles += 1
    return articles, references, troubles


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--archives", type=Path, default=ARCHIVES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "all.warc.gz")
        sources = sorted(given.archives.glob("*.warc.gz"))
        path.write_bytes(b"".join(source.read_bytes() for source in sources) * given.copies)
        print(f"{len(sources)} archives x {given.copies}, {path.stat().st_size:,} bytes")
        for parse, what in ((False, "read"), (True, "read and parsed")):
            index = Path(name, f"captures-{parse}")
            began, cpu = time.perf_counter(), time.process_time()
            articles, references, troubles = loops.run(read(path, index, parse=parse))
            took, used = time.perf_counter() - began, time.process_time() - cpu
            print(
                f"{what}: {articles:,} articles, {references:,} references, {troubles} troubles; "
                f"{articles / took:.0f} articles/s, {articles / used:.0f} per s of CPU "
                f"({articles / used / BAR:.2f} x the bar)"
            )


if __name__ == "__main__":
    main()
