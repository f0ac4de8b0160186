"""alt-useless: an alternative text that says nothing about the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import address_key, content, shown

_ENDING = r"\.(?:jpe?g|jfif|png|gif|webp|avif|tiff?|bmp|heic|svg)"
_WHOLE = re.compile(
    rf"""
    (?:(?:an?|the|this|my|main|lead|hero|featured?|cover|article|news|story|default|alt|alternative|empty)\W+)*
      (?:image|photo|photograph|picture|pic|img|graphic|figure|illustration|icon|logo|thumbnail|banner|alt|text|
         foto|bild|imagen|immagine)s?
      (?:\W*(?:of|here|text|description|alt|caption|tk|\d+))*
  | (?:alt(?:ernative)?[ ]?text|description|placeholder|untitled|spacer|blank|null|undefined|none|n/?a|todo|
      tbd|tk|test|xxx+)(?:[ ]here)?
  | (?:图片|圖片|照片|配图|配圖|插图|插圖|图像|圖像|图|圖|新闻图片|資料圖片|资料图片|图片描述|图片说明|
      写真|画像|사진|이미지)[\d一二三四五六七八九十]*
  | \S{{1,120}}{_ENDING}(?:\?\S*)?
  | [\w() -]{{1,80}}{_ENDING}
  | (?:img|dsc|dscn|dscf|dji|pxl|mvimg|gopr|screenshot|screen[ ]shot|whatsapp[ ]image|wechatimg|mmexport|
         photo|image|picture)[ _-]?\d[\w ()-]*
  | https?://\S+ | data:image\S+
  | [0-9a-f]{{12,}} | [0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}
  | \d[\d\W_]* | [\W_]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_STEM = re.compile(r"(?=.*[\d_])[^\s]{8,}")  # a name of a file that is no word: gate_final_v2


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each such text."""
    for reference, _ in content(audit):
        if reference.alt and is_useless(reference):
            said = f"“{shown(reference.alt)}”" if reference.alt.strip() else "blanks only"
            yield Hit(
                message=f"the alternative text says nothing about the picture: {said}",
                key=f"{reference.alt} {address_key(reference)}",
                images=(reference.index,),
                evidence={"alt": reference.alt},
            )


def is_useless(reference: ImageReference) -> bool:
    """Whether the alternative text is a file name, a bare word for pictures, or nothing readable."""
    alt = " ".join((reference.alt or "").split())
    if not alt:
        return True
    name = (reference.url or reference.address).partition("?")[0].rpartition("/")[2]
    same = alt.lower() == name.rpartition(".")[0].lower() and bool(_STEM.fullmatch(alt))
    return same or bool(_WHOLE.fullmatch(alt))


RULE = Rule(
    code="CAP322",
    name="alt-useless",
    level="warning",
    summary="The alternative text is a file name, “image”, or a string without meaning.",
    why=(
        "A listener hears “DSC underscore zero four one two dot jpeg”, which is worse than silence: the "
        "picture is announced and not described."
    ),
    fix="Describe what the picture shows in a short sentence.",
    check=check,
    passes=(
        Example('<img src="/gate.jpg" alt="gate">', note="short, and a word"),
        Example('<img src="/a.jpg" alt="Photo of the gate, taken from a roof">'),
        Example('<img src="/a.jpg" alt="">', note="an empty one is CAP321"),
        Example('<img src="/a.jpg" alt="G20">'),
    ),
    catches=(
        Example('<img src="/a.jpg" alt="DSC_0412.JPG">'),
        Example(
            '<img src="/a.jpg" alt="image"><img src="/b.jpg" alt="photo of"><img src="/c.jpg" alt="图片">',
            count=3,
        ),
        Example('<img src="/e37521a0.jpg" alt="e37521a09b3c4d5e">'),
        Example('<img src="/a.jpg" alt=" ">'),
        Example('<image s3://crabby-images/aaaaa/aaaaa1 alt="IMG_2041">', dialect="placeholder"),
    ),
)
