"""caption-boilerplate: a caption that nobody has written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Rule
from auditor.rules._audits import shown

_WHOLE = re.compile(
    r"""
    (?:(?:insert|enter|add|write|type|your|image|photo|picture|figure|media)[ ])*(?:caption|cutline|legend)
        (?:[ ](?:here|goes[ ]here|text|to[ ]come|tk|tbd|missing|placeholder))*
  | (?:caption[ ])?(?:tk|tktk|tbd|tba|tbc|xxx+|lorem[ ]ipsum\b.*|untitled(?:[ -]?\d+)?)
  | test|n/?a|none|null|undefined
  | (?:image|photo|picture|img|pic)[ #_-]*\d*
  | (?:此处|请|請|在此)?(?:填写|输入|輸入|添加|插入|补|補)?(?:图片|圖片|照片)?
      (?:图说|圖說|图注|圖註|图片说明|圖片說明|说明文字|標題|标题)(?:文字|内容|待补|待補)?
  | [\w() -]{1,80}\.(?:jpe?g|png|gif|webp|avif|tiff?|bmp|heic|svg)
  | (?:img|dsc|dscn|dscf|p|pxl|mvimg|screenshot|screen[ ]shot|wechatimg|微信图片|mmexport)[ _-]?\d[\w ()-]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What programs write that guess at the content of a picture.
_GUESSED = re.compile(
    r"^(?:image|photo|this image|the image)? ?may (?:be|contain)[: ]|"
    r"^no (?:photo|image) description available|^(?:image|picture) (?:may )?contain(?:s|ing)[: ]|"
    r"description automatically generated|图[像片]可能包含",
    re.IGNORECASE,
)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption that is a template, a file name or a program's guess."""
    for group in audit.captions.groups:
        text = group.text.strip(" .…:：[]()<>{}【】（）\"'“”")
        if _WHOLE.fullmatch(text) or _GUESSED.search(group.text.strip()):
            yield Hit(
                message=f"this caption was never written: “{shown(group.text)}”",
                key=group.text,
                images=group.images,
                span=group.span,
                evidence={"caption": group.text},
            )


_FIGURE = (
    "<article><h1>Gate</h1><p>The consulate was closed, and the street stayed empty for the whole day.</p>"
    '<figure><img src="/a.jpg" alt="The gate"><figcaption>{}</figcaption></figure>'
    "<p>The consulate was closed, and the street stayed empty for the whole day.</p></article>"
)
RULE = Rule(
    code="CAP311",
    name="caption-boilerplate",
    level="warning",
    summary="The caption is a template's text, a file name or a program's guess.",
    why=(
        "“Caption here”, TK, IMG_2041.jpg or “may be an image of one person” goes out to readers as if "
        "somebody had written it."
    ),
    fix="Write a caption that says what the picture shows, where and when.",
    check=check,
    passes=(
        Example(_FIGURE.format("Workers carry boxes out in Houston, July 24, 2020")),
        Example(_FIGURE.format("The caption reads “closed”")),
    ),
    catches=(
        Example(_FIGURE.format("Insert caption here")),
        Example(_FIGURE.format("IMG_2041.jpg")),
        Example(_FIGURE.format("May be an image of 2 people and text")),
    ),
)
