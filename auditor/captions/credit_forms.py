"""The forms in which a credit stands at the end of a caption, or alone, as regular expressions.

Each has a group `credit`: what is taken off, which holds the cue where the cue tells more than that.
"""

from __future__ import annotations

import re

from auditor.captions.cues import AGENCY, CUE

_START = r"(?:^|(?<=[\s.。!?！？;；,，|(（\[【/”\"»)）]))"
BY_CUE = re.compile(
    rf"{_START}(?:(?:{CUE})\s*(?:[:：=＝・]|\s[-–]\s|[/／]|\.{{3}}|…)|(?-i:[Ff]ot\.)(?=\s))\s*(?P<credit>[^:：]{{2,120}}?)\s*$",
    re.IGNORECASE,
)
BY_WORD = re.compile(
    rf"{_START}(?P<credit>"
    r"(?:photo(?:graph)?s?|foto|images?|pictures?|illustration|graphic)\s+"
    r"(?:by|courtesy(?: of)?|via)\s+(?:[^.]|(?-i:(?<=\b[A-Z])\.)){2,100}|"  # "R. Collins"
    r"(?-i:(?:Fotos?|Bild|Grafik|Photos?|Foto|Beeld) (?:von|di|de|da|do|av|af|van) [A-ZÄÖÜÀ-Þ][^.]{2,60})|"
    r"(?-i:(?<=[-–—]\s)(?:[Ff]oto|[Pp]hoto|[Pp]h\.?) [A-ZÀ-Þ][^.:]{2,60})|"
    r"courtesy(?: of)?\s*:?\s+[^.]{2,100}|(?-i:via [A-Z][^.]{2,60}))\.?\s*$",
    re.IGNORECASE,
)
BY_FILE = re.compile(  # the cue stays with the name: that the picture is an old one must not be lost
    rf"{_START}(?P<credit>(?:file (?:pic|photo|picture|image)s?|"
    r"(?:archiv|symbol|arkiv|archief)-?(?:foto|bild|beeld)(?:s|er)?)\s*[:：]\s*(?P<name>[^:：]{2,60}?))\s*$",
    re.IGNORECASE,
)
BY_SIGN = re.compile(
    r"(?P<credit>(?:©|\(c\)|&copy;|Ⓒ|[（(](?:出所|出典)[）)])\s*[^©]{2,300})$", re.IGNORECASE
)
BY_SHOT = re.compile(  # 新华社记者 王五 摄; 张三、李四/摄
    r"(?:^|(?<=[\s。,，;；.!！、(（]))(?P<credit>(?:[\u4e00-\u9fff]{0,12}(?:记者|記者|通讯员|通訊員|摄影师|攝影師)\s*)?"
    r"[\u4e00-\u9fff·]{2,4}(?:[\s、][\u4e00-\u9fff·]{2,4})*\s*[/／]?\s*(?:摄|攝|摄影|攝影|供图|供圖|提供)"
    r"(?:[/／][\u4e00-\u9fff]{2,8})?|"
    rf"(?<=\s)(?:{AGENCY}|[\u4e00-\u9fff]{{2,8}}(?:记者|記者)\s?[\u4e00-\u9fff·]{{2,4}})\s[图圖]|"
    r"[\u4e00-\u9fff]{2,8}撮影|"  # in Japan a date and a place stand before the name
    r"[\u4e00-\u9fff]{1,6}(?:社|新网|新網)\s?(?:发|發))\s*[。.]?\s*$"
)
BY_REPORTER = re.compile(  # 홍길동 기자 hong@paper.kr; 독자 제공
    r"(?<=[.\]】”\"])\s*(?:[\uac00-\ud7a3]{2,4}\s?=\s?)?"  # the place
    r"(?P<credit>[\uac00-\ud7a3]{2,4} [\uac00-\ud7a3]{0,4}기자(?:\s*/?\s*[\w.+-]+@[\w.-]+)?"
    r"(?:\s*/?\s*\d{4}\.\d\d\.\d\d\.?/?)?|"
    r"[^\s.][^.]{0,28}\s?제공)\s*$"
)
BY_BAR = re.compile(r"\s*(?:\||｜|\s//?\s)\s*(?P<credit>[^|｜]{2,80})$")
BY_AGENCY = re.compile(
    r"(?:(?<=[.!?。！？…\"”»)）])|(?<=\s[-–—])|(?<=[\u4e00-\u9fff]\s))\s*(?P<credit>"
    r"(?:[^\W\d][\w'’.-]*(?:\s[^\W\d][\w'’.-]*){0,4}\s*[/／,-]\s*)*"
    rf"(?:{AGENCY})(?:\s(?:file )?(?:pic(?:ture)?|photo|image)s?|\s?(?:资料|資料)(?:[图圖]片?)?)?"
    r"(?:\s*(?:[/／,]|via|through)\s*[\w ./-]+)*)\s*$",
    re.IGNORECASE,
)
BY_DASH = re.compile(  # "The bridge - Jane Doe/Agency": both sides of the slash are names
    r"\s[-–—]\s+(?P<credit>[^-–—/|:：\d]{3,40}\s?/\s?[^-–—/|:：\d]{2,40}?)\s*$"
)
BY_LITHUANIAN = re.compile(
    r"(?:^|\s[/–-]\s|[.!?]\s)(?P<credit>(?:(?!\s/\s)[^.!?–]|(?<=\b[A-Z])\.){2,60}) nuotr(?:\.|auka)$"
)
BY_EQUALS = re.compile(r"\s*[＝=]\s*(?P<credit>[^＝=。\d]{2,24})$")  # Japanese papers: caption＝agency
# Each with what a text must hold for it, where looking for that is much less work.
PATTERNS = (
    (BY_FILE, None),
    (BY_CUE, None),
    (BY_WORD, None),
    (BY_SIGN, None),
    (BY_SHOT, re.compile(r"[摄攝影图圖供提发發]")),
    (BY_REPORTER, None),
    (BY_DASH, None),
    (BY_LITHUANIAN, re.compile(r"nuotr(?:\.|auka)$")),
    (BY_BAR, None),
    (BY_AGENCY, None),
    (BY_EQUALS, None),
)
