"""Fits the weights by which captions/roles.py tells images of the story from what frames it.

    python tests/bench/fit_captions.py [--corpus FOLDER] [--tools FOLDER] [--pull 100]

Logistic regression by Newton's method, pulled towards the weights we set by hand (`PRIOR`) with the
strength `--pull`; no randomness. Printed: for several strengths the recall and precision of weights fitted
on half of the publishers over the other half, and the weights fitted on all, to be copied into
`roles.WEIGHTS`. Of a picture shown several times only its best place counts as one of the story.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from auditor.captions import roles
from auditor.captions.scopes import is_picture
from auditor.dialects import html
from auditor.model import Document, ImageReference

ROOT = Path(__file__).parents[2]

PRIOR = {
    "bias": -1.5, "in-story": 2.2, "under-headline": 1.9, "above-headline": 0.0, "story-tail": -0.5,
    "story-end": 0.8, "after-story": -1.5, "outside": -2.0, "framed": -2.0, "figure": 0.8, "captioned": 1.0,
    "declared": 2.0, "alone": 0.5, "links-away": -2.5, "links-abroad": -0.5, "links-itself": 0.3,
    "headed": -0.7, "beside-link": -1.5, "odd-kind": -1.5, "in-list": -0.3, "repeated": -0.3, "small": -1.0,
    "large": 1.0, "described": 0.5, "drawing": -2.0,
}  # fmt: skip
PULLS = (1.0, 10.0, 30.0, 100.0, 300.0, 1e6)
NAMES = list(PRIOR)


class Row(NamedTuple):
    """One image of one page: which half its publisher is in, its signs, the truth images it shows."""

    half: int
    page: str
    signs: tuple[str, ...]
    shows: tuple[int, ...]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpora/captions")
    options.add_argument("--tools", type=Path, default=ROOT.parent / "shared/tools")
    options.add_argument("--pull", type=float, default=100.0, help="strength of the weights set by hand")
    given = options.parse_args()
    rows = read(given.corpus, load_evaluator(given.tools))
    for pull in PULLS:
        sums = np.zeros(3)
        for half in (0, 1):
            weights = fit([row for row in rows if row.half == half], pull)
            sums += counts(weights, [row for row in rows if row.half != half])
        right, wrong, missed = sums
        print(
            f"pull {pull:9.0f}: other half's recall {right / (right + missed):.3f}, "
            f"precision {right / (right + wrong):.3f}"
        )
    weights = fit(rows, given.pull)
    print({name: round(float(weight), 1) for name, weight in zip(NAMES, weights, strict=True)})


def load_evaluator(tools: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate_captions", tools / "evaluate_captions.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no evaluator in {tools}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(corpus: Path, evaluator: ModuleType) -> list[Row]:
    rows: list[Row] = []
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        body = gzip.decompress((corpus / "html" / f"{page['id']}.html.gz").read_bytes())
        article = html.parse(
            body.decode("utf-8", "replace"), Document(page["id"], body, url=page["url"]), page["url"]
        )
        judge = roles.Judge(article)
        known = [keys(evaluator, image["urls"], page["url"]) for image in page["images"]]
        half = hashlib.md5(page["publisher"].encode(), usedforsecurity=False).digest()[0] & 1
        for reference in article.references:
            if is_picture(reference):
                own = keys(evaluator, addresses(reference), page["url"])
                shows = tuple(number for number, names in enumerate(known) if names & own)
                rows.append(Row(half, page["id"], tuple(judge.signs(reference)), shows))
    best: dict[tuple[str, int], Row] = {}
    for row in rows:
        for number in row.shows:
            key = (row.page, number)
            if key not in best or by_hand(row) > by_hand(best[key]):
                best[key] = row
    kept = {id(row) for row in best.values()}
    return [row for row in rows if not row.shows or id(row) in kept]


def addresses(reference: ImageReference) -> list[str]:
    return [reference.url or "", *(candidate.url for candidate in reference.candidates)]


def keys(evaluator: ModuleType, urls: list[str], base: str) -> set[str]:
    found: set[str] = set()
    return found.union(*(evaluator.keys(url, base) for url in urls))


def by_hand(row: Row) -> float:
    return sum(PRIOR[sign] for sign in row.signs)


def matrix(rows: list[Row]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """1.0 where a row has a sign, shape (rows, signs); the first column is the bias."""
    signs = np.zeros((len(rows), len(NAMES)))
    signs[:, 0] = 1.0
    for number, row in enumerate(rows):
        for sign in row.signs:
            signs[number, NAMES.index(sign)] = 1.0
    return signs


def fit(rows: list[Row], pull: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    signs, truth = matrix(rows), np.array([bool(row.shows) for row in rows], float)
    prior = np.array([PRIOR[name] for name in NAMES])
    weights = prior.copy()
    for _ in range(40):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (truth - chance) - pull * (weights - prior)
        bend = (signs * (chance * (1 - chance))[:, None]).T @ signs + pull * np.eye(len(NAMES))
        weights += np.linalg.solve(bend, slope)
    return weights


def counts(weights: np.ndarray[Any, np.dtype[np.float64]], rows: list[Row]) -> tuple[int, int, int]:
    """Rightly taken, wrongly taken, missed."""
    taken = matrix(rows) @ weights > 0
    truth = np.array([bool(row.shows) for row in rows])
    return int((taken & truth).sum()), int((taken & ~truth).sum()), int((~taken & truth).sum())


if __name__ == "__main__":
    main()
