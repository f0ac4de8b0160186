"""caption-without-image: a caption whose picture was lost."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each line that reads like a caption and has no image next to it."""
    for stray in audit.captions.strays:
        yield Hit(
            message=f"a caption without an image: “{shown(stray.text)}” ({stray.why})",
            key=stray.text,
            span=stray.span,
            evidence={"text": stray.text, "why": stray.why},
        )


_LONG = "这一段是正文，讲述了当天在现场所发生的一切，内容很长，不可能是图片的说明。这里还有第二句话。"
RULE = Rule(
    code="CAP308",
    name="caption-without-image",
    level="warning",
    summary="A line reads like a caption, and no image stands next to it.",
    why=(
        "When an image is lost in a migration or an export, its placeholder often goes with it, so that "
        "nothing is left to be checked; the orphaned caption is the only trace."
    ),
    fix="Restore the picture, or delete the line.",
    check=check,
    passes=(
        Example(
            f"{_LONG}\n\n2020年7月24日，工人在门前搬运箱子\n\n"
            f'<image s3://crabby-images/aaaaa/aaaaa1 alt="">\n\n{_LONG}\n',
            dialect="placeholder",
        ),
    ),
    catches=(
        Example(
            f"{_LONG}\n\n2020年7月24日，工人在门前搬运箱子\n\n"
            f'<image s3://crabby-images/aaaaa/aaaaa1 alt="">\n\n{_LONG}\n\n'
            f"2020年7月27日，街道上空无一人\n\n{_LONG}\n",
            dialect="placeholder",
        ),
    ),
)
