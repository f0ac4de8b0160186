"""folder-mismatch: the folder of a bucket address is not the beginning of the object's name."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import address, address_key, every

_NAME = "b1946ac92492d2347c6235b4d2611184a1b2c3d4"


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each reference whose dialect noticed it."""
    for reference, _ in every(audit):
        fault = next((fault for fault in reference.faults if fault.reason == "folder-mismatch"), None)
        if fault:
            yield Hit(
                message=f"{fault.message}: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"raw": reference.raw[:400]},
            )


RULE = Rule(
    code="REF114",
    name="folder-mismatch",
    level="warning",
    summary="The folder in a bucket address is not the first five digits of the object's name.",
    why=(
        "Buckets that are filed by digest keep abcde… in the folder abcde. Another folder is a slip of the "
        "hand or of a script; where the object is found nevertheless, it lies in the wrong place."
    ),
    fix="Correct the folder or the name, whichever is wrong.",
    check=check,
    passes=(
        Example(
            f'<image data:image/s3,"s3://crabby-images/{_NAME[:5]}/{_NAME}" alt=""></image>',
            dialect="placeholder",
        ),
    ),
    catches=(
        Example(
            f'<image data:image/s3,"s3://crabby-images/00000/{_NAME}" alt=""></image>',
            dialect="placeholder",
        ),
    ),
)
