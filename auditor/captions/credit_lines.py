"""Tells lines that are a credit, or lead one, and stand apart from the picture that they speak of."""

from __future__ import annotations

import re

from auditor.captions.credits import bare, is_name, split
from auditor.captions.cues import AGENCY, CUE, LEAD_CUE

_IS_LABEL = re.compile(
    rf"[(\[]?\s*(?:{CUE})\s*[:：]|"  # and as broadcasters say it to those who do not see
    r"(?:image source|صدر الصورة|مصدر الصورة|图像来源|圖像來源|画像提供|사진 출처|तस्वीर का स्रोत|इमेज स्रोत|"
    r"источник изображения|автор фото|джерело зображення|nguồn hình ảnh|kaynak|crédito|crédit photo|"
    r"fuente de la imagen|chanzo cha picha|sumber gambar)\s*[,،，、]",
    re.IGNORECASE,
)
_OF_LEAD = re.compile(
    rf"[(（\[【*]*(?:(?:{LEAD_CUE})(?:\s*[:：|｜]|\s(?:by|courtesy of|via|von)\s)|"
    r"(?:题图|題圖|封面|头图|頭圖)[来來]自)\s*(?P<credit>[^:：，,。]{2,80})",
    re.IGNORECASE,
)
_OF_PHOTO = re.compile(
    r"[(（\[]?(?:photo(?:graph)?s?|foto(?:s|graf(?:in|ía|ia|ie|i)?)?|fotó|bild(?:er)?|images?|pictures?|beeld|kuva|"
    r"фото|zdjęcie|[图圖]片?|写真|사진)(?: credits?)?\s*[:：]",
    re.IGNORECASE,
)
_AGENCY = re.compile(AGENCY, re.IGNORECASE)
_LONGEST_LINE = 120


def of_lead(text: str) -> str | None:
    """Whose the picture is that opens the article, where a line says that ("Main image: A. Name/dpa")."""
    match = _OF_LEAD.match(text) if len(text) < _LONGEST_LINE else None
    credit = bare(match["credit"]).rstrip("*） )]】") if match else ""
    return credit if credit and (is_name(credit) or not split(credit)[0]) else None


def of_photo(text: str) -> str | None:
    """Who made a picture, where a line says that and no more ("Beeld: A. Name")."""
    match = _OF_PHOTO.match(text) if len(text) < _LONGEST_LINE else None
    credit = bare(text) if match else ""
    return credit if credit and (is_name(credit) or _AGENCY.fullmatch(credit)) else None


def is_label(text: str) -> bool:
    """Whether a text is no more than a cue ("Crédito:", "Kuva:"), so that the credit follows it."""
    return bool(_IS_LABEL.fullmatch(text))
