"""count-mismatch: a caption promises pictures that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, CaptionGroup, Example, Hit, Rule
from auditor.rules._audits import content, shown

_WORDS = {
    w: n for n, w in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_HAN = {w: n for n, w in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "兩": 2}
_NUMBER = r"(?P<n>\d{1,3}|[一二两兩三四五六七八九十]{1,3})"
_PROMISES = (
    re.compile(rf"(?:组[图照]|組[圖照]|图集|圖集)\s*[（(:：,，]?\s*(?:共|共计)?\s*{_NUMBER}\s*[张張幅]"),
    re.compile(rf"(?:共|本组|本組)\s*{_NUMBER}\s*[张張幅](?:图|圖|照)"),
    re.compile(
        rf"\b(?:gallery|series|set|collection)\s+of\s+(?P<n>\d{{1,3}}|{'|'.join(_WORDS)})\s+"
        r"(?:photo|picture|image)(?:graph)?s\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"[(（]\s*(?P<n>\d{{1,3}}|{'|'.join(_WORDS)})\s+(?:photos|pictures|images)\s*[)）]", re.IGNORECASE
    ),
)
_UP = re.compile(r"(?:上[图圖])(?=[为為是:：、，,\s]|$)|[（(]上[图圖][)）]")
_DOWN = re.compile(r"(?:下[图圖])(?=[为為是:：、，,\s]|$)|[（(]下[图圖][)）]")
_SIDES = re.compile(r"左[图圖].{0,80}右[图圖]|右[图圖].{0,80}左[图圖]", re.DOTALL)
_WIDE = 1.9  # width to height of two pictures mounted side by side


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption that speaks of more, fewer or other pictures than it stands with."""
    for group in audit.captions.groups:
        for what, promised in _mismatches(audit, group):
            yield Hit(
                message=f"{what}: “{shown(group.text)}”",
                key=f"{promised} {group.text}",
                images=group.images,
                span=group.span,
                evidence={"promised": promised, "found": len(group.images), "caption": group.text},
            )


def _mismatches(audit: Audit, group: CaptionGroup) -> Iterator[tuple[str, str]]:
    found = len(group.images)
    promised = _promised(group.text)
    if promised is not None and promised != found:
        yield f"the caption promises {promised} pictures, {found} stand with it", str(promised)
    if _SIDES.search(group.text) and found == 1 and not _is_mounted(audit, group.images[0]):
        yield "the caption speaks of a left and a right picture, one stands with it", "left and right"
    line = group.span.line if group.span else None
    at = [reference.span.line for reference, _ in content(audit)]
    if line and _UP.search(group.text) and not any(other < line for other in at):
        yield "the caption points to a picture above, none stands there", "above"
    if line and _DOWN.search(group.text) and not any(other > line for other in at):
        yield "the caption points to a picture below, none stands there", "below"


def _promised(text: str) -> int | None:
    for pattern in _PROMISES:
        if match := pattern.search(text):
            return _number(match["n"].lower())
    return None


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word)
    if word in _WORDS:
        return _WORDS[word]
    tens, ten, ones = word.partition("十")
    if ten:
        return 10 * _HAN.get(tens, 1) + _HAN.get(ones, 0)
    return _HAN.get(word)


def _is_mounted(audit: Audit, index: int) -> bool:
    """Whether one file may hold two pictures side by side; what was not seen may."""
    picture = audit.outcomes[index].picture
    return not picture or not picture.height_px or (picture.width_px or 0) / picture.height_px >= _WIDE


_LONG = "这一段是正文，讲述了当天在现场所发生的一切，内容很长，不可能是图片的说明。这里还有第二句话。"
_TWO = '<image s3://crabby-images/aaaaa/aaaaa1 alt="">\n<image s3://crabby-images/bbbbb/bbbbb1 alt="">\n'
RULE = Rule(
    code="CAP309",
    name="count-mismatch",
    level="note",
    summary="A caption promises a number or a position of pictures that the article does not have.",
    why=(
        "“A gallery of seven” with six pictures has lost one, and its placeholder with it; “left” and "
        "“right” over a single picture tell that it was swapped. Where people stand in a picture is no "
        "promise of pictures, and is left alone."
    ),
    fix="Restore the missing picture, or correct the caption.",
    check=check,
    passes=(
        Example(
            f"{_LONG}\n\n2020年7月24日，街道上空无一人（组图2张）\n{_TWO}\n{_LONG}\n", dialect="placeholder"
        ),
    ),
    catches=(
        Example(
            f"{_LONG}\n\n2020年7月24日，街道上空无一人（组图7张）\n{_TWO}\n{_LONG}\n", dialect="placeholder"
        ),
    ),
)
