"""How well images are found and paired with captions and credits on annotated news pages.

    python tests/bench/captions.py [--corpus ../shared/corpora/captions] [--tools ../shared/tools]

Every page is checked by the auditor's own Python API, offline; the JSON report is scored by the corpus'
evaluator; with --hide-names as if no class and no id told what it names, as on sites that make up such
names by machine. Printed: its table for all pages and for two halves of the publishers (by a digest of their
names), how many images abstained, how often each kind of caption was right at which stated confidence,
and pages per second of parse + pairing on one core next to lexbor's bare parse in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import importlib.util
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec
from selectolax.lexbor import LexborHTMLParser

import auditor
from auditor.captions import pairing, roles
from auditor.config import Settings
from auditor.dialects import html
from auditor.model import Document

ROOT = Path(__file__).parents[2]

Truth = dict[str, Any]
Prediction = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpora/captions")
    options.add_argument("--tools", type=Path, default=ROOT.parent / "shared/tools")
    options.add_argument("--hide-names", action="store_true", help="classes and ids that say nothing")
    options.add_argument("--errors", type=int, default=0, help="print that many pairs that went wrong")
    options.add_argument("--write", type=Path, help="keep the predictions as JSON lines")
    given = options.parse_args()
    evaluator = load_evaluator(given.tools)
    truth = load_truth(given.corpus)
    predictions = {page["id"]: predict(given.corpus, page, given.hide_names) for page in truth}
    if given.write:
        given.write.write_text("".join(json.dumps(p) + "\n" for p in predictions.values()), encoding="utf-8")
    for name, pages in (
        ("all publishers", truth),
        ("first half", [page for page in truth if half(page) == 0]),
        ("second half", [page for page in truth if half(page) == 1]),
    ):
        scores, shown = evaluator.score(pages, predictions, given.errors if pages is truth else 0)
        print(evaluator.row(f"{name} ({len(pages)} pages)", scores))
        for line in shown:
            print("   ", *line)
    images = [image for prediction in predictions.values() for image in prediction["images"]]
    abstained = sum(not image["captions"] for image in images)
    print(f"abstained: {abstained} of {len(images)} images of the story have no caption in the report")
    print_calibration(evaluator, truth, predictions)
    print_speed(given.corpus, truth)


def load_evaluator(tools: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate_captions", tools / "evaluate_captions.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no evaluator in {tools}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_truth(corpus: Path) -> list[Truth]:
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def body(corpus: Path, page: Truth) -> bytes:
    return gzip.decompress((corpus / "html" / f"{page['id']}.html.gz").read_bytes())


def half(page: Truth) -> int:
    return hashlib.md5(page["publisher"].encode(), usedforsecurity=False).digest()[0] & 1


def without_names(markup: str) -> str:
    """A page of which every name in a class or id is another, the same everywhere, that says nothing."""

    def replaced(attribute: re.Match[str]) -> str:
        digests = (hashlib.md5(name.encode(), usedforsecurity=False) for name in attribute[2][1:-1].split())
        return f'{attribute[1]}="{" ".join("c" + digest.hexdigest()[:6] for digest in digests)}"'

    return re.sub(r"""(?<=\s)(class|id)=("[^"]*"|'[^']*')""", replaced, markup)


def predict(corpus: Path, page: Truth, hide_names: bool = False) -> Prediction:
    """What the report says of a page, in the evaluator's form. Without a caption there are none at all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        content = body(corpus, page)
        if hide_names:
            content = without_names(content.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
        file.write_bytes(content)
        settings = Settings(offline=True, dialect="html", base_url=page["url"])
        report = json.loads(msgspec.json.encode(asyncio.run(auditor.check([str(file)], settings))))
    images = []
    for image in report["articles"][0]["images"]:
        if image["role"] not in ("lead", "body"):
            continue
        caption = image["caption"]
        others = [candidate["text"] for candidate in image["caption_candidates"]] if caption else []
        credit = image.get("credit") or (caption or {}).get("credit")
        urls = [image["url"], image["address"], *(candidate["url"] for candidate in image["candidates"])]
        images.append(
            {
                "urls": [url for url in urls if url],
                "captions": [caption["text"], *others[1:]] if caption else [],
                "credit": [credit] if credit else [],
                "relation": caption["relation"] if caption else None,
                "confidence": caption["confidence"] if caption else None,
            }
        )
    return {"id": page["id"], "images": images}


def print_calibration(evaluator: ModuleType, truth: list[Truth], predictions: dict[str, Prediction]) -> None:
    """Of the captions given with one relation and confidence: the share that is the truth's."""
    told: dict[tuple[str, float], list[bool]] = defaultdict(list)
    for page in truth:
        for known in page["images"]:
            keys = set().union(*(evaluator.keys(url, page["url"]) for url in known["urls"]))
            if "missing_caption" in known["flags"]:
                continue
            for image in predictions[page["id"]]["images"]:
                names = set().union(*(evaluator.keys(url, page["url"]) for url in image["urls"]), set())
                if not image["captions"] or not names & keys:
                    continue
                said, right = image["captions"][0], known["caption"] or ""
                same = evaluator.nocredit(said, known["credit"]) == evaluator.nocredit(right, known["credit"])
                told[image["relation"], image["confidence"]].append(bool(right) and same)
                break
    print("relation          stated  right  captions")
    for (relation, confidence), right in sorted(told.items()):
        print(f"{relation:16s}  {confidence:.2f}    {sum(right) / len(right):.2f}   {len(right)}")


def print_speed(corpus: Path, truth: list[Truth]) -> None:
    """The best of three passes over all pages: what a quiet core would do."""
    pages = [(body(corpus, page).decode("utf-8", "replace"), page["url"]) for page in truth]
    bare = whole = captions = float("inf")
    for _ in range(3):
        begin = time.process_time()
        for text, _ in pages:
            LexborHTMLParser(text)
        parsed = time.process_time()
        articles = [html.parse(text, Document("page", b"", url=url), url) for text, url in pages]
        read = time.process_time()
        for article in articles:
            pairing.pair(roles.assign(article))
        done = time.process_time()
        bare = min(bare, parsed - begin)
        captions = min(captions, done - read)
        whole = min(whole, done - parsed)
    count = len(pages)
    print(
        f"speed: parse + pairing {count / whole:.0f} pages/s of CPU, "
        f"{whole / bare:.1f} times the time of lexbor's bare parse; "
        f"roles + pairing alone {count / captions:.0f} pages/s"
    )


if __name__ == "__main__":
    main()
