"""Examples to audits, by the same stages as in a run, with told outcomes in place of the network."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest

from auditor import duplicates, standins
from auditor.captions import pairing, roles
from auditor.config import DuplicateSettings
from auditor.model import Audit, Document, Example, ImageReference, Outcome, State
from auditor.rules._examples import photo

_PARAGRAPH = (
    "<p>The closure was announced in the morning, and the street stayed empty until the evening. %s</p>"
)
_AROUND = (_PARAGRAPH % "Nobody came out.", _PARAGRAPH % "Then the gate was opened again.")


def audit(example: Example) -> Audit:
    """What the rules would read of the example's article.

    A fragment of HTML is put among paragraphs, since images that stand in no story are not the
    article's own.
    """
    text = example.text
    if example.dialect == "html" and "<article" not in text and "<head" not in text:
        text = f"<article><h1>A street</h1>{_AROUND[0]}\n{text}\n{_AROUND[1]}</article>"
    document = Document("example", text.encode(), url=example.url)
    dialect = importlib.import_module(f"auditor.dialects.{example.dialect}")
    article = roles.assign(dialect.parse(text, document))
    outcomes = tuple(_outcome(reference, example) for reference in article.references)
    pictures = {index: outcome.picture for index, outcome in enumerate(outcomes) if outcome.picture}
    captions = pairing.pair(article, pictures)
    entries, sightings = [], []
    for reference, outcome in zip(article.references, outcomes, strict=True):
        if reference.role in ("lead", "body") and outcome.picture and outcome.sha256:
            identity = f"example#{reference.index}"
            entries.append(duplicates.Entry(identity, outcome.sha256, outcome.picture, "example"))
            address = reference.url or reference.address
            sightings.append(standins.Sighting(identity, address, None, outcome.sha256, outcome.picture))
    found = duplicates.find(entries, DuplicateSettings())
    listed = standins.find(sightings, example.options.stand_ins)
    return Audit(
        article,
        outcomes,
        captions,
        duplicates=found.groups,
        stand_ins={int(identity.rpartition("#")[2]): stand_in for identity, stand_in in listed.items()},
        options=example.options,
        now=example.now,
        history=example.history,
        pairs=found.pairs,
    )


def _outcome(reference: ImageReference, example: Example) -> Outcome:
    for name in (reference.address.strip(), reference.url):
        if name and name in example.images:
            return example.images[name]
    if reference.kind == "inline-svg":
        return Outcome(State.OK, decodes=True)
    if reference.url is None:
        return Outcome(State.INVALID, "bad-url" if reference.address.strip() else "empty")
    return photo(reference.url)


@pytest.fixture
def audit_of() -> Callable[[Example], Audit]:
    return audit
