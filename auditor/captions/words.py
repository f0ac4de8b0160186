"""Turns text into the measures that captions are judged by: how wide it is, and whether two are the same."""

from __future__ import annotations

import functools
import re
import unicodedata

_WIDE = re.compile(r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]")
_ADVERTISEMENT = re.compile(
    r"\W*(?:(?:paid |scroll to continue )?advert(?:isement)?s?|advertising|(?:video )?ad feedback|"
    r"sponsored(?: content)?|anzeigen?|"
    r"werbung|reklam[aey]?|reklám|hirdetés|annons|annonse|annonce|inzerce|mainos|publicit[ée]|publicidade?|pubblicità|"
    r"advertentie|iklan|quảng cáo|реклама|διαφήμιση|إعلان|פרסומת|広告|광고|广告|廣告)\W*",
    re.IGNORECASE,
)
# Codes for telephones, and what stands beside them.
_CODE = re.compile(
    r"二[维維][码碼]|[扫掃](?:一[扫掃]|[码碼描])|长按识别|長按識別|\bQR[- ]?codes?\b|QRコード|QR ?코드",
    re.IGNORECASE,
)
_LONGEST_LABEL = 40
_UNLETTERED = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=8192)
def width(text: str) -> int:
    """How much room a text takes, in columns; Han, kana and Hangul take two."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def is_advertisement(text: str) -> bool:
    """Whether a text says no more than that what stands beside it is an advertisement."""
    return len(text) <= _LONGEST_LABEL and bool(_ADVERTISEMENT.fullmatch(text))


def is_of_code(text: str) -> bool:
    """Whether a line says no more than that what stands beside it is a code for telephones."""
    return len(text) <= _LONGEST_LABEL and bool(_CODE.search(text))


@functools.lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """Letters and digits alone, folded: equal for texts that differ in spacing, case and punctuation."""
    return _UNLETTERED.sub("", unicodedata.normalize("NFKC", text).casefold())
