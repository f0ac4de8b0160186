"""caption-uncertain: two lines may be the caption, or one that hardly looks like it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from auditor.model import Audit, CaptionCandidate, Example, Hit, Pairing, Rule
from auditor.rules._audits import address_key, captioned, shown

# Texts of the page; an alternative text or a field in the file is no line that could be moved.
_LINES = (
    "figcaption", "caption-element", "line-before", "line-after", "table-cell", "heading",
)  # fmt: skip
_RIVAL = 0.5
_WORTH_TELLING = 0.4  # below it a line is just text


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption (or image without one) whose pairing could well be another one."""
    taken = {group.text for group in audit.captions.groups}
    for reference, pairing in captioned(audit):
        why = _doubt(pairing, taken, audit.options.min_caption_confidence)
        if why:
            yield Hit(
                message=f"it is not clear which text is the image's caption: {why}",
                key=pairing.caption.text if pairing.caption else address_key(reference),
                images=(reference.index,),
                evidence={
                    "candidates": [
                        {"text": c.text[:200], "relation": c.relation, "confidence": c.confidence}
                        for c in pairing.candidates
                    ]
                },
            )


def _doubt(pairing: Pairing, taken: Collection[str], least: float) -> str | None:
    """Why the pairing is doubtful, in words; a line that serves other images is no rival."""
    free = [c for c in pairing.candidates if c.relation in _LINES]
    if pairing.caption is None:
        likely = bool(free) and free[0].confidence >= _WORTH_TELLING and free[0].text not in taken
        return f"perhaps {_quoted(free[0])}" if likely else None
    chosen = next((c for c in free if c.text == pairing.caption.text), None)
    rival = next((c for c in free if c.text not in taken and c.confidence >= _RIVAL), None)
    if chosen and rival:
        return f"{_quoted(chosen)} or {_quoted(rival)}"
    return f"{_quoted(chosen)} hardly reads like one" if chosen and chosen.confidence < least else None


def _quoted(candidate: CaptionCandidate) -> str:
    where = f" (line {candidate.span.line})" if candidate.span else ""
    return f"“{shown(candidate.text)}”{where}"


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
RULE = Rule(
    code="CAP307",
    name="caption-uncertain",
    level="note",
    summary="The caption of the image cannot be told for sure.",
    why=(
        "Where a program hesitates between two lines, or finds one that hardly reads like a caption, a "
        "reader may as well. No caption is better than a wrong one, so that a doubtful line is not taken."
    ),
    fix="Put the caption into a figcaption, or next to its image on a line of its own.",
    check=check,
    absorbs=("CAP305",),
    passes=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="The gate">'
            f"<figcaption>The gate, 24 July 2020</figcaption></figure>{_TEXT}</article>"
        ),
    ),
    catches=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="The gate">'
            "<figcaption>The gate, 24 July 2020</figcaption>"
            f"<figcaption>The hall, 25 July 2020</figcaption></figure>{_TEXT}</article>"
        ),
    ),
)
