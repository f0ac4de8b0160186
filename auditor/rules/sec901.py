"""decompression-bomb: a small file that unfolds into more pixels or frames than the limits allow."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed, photo
from auditor.rules.mis216 import BOMBS


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture that was refused for its size in pixels or frames."""
    return outcome_hits(audit, State.TOO_LARGE, _tell, lambda outcome: outcome.reason in BOMBS)


def _tell(outcome: Outcome) -> str:
    return f"the picture declares more {outcome.reason} than the limit ({cause(outcome)})"


RULE = Rule(
    code="SEC901",
    name="decompression-bomb",
    level="error",
    summary="The picture declares more pixels or frames than the limit, and was not decoded.",
    why=(
        "A file of a few kilobytes can unfold into gigabytes and stop browsers, phones and every server "
        "that makes thumbnails. Even where nobody meant harm it is no picture for a web page."
    ),
    fix="Refuse the file; where such sizes are meant, raise --max-pixels.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">', images={"/a.jpg": photo("gate", 7952, 5304)}),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.TOO_LARGE, "bytes", "more than 64 MiB")},
            note="many bytes are MIS216",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.png" alt="The gate"><img src="/b.gif" alt="The hall">',
            images={
                "/a.png": failed(State.TOO_LARGE, "pixels", "65535x65535 px, limit 64,000,000 px"),
                "/b.gif": failed(State.TOO_LARGE, "frames", "100,000 frames"),
            },
            count=2,
        ),
    ),
)
