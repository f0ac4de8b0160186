"""Turns one line of text into the signs that it is a caption, or that it is not."""

from __future__ import annotations

import functools
import re

from auditor.captions import dates
from auditor.captions.credits import split
from auditor.captions.words import width
from auditor.model import TextBlock

_CUE = re.compile(
    r"\s*[▲△↑▼▽↓◎●■(（\[【]*\s*(?:(?:资料|資料|配|上|下|左|右|组|組|本)?[图圖](?:片|说|說|为|為|注|解|集)?\s*[:：为為/／丨]|"
    r"[图圖](?:为|為)|[图圖][一二三四五六七八九十\d]+|(?:资料|資料)[图圖照]|"
    r"(?:photo|foto|bild|image|picture|caption|legende|pictured|im bild)s?\b\s*[:：,]?\s|"
    r"(?:figure|fig\.?|abb(?:ildung)?\.?|図)\s?\d{1,3}\s?[:：.])",
    re.IGNORECASE,
)
# How a picture was made, at the end of a line that says what it shows.
_KIND = re.compile(r"[\u4e00-\u9fff](?:截[图圖]|(?:资料|資料|示意|效果|合成|宣传)[图圖]片?|资料照片)[。.]?$")
# Who made the page; the title of a book or poem, and no more.
_STAFF = re.compile(r"\s*[(（]?(?:责任?编辑?|編輯|编辑|責任編輯|责编|校对|校對|审核|監製|监制)[\s:：/／丨|]")
_TITLE = re.compile(r"[《〈][^《》〈〉]{1,40}[》〉]")
_POINTER = re.compile(r"\s*[▲△↑▼▽↓]")
_SIDE = re.compile(
    r"\((?:left|right|centre|center|links|rechts|mitte|v\.? ?l\.?[^)]{0,12}|gauche|droite|izquierda)\b|"
    r"\b(?:pictured|from left|left to right|von links|v\. ?l\. ?n\. ?r\.)|"
    r"[(（][左右中前后後][^)）]{0,6}[)）]|左起|右起|左[一二三四1-9]",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\s*[(（【\[]?[图圖]?\s*(\d{1,2}|[一二三四五六七八九十]{1,2})\s*[)）】\].、:：](?!\d)"
)
_SENTENCE_END = re.compile(r"[。!?！？]|[^\W\d_]{3,}[.](?=\s|$)")
_CLOSED = re.compile(r"[。.!?！？…:：][\"'”’」』)）]*$")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b(?:\s*(?:uhr|h|am|pm|[A-Z]{2,4}))?", re.IGNORECASE)
_BYLINE_WORDS = re.compile(
    r"\b(?:stand|lese(?:zeit|dauer)|min(?:uten|utes|s)?|published|updated|posted|geschrieben|veröffentlicht|"
    r"aktualisiert|actualizado|publié|mis à jour|read|uhr|by|von|par|por|in|am|on|at|um|le|el|del?|"
    r"nachrichten|news)\b|\d+|[\W_]|발행|수정|入力|更新|发布|發布|來源|来源",
    re.IGNORECASE,
)
_LONG_WIDTH = 170  # columns: 85 Han characters
_HOPELESS_WIDTH = 600  # no line of this width is a caption without markup that says so
_SHORTEST_WIDTH = 10
_BYLINE_REST = 16
_OF_LENGTH = frozenset(("long", "sentences", "short"))


def signs(block: TextBlock) -> frozenset[str]:
    """What a line has of a caption ("cue", "date-led", ...) and of something else ("long", "byline", ...)."""
    if block.role == "caption":  # what calls itself a caption may be as long as it likes
        return (_of_text(block.text) - _OF_LENGTH) | {"named"}
    return _of_text(block.text) | _of_setting(block.role, block.emphasis, block.link_share)


def _of_setting(role: str, emphasis: str, link_share: float) -> set[str]:
    seen = {
        "set-apart": bool({"centred", "small", "em"} & set(emphasis.split())),
        "heading": role == "heading",
        "list-item": role == "list-item",
        "links": link_share > 0.5,
    }
    return {sign for sign, there in seen.items() if there}


@functools.lru_cache(maxsize=4096)
def _of_text(text: str) -> frozenset[str]:
    wide = width(text)
    if wide > _HOPELESS_WIDTH:
        return frozenset(("long", "sentences"))
    found = dates.find(text[:40])
    seen = {
        "cue": any((_CUE.match(text), _POINTER.match(text), _SIDE.search(text), _KIND.search(text))),
        "date-led": bool(found) and text.find(found[0].text) <= 2,
        "credited": split(text)[1] is not None,
        "numbered": bool(_NUMBERED.match(text)),
        "open-ended": not _CLOSED.search(text),
        "long": wide > _LONG_WIDTH,
        "short": wide < _SHORTEST_WIDTH,
        "sentences": len(_SENTENCE_END.findall(text)) > 1,
        "bracketed": text[:1] in "(（[" and text[-1:] in ")）]",
        "heading": bool(_TITLE.fullmatch(text)),
        "byline": wide < _LONG_WIDTH and is_byline(text),
    }
    return frozenset(sign for sign, there in seen.items() if there)


def is_byline(text: str) -> bool:
    """Whether a line says little but when, or by whom, the story was written: no caption."""
    if _STAFF.match(text):
        return True
    found = dates.find(text)
    if not found and not _CLOCK.search(text):
        return False
    rest = _CLOCK.sub(" ", text)
    for mention in found:
        rest = rest.replace(mention.text, " ")
    rest = _BYLINE_WORDS.sub("", rest)
    return width(rest) < (_BYLINE_REST if _CLOCK.search(text) else _BYLINE_REST // 2)
