"""Fits the weights by which captions/roles.py tells images of the story from what frames it.

    python tests/bench/fit_captions.py [--corpus FOLDER] [--tools FOLDER] [--pull 100]

Logistic regression by Newton's method, pulled towards the weights we set by hand (`PRIOR`) with the
strength `--pull`; no randomness. Printed: for several strengths the recall and precision of weights fitted
on half of the publishers over the other half, as it is and without the names that classes and ids give
(captions.py, --hide-names), and the weights fitted on all, to be copied into `weights.WEIGHTS`.
Of a picture shown several times only its best place counts as one of the story.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from captions import body, half, load_evaluator, load_truth, without_names

sys.path.insert(0, str(Path(__file__).parents[2]))

from auditor.captions import roles
from auditor.dialects import html
from auditor.model import Document, ImageReference

ROOT = Path(__file__).parents[2]

PRIOR = {
    "bias": -1.5, "in-story": 2.2, "under-headline": 1.9, "above-headline": 0.0, "story-tail": -0.5,
    "story-end": 0.8, "after-story": -1.5, "outside": -2.0, "framed": -2.0, "other-article": -2.5,
    "in-row": -1.5, "figure": 0.8, "captioned": 1.0, "declared": 2.0, "alone": 0.5, "links-away": -2.5,
    "links-abroad": -0.5, "links-itself": 1.0, "headed": -0.7, "beside-link": -1.5, "odd-kind": -1.5,
    "in-list": -0.3, "repeated": -0.3, "small": -1.0, "large": 1.0, "described": 0.5, "drawing": -2.0,
    "strip": -3.5, "portrait": -2.0, "heads-story": 1.9, "invites": -2.0, "blank": -1.0,
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
    evaluator = load_evaluator(given.tools)
    rows, nameless = (read(given.corpus, evaluator, hide_names=hide) for hide in (False, True))
    for pull in PULLS:
        for title, tested in (("other half", rows), ("without names", nameless)):
            sums = np.zeros(3)
            for own in (0, 1):
                weights = fit([row for row in rows if row.half == own], pull)
                sums += counts(weights, [row for row in tested if row.half != own])
            right, wrong, missed = sums
            recall, precision = right / (right + missed), right / (right + wrong)
            print(f"pull {pull:9.0f}, {title:13s}: recall {recall:.3f}, precision {precision:.3f}")
    weights = fit(rows, given.pull)
    print({name: round(float(weight), 1) for name, weight in zip(NAMES, weights, strict=True)})


def read(corpus: Path, evaluator: ModuleType, *, hide_names: bool) -> list[Row]:
    rows: list[Row] = []
    for page in load_truth(corpus):
        content = body(corpus, page)
        markup = content.decode("utf-8", "replace")
        document = Document(page["id"], content, url=page["url"])
        article = html.parse(without_names(markup) if hide_names else markup, document, page["url"])
        judge = roles.Judge(article)
        known = [keys(evaluator, image["urls"], page["url"]) for image in page["images"]]
        for reference in article.references:
            if reference.index in judge.pictures:
                own = keys(evaluator, addresses(reference), page["url"])
                shows = tuple(number for number, names in enumerate(known) if names & own)
                rows.append(Row(half(page), page["id"], tuple(judge.signs(reference)), shows))
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
