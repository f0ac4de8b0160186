"""not-captured: the page is in the web archive, its image is not."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed, gone

NOT_CAPTURED = "not-in-archive"


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that the archive has no capture of."""
    return outcome_hits(audit, State.MISSING, _tell, lambda outcome: outcome.reason == NOT_CAPTURED)


def _tell(outcome: Outcome) -> str:
    return f"the page was captured, this image was not ({cause(outcome)})"


_IMAGE = '<img src="/a.jpg" alt="The gate">'

RULE = Rule(
    code="MIS211",
    name="not-captured",
    level="error",
    summary="The web archive holds the page and not its image.",
    why=(
        "When the page is played back, the image is a gap, or worse: today's picture leaks in from the live "
        "web. Crawlers miss what scripts load and what other hosts forbid; a revisit record without its "
        "original is a loss of the same kind. As long as the live web still has the image it can be captured."
    ),
    fix="Crawl the missing addresses again (a patch crawl), and add the records to the archive.",
    check=check,
    passes=(
        Example(_IMAGE),
        Example(_IMAGE, images={"/a.jpg": gone()}, note="the live web says that it is gone: MIS201"),
    ),
    catches=(
        Example(
            _IMAGE,
            images={"/a.jpg": failed(State.MISSING, NOT_CAPTURED, "the archive has no capture")},
        ),
    ),
)
