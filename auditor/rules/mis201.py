"""image-missing: whoever holds the images says that this one does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import gone, unreachable
from auditor.rules.mis211 import NOT_CAPTURED


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that is gone."""
    return outcome_hits(audit, State.MISSING, _tell, lambda outcome: outcome.reason != NOT_CAPTURED)


def _tell(outcome: Outcome) -> str:
    shows = ", though a picture came with that answer" if outcome.decodes else ""
    return f"image not found ({cause(outcome)}{shows})"


RULE = Rule(
    code="MIS201",
    name="image-missing",
    level="error",
    summary="The image does not exist where the article says it is.",
    why=(
        "The host answered, and says that there is no such file: a 404 or 410, an unknown key of a "
        "bucket, no file at a path. Readers see a broken frame or a gap. No answer at all is another "
        "matter (MIS202), and so are a refusal (MIS203) and what a web archive lacks (MIS211)."
    ),
    fix="Upload the image again under this address, or take the reference out of the article.",
    check=check,
    passes=(
        Example('<p><img src="/a.jpg" alt="The gate"></p>', note="the image is there"),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": unreachable("timeout", "no answer within 20 s")},
            note="nobody can say that it is gone",
        ),
    ),
    catches=(
        Example(
            '<p>Before</p><img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": gone()},
        ),
        Example(
            "![The gate](https://cdn.example/a.jpg) and ![The hall](https://cdn.example/b.jpg)",
            dialect="markdown",
            images={
                "https://cdn.example/a.jpg": gone("http-410", "HTTP 410 Gone"),
                "https://cdn.example/b.jpg": gone("no-such-key", "s3 NoSuchKey"),
            },
            count=2,
        ),
    ),
)
