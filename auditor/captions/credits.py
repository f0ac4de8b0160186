"""Turns a caption as printed into its words and its credit: who made the picture, who sent it.

A credit is taken off only where it stands as one: in brackets or after a bar at the end, after a cue
("Photo:", "Foto:", "图:", "©", "摄"), as the name of a picture agency, or as a bare name behind a whole
sentence. What only looks like one ("von der Leyen", "(BGH)") stays in the caption.
"""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.captions.credit_forms import BY_BAR, BY_CUE, BY_DASH, BY_FILE, BY_WORD, PATTERNS
from auditor.captions.cues import AGENCY, CUE
from auditor.captions.words import width

# Cues that may also lead a caption ("图:" does): the words behind them must look like a name.
_DOUBLE_CUE = re.compile(
    r"(?:bild(?:er)?|imag(?:e|em|en)|immagine|pictures?|photo|foto|图|圖|图片|圖片|illustration|graphic|grafik)\s*[:：/／]",
    re.IGNORECASE,
)
# Behind a bar a cue needs no colon, but a name somewhere: "/ Фото з фейсбуку Олени", not "| Photo gallery".
_BARRED_CUE = re.compile(
    r"(?i:photo|foto|фото|fot\.|bild|źródło|источник|джерело)\s(?:.*\s)?[^\W\d_a-zß-ÿа-яіїєґ]"
)
_BRACKET = re.compile(r"\s*[(（\[【](?P<inner>[^()（）\[\]【】]{2,120})[)）\]】]\s*[.。]?\s*$")
# Two small letters before the full stop: "St. Petersburg", "U.S. Embassy" and "Dr. Name" are no sentences.
_AFTER_SENTENCE = re.compile(
    r"(?:(?:(?<=[^\W\dA-Z_]{2})|(?<=\s(?:19|20)\d\d))[.!?]+[\"”’»)]*(?=\s)|(?<=[\uac00-\ud7a3])\.|[。！？])\s*(?P<credit>[^.!?。！？]{2,70})$"
)
_ARTICLE = re.compile(r"(?:the|an?|der|die|das|ein|eine|le|la|les|el|los|las|il|lo|de|het|en|den|det)\s")
_FOREIGN_CUE = re.compile(r"^[^\W\d_]+\s*[:：]\s*")
_IS_CUED = re.compile(
    rf"^(?:{CUE})\s*[:：/／=＝・]|^(?:photo|foto|bild|image)s?\s+(?:by|von|courtesy)|©|^\(c\)|摄影?$|攝影?$|^[图圖][/／]|供图$|供圖$|"
    r"[\u4e00-\u9fff]提供$|^(?:[图圖]片?)?(?:取|截取?|擷取?|翻拍|转载?|轉載?|引|摘)自|^翻攝|^翻摄|撮影$|제공|자료\s?사진|^촬영|캡처|재판매|"
    r"^(?:capturas?|captures?|screen ?(?:shot|grab))\b|"
    r"^(?:submitted|provided|supplied|contributed|courtesy) (?:by|of) (?-i:[A-ZÀ-Þ])|"
    r"\sphotos? by (?-i:[A-ZÀ-Þ])|"
    r"^(?-i:[A-Z]\S*) (?:\S+ )?file (?:photo|pic(?:ture)?|image)s?$|^special arrangement$|"
    r"^fournie?s? par\b|^(?:cedid[ao]|cortesía|gentileza)s?\b|"
    r"[\u4e00-\u9fff]{2}(?:檔案|档案|資料|资料)(?:照片?|圖片?|图片?)$",
    re.IGNORECASE,
)
_BARE_CUE = re.compile(r"(?:photo|foto|ph\.|фото)\s+(?-i:(?=[^\W\d_a-zß-ÿа-я]))", re.IGNORECASE)
# How a picture was made, said instead of a caption: whose it is would stand behind it.
_MADE = re.compile(
    r"(?:video ?)?screen ?(?:shot|grab)s?|capturas?|captures?|photomontage|(?:foto)?(?:collage|montage)|"
    r"скриншот|скріншот|коллаж|колаж|(?:视频|網頁|网页|网络|電視|电视|微博|視頻|影片)?截[图圖]|"
    r"(?:网络|網絡|網路)[图圖](?:片)?|tangkapan layar(?: \S+){0,3}|스크린샷|캡처",
    re.IGNORECASE,
)
_PARENTHESISED = re.compile(r"\([^()]{5,60}\)")
# "CC jdoe https://flic.kr/p/abc": under which licence, and where it lies.
_LICENSED = re.compile(
    r"(?:cc|creative commons)\b.{0,60}(?:flic\.kr|flickr\.com|commons\.wikimedia\.org)/", re.IGNORECASE
)
_SHOUTED = re.compile(  # "PHOTO JANE DOE, THE DAILY": some papers set their credits in capitals
    r"(?:PHOTOS?|FOTOS?|INFOGRAPHIES?|ILLUSTRATIONS?|PHOTOMONTAGES?|GRAPHICS?|GRAPHIQUES?)\s+"
    r"(?!(?:OF|DE|DU|DES|DER|DEL|DA|DO|THE)\b)(?P<credit>\S+\s.*)"
)
_CUES_ALONE = re.compile(r"(?:写真|図版|イラスト)[・/／](?:写真|図版|イラスト)")  # names nobody
# "Jane Doe/AOL" and no more, or "Jane Doe/The Coast files".
_SIGNED = re.compile(
    r"([^\W\d_]\S* [^/|:：\d()–-]{2,40}?)\s?/\s?"
    r"[A-Z][\w.&-]{1,20}(?: [A-Z][\w.&-]{1,20}){0,2}(?: files?| archives?)?"
)
_HAS_AGENCY = re.compile(rf"(?<![^\W_])(?:{AGENCY})(?![^\W_])", re.IGNORECASE)
# Papers in Arabic script end a caption with who sent the picture, in brackets. Sides, and that the picture
# is an old one, stand there too.
_IN_ARABIC = re.compile(
    r"(?!(?:ال)?(?:يمين|يسار|وسط|أعلى|أسفل|خلف|أمام|أرشيف)|"
    r"(?:من|في|على|إلى|عن|أقصى|صورة|چپ|راست|آرشیو|بالا|پایین|از|در)\b)"
    r"[\u0621-\u06d3]{2,}(?: [\u0621-\u06d3]{2,}){0,2}"
)
_SITE = re.compile(r"[a-z][a-z0-9.-]{3,24}")  # a site's name, as it writes it: "Jane Doe/coastnews"
_LEADING_CUE = re.compile(
    rf"^\s*(?:(?:{CUE})\s*(?:[:：/／=＝・]|\bby\b|\.{{3}})\s*|(?:fotos?|bild|beeld)\s+(?:von|di|de|da|do|av|af|van)\s+(?-i:(?=[A-ZÀ-Þ]))|fot\.\s+|(?:photo|foto|image|picture)s?\s+by\s+|©\s*|\(c\)\s*|(?:出所|出典)[）)]\s*)+",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    "von van de del der di da la le y e et und and the of für for via al bin dos das på och og i on"
    " via pour per para".split()
)
_NAME_PARTS = re.compile(r"[^\s/／|｜,–-]+")
_FILE_PHOTO = re.compile(r"archiv|symbol|file|datei|ilustra|illustrat|资料|資料", re.IGNORECASE)
_SENTENCES = re.compile(r"[^\W\d_]{4,}[.!?]\s+[^\W\d_]{4,}|[。！？]")
# A Han name has two or three characters, a paper's or an agency's ends as such; a Korean verb and
# three hiragana are no name.
_PROSE = re.compile(
    r"[\u4e00-\u9fff]{4,}(?<![社网網报報台视視觉覺局馆館部队隊署聞信社照者摄攝])(?![\u4e00-\u9fff])|[\u4e00-\u9fff]{9,}|"
    r"[\uac00-\ud7a3]{3,}(?:다|요)$|[\u4e00-\u9fff][はがをに](?![\u3041-\u3096])|[\u3041-\u3096][^\u3041-\u3096]*[\u3041-\u3096][^\u3041-\u3096]*[\u3041-\u3096]"
)
_SQUARED = re.compile(r"\s+\[[^\[\]]+\]\s*[.]?$")
_LOOSE_ENDS = " -–—|·,，、(（[【"
_LOOSE_CUE = re.compile(rf"\s(?:(?:{CUE})\s*[:：]|(?-i:Copyright)|©)$", re.IGNORECASE)  # its credit is gone
# "Left image: A. Name, right image: B. Name": of two pictures in one.
_SIDE = re.compile(
    r"(?:left|right|top|bottom|above|below|links|rechts|oben|unten|gauche|droite)", re.IGNORECASE
)
_WHERE = re.compile(r"\s+https?://\S+$")  # the page of a picture, behind whose it is
_LOOSE_CUE_ENDS = (":", "：", "t", "T", "©")
_TAIL = (
    1000  # characters in which credits are looked for: some patterns need the square of their text's length
)
_LONGEST_LINE = 120
_LONGEST_BRACKET = 90
_LONGEST_NAME = 40
_FEWEST_WORDS = 3
_SHORTEST_SENTENCE = 16  # columns


def split(text: str) -> tuple[str, str | None]:
    """The caption without its credit, and the credit without its cue; None where there is none.

    A text that is nothing but a credit gives an empty caption.
    """
    rest = text.strip()
    if not _LICENSED.match(rest):
        rest = _WHERE.sub("", rest) or rest
    head, rest = rest[:-_TAIL], rest[-_TAIL:]
    found: list[str] = []
    for _ in range(3):  # "… (AP Photo/Name) | Photo: Name": a credit behind a credit
        rest = rest.rstrip(_LOOSE_ENDS)
        if rest.endswith(_LOOSE_CUE_ENDS):
            rest = _LOOSE_CUE.sub("", rest).rstrip(_LOOSE_ENDS)
        cut = _cut(rest)
        if cut is None:
            break
        rest, credit = cut
        found.insert(0, credit)
    if found and not head and _SIDE.fullmatch(rest):
        rest = ""
    return (head + rest).rstrip(_LOOSE_ENDS), "; ".join(credit for credit in found if credit) or None


def is_name(text: str) -> bool:
    """Whether a line may be the name of a person, a paper or an agency, and nothing else."""
    return (
        len(text) <= _LONGEST_NAME
        and len(_NAME_PARTS.findall(text)) <= 5
        and text[-1:] not in ".!?。！？"
        and _is_named(text)
    )


def bare(credit: str) -> str:
    """A credit without its cue: "Foto: A. Name/dpa" is "A. Name/dpa"."""
    text = credit.strip().strip("()（）[]【】|｜/／=＝").strip()
    return _LEADING_CUE.sub("", text).strip(" .;|,") or text


@lru_cache(maxsize=1024)  # a text on a page is looked at by all pictures near it, and twice by some
def _cut(text: str) -> tuple[str, str] | None:
    """The text before the last credit, and that credit; None where the text ends without one."""
    if _CUES_ALONE.fullmatch(text):
        return None
    if _is_whole_credit(text):
        return "", bare(text)
    if text == text.upper() and (shouted := _SHOUTED.fullmatch(text)) and _is_named(shouted["credit"]):
        return "", shouted["credit"]
    bracket = _BRACKET.search(text)
    squared = bracket is not None and _is_squared(text, bracket) and _is_agency_like(bracket["inner"])
    if bracket and (squared or _is_credit_inside(bracket["inner"], after=text[: bracket.start()].rstrip())):
        return text[: bracket.start()].rstrip(), bare(_BARE_CUE.sub("", bracket["inner"]))
    for pattern, sign in PATTERNS:
        match = pattern.search(text) if sign is None or sign.search(text) else None
        if match and "/" in match[0] and pattern is BY_BAR and (whole := _cut_after_sentence(text)):
            return whole  # "The bridge. Name / Agency" is parted by its full stop, not by the slash
        if match and _is_said_as_credit(pattern, match):
            return text[: match.start()].rstrip(" |｜–-/,，([（【"), bare(match["credit"])
    return _cut_after_sentence(text)


def _is_whole_credit(text: str) -> bool:
    """A cue and what follows, on a line of its own; or the name of an agency."""
    lead = _LEADING_CUE.match(text)
    if lead and not _DOUBLE_CUE.match(text):
        return len(text) < _LONGEST_LINE and not _SENTENCES.search(text[lead.end() :])
    name = text.strip(" .()")
    if _MADE.fullmatch(name) or _LICENSED.match(name):
        return True
    if _PARENTHESISED.fullmatch(text) and " " in name and _is_named(name):
        return True
    joined = re.search(r"[^\W\d_]\s?/\s?[^\W\d_]| via ", name) and not re.search(r"[:\d]|[图圖摄攝]", name)
    signed = _SIGNED.fullmatch(name)
    if signed and is_name(signed[1]) and not _ARTICLE.match(name.casefold()):
        return True
    if _HAS_AGENCY.fullmatch(name):
        return True
    rest = _HAS_AGENCY.sub("", name).strip(" /") if joined else name
    return rest != name and is_name(rest)


def _is_said_as_credit(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """A bar may part anything, and "图:" may lead a caption; then the words must look like a name."""
    said, before = match["credit"], match.string[: match.start()].strip()
    if pattern is BY_CUE and _ARTICLE.match(said):  # "In pictures: the bridge"
        return False
    if pattern is BY_WORD and said.startswith("via "):  # "… sehen will via Antenne empfangen": German nouns
        return _is_named(said) or bool(_HAS_AGENCY.search(said))
    if pattern is BY_FILE:  # "File photo: the gate" is a caption
        return bool(match.start() and (_is_named(match["name"]) or _HAS_AGENCY.fullmatch(match["name"])))
    if pattern is BY_DASH:  # "Berlin - Hamburg/Bremen" is a line
        full = " " in said.split("/")[0].strip() or _HAS_AGENCY.search(said)
        return bool(full) and _is_named(said)
    if pattern is BY_BAR:
        cued = _BARRED_CUE.match(said) or _HAS_AGENCY.fullmatch(said.strip())  # "| dpa"
        name = _FOREIGN_CUE.sub("", said)
        # "Mali / Crisis Talks" are two subjects
        subjects = name == said and match[0].lstrip()[0] == "/" and len(before.split()) < _FEWEST_WORDS
        return bool(cued) or (not subjects and _is_named(name))
    leads = not before or _SIDE.fullmatch(before)
    if pattern is BY_CUE and leads and _DOUBLE_CUE.match(match.string, match.start()):
        return _is_named(said) or bool(_HAS_AGENCY.search(said))
    return True


def _cut_after_sentence(text: str) -> tuple[str, str] | None:
    match = _AFTER_SENTENCE.search(text)
    if match is None:
        return None
    tail = _FOREIGN_CUE.sub("", match["credit"].strip())
    if _MADE.fullmatch(tail):
        return text[: match.start("credit")].rstrip(), tail
    if width(text[: match.start("credit")]) < _SHORTEST_SENTENCE:
        return None
    if tail[-1:] in ")）]】" and not _BRACKET.search(tail):  # the end of what stands in brackets
        return None
    if tail[:1] not in "(（[" and _is_named(tail) and (len(tail.split()) <= 6 or " / " in tail):
        return text[: match.start("credit")].rstrip(), bare(tail)
    return None


def _is_squared(text: str, bracket: re.Match[str]) -> bool:
    """Square brackets, apart from words before them."""
    return bool(_SQUARED.match(text, bracket.start())) and any(map(str.isalnum, text[: bracket.start()]))


def _is_agency_like(inner: str) -> bool:
    """Capitals, as agencies have: what so stands in square brackets is who sent the picture."""
    capital = inner == inner.upper() != inner.lower() and len(inner) > 2
    return capital and _is_named(inner) and not _FILE_PHOTO.search(inner)


def _is_credit_inside(inner: str, after: str) -> bool:
    if len(inner) > _LONGEST_BRACKET:
        return False
    if _IS_CUED.search(inner.strip()) or _HAS_AGENCY.search(inner) or _IN_ARABIC.fullmatch(inner):
        return True
    if (cue := _BARE_CUE.match(inner)) and _is_named(inner[cue.end() :]):
        return True
    parts = [part.strip() for part in re.split(r"[/／]", inner)]
    slashed = len(parts) > 1 and any(" " in part for part in parts)
    if len(parts) == 2 and slashed and _is_named(parts[0]) and _SITE.fullmatch(parts[1]):
        return True
    initials = after.endswith("。") and inner.isascii() and inner.isupper()  # 门外的人群。（BBC）
    named = slashed or initials or (after.endswith((".", "!", "?")) and " " in inner)
    dated = any(map(str.isdecimal, inner))  # "(Stand Juni 2016)"
    return named and not dated and _is_named(inner) and not _FILE_PHOTO.search(inner)


def _is_named(text: str) -> bool:
    """Few words, every one but particles capitalised or of a script without case: as names are."""
    words = re.findall(r"[^\W\d_]+", text)
    if not 0 < len(words) <= 10 or len(text) > 60 or _PROSE.search(text):
        return False
    names = [word for word in words if word not in _PARTICLES]
    return bool(names) and not any(word[0].islower() for word in names)
