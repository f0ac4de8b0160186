"""caption-garbled: characters of a caption were lost between encodings."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import shown

_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_LOST = re.compile("\ufffd|锟斤拷|锟斤|烫烫烫|屯屯屯|\\?{4,}")
# Runs of what the bytes of UTF-8 look like when they are read as Western European.
_WESTERN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{2,}"
)
_HAN = re.compile("[\u3400-\u9fff\ue000-\uf8ff\u20ac\u2014-\u2033\u3000-\u312f]{4,}")


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption whose characters tell that it was decoded wrongly."""
    for group in audit.captions.groups:
        sign = garbled(group.text)
        if sign:
            yield Hit(
                message=f"the caption is garbled ({sign}): “{shown(group.text)}”",
                key=group.text,
                images=group.images,
                span=group.span,
                evidence={"caption": group.text, "sign": sign},
            )


def garbled(text: str) -> str | None:
    """What tells that a text was decoded wrongly; None where nothing does."""
    if lost := _LOST.search(text):
        return f"characters were lost: {lost[0]}"
    if entity := _ENTITY.search(text):
        return f"an entity was encoded twice: {entity[0]}"
    for run in _WESTERN.findall(text):
        if meant := _reread(run, "cp1252") or _reread(run, "latin-1"):
            return f"UTF-8 read as Windows-1252: {run} is {meant}"
    for run in _HAN.findall(text):
        if meant := _reread(run, "gb18030"):
            return f"UTF-8 read as GB 18030: {run} is {meant}"
    return None


def _reread(run: str, encoding: str) -> str | None:
    """The run as UTF-8 of the bytes that the encoding gives; None where that makes no text.

    The last character may be cut: its bytes were no whole character of the wrong encoding.
    """
    try:
        meant = codecs.getincrementaldecoder("utf-8")().decode(run.encode(encoding))
    except UnicodeError:
        return None
    return meant if meant and len(meant) < len(run) and meant.isprintable() else None


_FIGURE = (
    "<article><h1>Gate</h1><p>The consulate was closed, and the street stayed empty for the whole day.</p>"
    '<figure><img src="/a.jpg" alt="The gate"><figcaption>{}</figcaption></figure>'
    "<p>The consulate was closed, and the street stayed empty for the whole day.</p></article>"
)
RULE = Rule(
    code="CAP312",
    name="caption-garbled",
    level="warning",
    summary="The caption has replacement characters, mojibake or raw entities in it.",
    why=(
        "Somewhere between CMS, feed and archive the text was read in the wrong encoding, or escaped twice. "
        "The message says which, where it can be told: the original is often still to be had."
    ),
    fix="Decode the caption again, or type it anew.",
    check=check,
    passes=(
        Example(_FIGURE.format("Une façade à Besançon, où l’on vit bien – « déjà »")),
        Example(_FIGURE.format("中国驻休斯敦总领事馆，2020年7月24日")),
    ),
    catches=(
        Example(_FIGURE.format("The museumâ€™s front, 24 July 2020")),
        Example(_FIGURE.format("Une faÃ§ade Ã\xa0 BesanÃ§on")),
        Example(_FIGURE.format("The gate �� 2020")),
        Example(_FIGURE.format("Smith &amp;amp; Sons, July 24, 2020")),
        Example(_FIGURE.format("宸ヤ汉鍦ㄩ棬鍓嶆惉杩愮")),
    ),
)
