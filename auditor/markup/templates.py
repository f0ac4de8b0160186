"""Turns a text into the template tokens and editors' notes in it that stand where an image should."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKENS = re.compile(
    r"""
    # a CMS field that was never filled: {{image}}, {{ article.lead_photo }}, {% image 3 %}, ${photo}
    \{\{\{?\s*[\w.:| \-]*(?:image|img|photo|picture|pic|figure|foto|bild|图片|配图|照片)[\w.:| \-]*\}?\}\}
  | \{%\s*(?:image|img|photo|picture|figure|gallery|slideshow)\b[^%}\n]{0,120}%\}
  | \$\{\s*[\w.]*(?:image|img|photo|picture)[\w.]*\s*\}
  | <%=?\s*[\w.@ ]*(?:image|img|photo|picture)[\w.() ]*%>
  | \[\[\s*(?:image|img|photo|picture|图片|配图)\s*(?:[:：_# ]\s*[\w -]{0,40})?\]\]
  | %%?(?:IMAGE|IMG|PHOTO|PICTURE)(?:_[A-Z0-9]+)*%%?
    # an editor's note to come: [PHOTO TK], (image to come), [INSERT PHOTO HERE], PHOTO TK
  | [\[(<【（]\s*(?:insert\s+|add\s+|place\s+|need\s+)?(?:the\s+|an?\s+)?(?:lead\s+|main\s+)?
    (?:image|photo|picture|pic|graphic|map|chart)s?\s*(?:\d{1,3}\s*)?
    (?:tk|tktk|tbd|tba|to\s+(?:come|follow|be\s+(?:added|inserted|supplied))|goes?\s+here
    |(?:inserted\s+)?here|pending|missing)
    \s*[\])>】）]
  | [\[(<【（]\s*(?:insert|add|place)\s+(?:the\s+|an?\s+)?(?:lead\s+|main\s+)?
    (?:image|photo|picture|pic|graphic)s?\s*(?:\d{1,3}|here)?\s*[\])>】）]
  | [\[(【（]\s*(?:tk|tktk)\s+(?:image|photo|picture|graphic)s?\s*[\])】）]
  | \b(?:PHOTO|IMAGE|PICTURE|PIC|GRAPHIC)S?\s+(?:TK|TKTK|TO\s+COME)\b
    # the same in Chinese: 此处插图, 【待补图】, （图片待补）, 图片占位符
  | (?:此处|这里|此處|這裡)(?:请|請|需|应|應)?(?:插入?|放置?|加|配|补|補)(?:入|上)?
    (?:一张|一張)?(?:图片?|圖片?|照片|配图|配圖)(?![书書表鉴鑑案示解标標像馆館])
  | [\[(【（<〔]\s*(?:(?:待|需|请|請)(?:补|補|插|配|加|添|上)|补|補)(?:入|充|上|加)?
    (?:图片?|圖片?|照片|配图|配圖)\s*\d{0,3}\s*[\])】）>〕]
  | (?:待|需)(?:补|補)(?:充)?(?:图片?|圖片?|照片|配图|配圖)(?![书書表鉴鑑案示解标標像馆館])
  | (?:图片|圖片|配图|配圖|照片)待(?:补|補|插|加|添|上传|上傳)(?:充|入)?
  | (?:图片|圖片|照片)占位符?(?![\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What no token is without; most texts have none of it, and are done with at once. Begins with a set of
# characters, so that the search skips from one to the next of these.
_NAMES = ("image", "img", "photo", "pic", "figure", "foto", "bild", "gallery", "slideshow", "graphic", "map",
          "chart", "图", "圖", "照片")  # fmt: skip
_MARKS = re.compile(r"[{\[(<%$【（〔此这這待需占图圖照配T](?:(?<!T)|[KO])")


class Token(NamedTuple):
    """One token: the text as it stands, and its offset."""

    text: str
    offset: int


def find(text: str) -> list[Token]:
    """The tokens of a text in order. Strict: ordinary prose about pictures gives none."""
    if not _MARKS.search(text) or not any(map(text.lower().__contains__, _NAMES)):
        return []
    return [
        Token(found[0], found.start())
        for found in _TOKENS.finditer(text)
        # without brackets an English note counts in capitals alone: "photo to come" is prose
        if found[0][0] not in "PIGpig" or found[0] == found[0].upper()
    ]
