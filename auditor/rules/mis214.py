"""content-address-mismatch: the bytes are not those that their name promises."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, address_key, every, shown
from auditor.rules._examples import photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each object whose bytes do not hash to its key."""
    for reference, outcome in every(audit):
        kind = outcome.evidence.get("content-address")
        if kind:
            expected, got = outcome.evidence.get("expected", "?"), outcome.evidence.get("got", "?")
            yield Hit(
                message=f"the bytes are not those of their name ({kind} {shown(got)}, "
                f"named {shown(expected)}): {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"digest": kind, "expected": expected, "got": got},
            )


RULE = Rule(
    code="MIS214",
    name="content-address-mismatch",
    level="error",
    summary="An object of a content-addressed bucket does not have the content that its key names.",
    why=(
        "Where a key is the digest of its bytes, other bytes under it were damaged or replaced, and a "
        'perceptual comparison may not see it. Looked at where the settings say so: `[s3."bucket"] '
        'content-address = "sha1"`.'
    ),
    fix="Restore the object from a backup, or upload it again under its own digest.",
    check=check,
    passes=(Example('<img src="https://cdn.example/a.jpg" alt="The gate">'),),
    catches=(
        Example(
            '<img src="https://cdn.example/e375" alt="The gate">',
            images={
                "https://cdn.example/e375": photo(
                    "gate", evidence={"content-address": "sha1", "expected": "e3752…", "got": "5d411…"}
                )
            },
        ),
    ),
)
