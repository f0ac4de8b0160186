"""undecodable: an image by its first bytes that no decoder can show."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed
from auditor.rules.mis206 import REASONS as CUT_SHORT


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address whose file is damaged."""
    return outcome_hits(audit, State.BROKEN, _tell, lambda outcome: outcome.reason not in CUT_SHORT)


def _tell(outcome: Outcome) -> str:
    return f"the image file is damaged ({cause(outcome)})"


RULE = Rule(
    code="MIS207",
    name="undecodable",
    level="error",
    summary="The file begins as an image and cannot be decoded.",
    why=(
        "Bytes were lost or changed on the way: a transfer in text mode, a wrong content coding, a failing "
        "disk, an export that went wrong. Browsers show a broken frame or coloured stripes."
    ),
    fix="Export and upload the image again.",
    check=check,
    absorbs=("MIS214",),
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "truncated", "PNG without IEND")},
            note="a file that ends early is MIS206",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.png" alt="The gate">',
            images={"/a.png": failed(State.BROKEN, "corrupt", "bad checksum in chunk IDAT")},
        ),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": failed(State.BROKEN, "bad-encoding", "body is no gzip as declared")},
        ),
    ),
)
