"""Turns the text in an image's scope into units: a caption element as one text, its credit apart.

A caption element may hold its text in several blocks and inline elements, twice (for phones and for
desks), among buttons and words for screen readers; what a reader sees as the caption is one unit.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from auditor.captions import kinds
from auditor.captions.credit_lines import is_label
from auditor.captions.credits import bare, is_name, split
from auditor.captions.scopes import CAPTION_HINT, Scopes
from auditor.captions.words import is_advertisement, skeleton, width
from auditor.model import Relation, Span, TextBlock

_CREDIT_LABEL = re.compile(
    r"[(\[]?\s*(?:image|photo(?:graph)?s?|picture|bild|foto|grafik)?\s*(?:source|credits?|quelle|by|©)\s*[,:]?|"
    r"[(\[]?\s*(?:image|photo|picture|foto|bild|quelle|source|图|圖)\s*[:：]",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:image|photo|picture) captions?|(?:bild)?legende|"
    r"(?:légende|pie) de (?:la )?(?:foto|photo|imagen)|"
    r"legenda da (?:foto|imagem)|keterangan gambar|підпис до фото|подпись к фото|chú thích (?:hình )?ảnh|"
    r"التعليق على الصورة|圖像加註文字|图像加注文字|画像説明|사진 설명|(?:तस्वीर|चित्र) का शीर्षक)"
    r"\s*[,:،，、]\s*",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"^(?:\(?\d{1,2}\s?/\s?\d{1,3}\)?[\s:.–-]+(?=[^\W\d_])|"
    r"\d{1,2} (?:de|di|of|sur|van|von|из|з) \d{1,3}[\s:.–-]+(?=[A-ZÀ-ÞА-Я]\S*\s\S+\s))"  # "2 of 3 men"
)
_LONGEST_CREDIT = 120
_LONGEST_INITIALS = 5  # of a paper or a person, behind a whole sentence: "jdo", "C7"
_LONGEST_PREPOSITION = 4
_PROSE_WIDTH = 80  # columns
_FEWEST_WORDS = 3
_SIGNING = ("span", "small")
_SPACED = re.compile("[\\u05d0-\\u06ff\\u0900-\\u097f\\uac00-\\ud7a3]")  # Hebrew, Arabic, Devanagari, Hangul


class Unit(NamedTuple):
    """A text that may be a caption: where it stands (first block), its words, its credit."""

    text: str
    credit: str | None
    relation: Relation
    block: TextBlock

    @property
    def span(self) -> Span:
        return self.block.span


class _Piece(NamedTuple):
    text: str
    kind: str  # "text", "credit", "cite" or "ui"


def of(scopes: Scopes, blocks: list[TextBlock], scope: int) -> list[Unit]:
    """The units among the blocks of a scope, in reading order; blocks of one caption element join."""
    units: list[Unit] = []
    together: dict[int, list[TextBlock]] = {}
    for block in blocks:
        element = _element(scopes, block, scope)
        together.setdefault(element if element is not None else -1 - block.index, []).append(block)
    for element, many in together.items():
        unit = _unit(scopes, many, element, scope)
        if unit is not None:
            units.append(unit)
    return _without_doubles(units)


def credit_behind(scopes: Scopes, block: TextBlock) -> str | None:
    """The credit that a block is, by what it calls itself; None where it is something else."""
    hints = [f"{box.tag} {box.hints}" for box in itertools.islice(scopes.layout.around(block.box), 2)]
    if len(block.text) >= _LONGEST_CREDIT or kinds.by_hints([block.hints, *hints]) != "credit":
        return None
    return bare(block.text)


def plain(block: TextBlock, relation: Relation) -> Unit:
    """A lone line as a unit."""
    text, credit = split(_unlabelled(block.text))
    return Unit(text, credit, relation, block)


def _unlabelled(text: str) -> str:
    """A caption without what says that it is one, or which of a gallery it belongs to ("1/5 The quay")."""
    return _LABEL.sub("", _COUNTER.sub("", text))


def _element(scopes: Scopes, block: TextBlock, scope: int) -> int | None:
    """The outermost caption element around a block inside the scope, None where there is none."""
    found = None
    for box in scopes.layout.around(block.box):
        if scopes.is_caption_itself(box):
            found = box.index
        if box.index == scope:
            break
    return found


def _unit(scopes: Scopes, blocks: list[TextBlock], element: int, scope: int) -> Unit | None:
    pieces = [piece for block in blocks for piece in _pieces(scopes, block, scope)]
    whole = _joined([piece for piece in pieces if piece.kind == "text"])
    if whole and not split(whole)[0] and not _is_led_by_credit(pieces):
        # "Photo by Ann Poe on Unsplash", however many links it has
        pieces = [_Piece(whole, "text"), *(piece for piece in pieces if piece.kind == "credit")]
    pieces = _labelled(_signed(_cited(pieces), blocks))
    texts, said = _joined([p for p in pieces if p.kind == "text"]), [p for p in pieces if p.kind == "credit"]
    text, tail = split(_unlabelled(texts))
    credit = _credit([*(bare(p.text) for p in said), *([tail] if tail else [])])
    if not text and not credit:
        return None
    relation: Relation = "caption-element"
    if element < 0:
        relation = "table-cell" if blocks[0].role == "table-cell" else "line-after"
        if any(CAPTION_HINT.search(part.hints) for part in blocks[0].parts) or CAPTION_HINT.search(
            blocks[0].hints
        ):
            relation = "caption-element"
    elif any(box.tag == "figcaption" for box in scopes.layout.around(blocks[0].box)):
        relation = "figcaption"
    return Unit(text, credit, relation, blocks[0])


def _pieces(scopes: Scopes, block: TextBlock, scope: int) -> list[_Piece]:
    around = []
    for box in scopes.layout.around(block.box):
        if box.index == scope or scopes.holds_picture(box):
            break
        around.append(f"{box.tag} {box.hints}")
    outer = "ui" if kinds.is_control(block.text) or is_advertisement(block.text) else kinds.by_hints(around)
    parts = [(part.text, part.hints) for part in block.parts] or [(block.text, block.hints)]
    named = outer is None and any(CAPTION_HINT.search(hints) for _, hints in parts)
    pieces = []
    for text, hints in parts:
        kind = outer if outer == "ui" else kinds.by_hints([hints]) or outer or "text"
        if named and kind == "text" and width(text) >= _PROSE_WIDTH and not CAPTION_HINT.search(hints):
            kind = "ui"  # the paragraph that the caption stands in
        if not text.strip() or kinds.is_control(text.strip()):
            kind = "ui" if text.strip(" |/–-·,.:;()") and kind != "credit" else kind
        if kind == "credit" and (_holds_caption(text) or _is_prose(text)):
            kind = "text"
        pieces.append(_Piece(text, kind))
    return [*pieces, _Piece(" ", "text")]


def _holds_caption(text: str) -> bool:
    """Whether what calls itself a credit says what the picture shows, and then whose it is."""
    words, credit = split(text.strip())
    return bool(credit) and len(words.split()) >= _FEWEST_WORDS and not is_name(words)


def _is_prose(text: str) -> bool:
    """Whether a text is a whole sentence that names nobody as its source, whatever it calls itself."""
    text = text.strip()
    return width(text) >= _PROSE_WIDTH and text.endswith((".", "。")) and split(text)[1] is None


def _is_led_by_credit(pieces: list[_Piece]) -> bool:
    """Whether a whole credit stands in an element of its own before a sentence: the caption."""
    worded = [piece.text.strip() for piece in pieces if skeleton(piece.text)]
    if len(worded) < 2 or split(worded[0])[0] or not split(worded[0])[1]:
        return False
    rest = " ".join(worded[1:])
    return (
        rest[:1].isupper()
        and len(rest.split()) >= _FEWEST_WORDS
        and not is_name(rest)
        and rest == split(rest)[0]
    )


def _cited(pieces: list[_Piece]) -> list[_Piece]:
    """A name in <cite> behind the words is the credit; a title that the words speak of is not."""
    worded = [at for at, piece in enumerate(pieces) if piece.text.strip()]
    if len(worded) < 2 or pieces[worded[-1]].kind != "cite":
        return [piece._replace(kind="text") if piece.kind == "cite" else piece for piece in pieces]
    last, before = pieces[worded[-1]], pieces[worded[-2]].text.split()
    is_credit = is_name(last.text.strip()) and len(before[-1]) > _LONGEST_PREPOSITION
    kinds = {"cite": "credit" if is_credit else "text"}
    return [piece._replace(kind=kinds.get(piece.kind, piece.kind)) for piece in pieces]


def _signed(pieces: list[_Piece], blocks: list[TextBlock]) -> list[_Piece]:
    """A full name that ends a caption in a <span> or block of its own is the credit, whatever it is called.

    A name in bold, in italics or in a link is as often one that the words speak of.
    """
    worded = [at for at, piece in enumerate(pieces) if piece.text.strip(" |/–-")]
    if len(worded) < 2 or any(piece.kind == "credit" for piece in pieces):
        return pieces
    last, before = worded[-1], pieces[worded[-2]].text.split()
    name = pieces[last].text.strip()
    parts = blocks[-1].parts
    if parts:
        ends = before[-1].endswith((".", "!", "?")) or len(before[-1]) > _LONGEST_PREPOSITION
        apart = parts[-1].hints.startswith(_SIGNING) and ends
    else:
        apart = len(blocks) > 1
    is_full = is_name(name) and len(name.split()) > 1 and name != name.lower()  # in a script with capitals
    initials = before[-1].endswith((".", "!", "?")) and len(name) <= _LONGEST_INITIALS
    is_full = is_full or (initials and name.isalnum() and name in (name.lower(), name.upper()))
    if pieces[last].kind == "text" and apart and is_full and len(before) >= _FEWEST_WORDS:
        pieces = [*pieces[:last], _Piece(name, "credit"), *pieces[last + 1 :]]
    return pieces


def _labelled(pieces: list[_Piece]) -> list[_Piece]:
    """What follows a lone "Image credit:" or "Foto:" is the credit, whatever it is called."""
    told: list[_Piece] = []
    after_label = False
    for piece in pieces:
        words = piece.text.strip()
        if after_label and words and words.strip("()[]| "):
            signed = all(split(words))  # "Image:" led the caption, which has its credit behind it
            if len(words) < _LONGEST_CREDIT and not signed:
                piece = _Piece(piece.text, "credit")
            after_label = False
        elif _CREDIT_LABEL.fullmatch(words) or is_label(words):
            piece, after_label = _Piece("", "ui"), True
        elif piece.kind == "text" and skeleton(words) and split(words)[0] == "":
            piece = _Piece(piece.text, "credit")
        told.append(piece)
    return told


def _joined(pieces: list[_Piece]) -> str:
    """The texts as one; a text that is said twice (for phones and for desks) once."""
    kept: list[str] = []
    seen: set[str] = set()
    for piece in pieces:
        letters = skeleton(piece.text)
        if width(letters) > 12 and letters in seen:
            continue
        seen.add(letters)
        if kept and _is_parted(kept[-1], piece.text):
            kept.append(" ")
        kept.append(piece.text)
    text = re.sub(r"\s+", " ", "".join(kept)).strip(" |·")
    return text if skeleton(text) else ""


def _is_parted(before: str, after: str) -> bool:
    """Whether the style sheet alone parts two texts: "the bridge" and "Photo:" in a box of its own.

    Scripts without capitals part sentences by a space as well, all but Han, kana and Thai.
    """
    if before.endswith((".", "!", "?")):
        return after[:1].isupper() or bool(_SPACED.match(after))
    return before[-1:].islower() and after[:1].isupper()


def _credit(credits_: list[str]) -> str | None:
    kept: list[str] = []
    for credit in credits_:
        credit = re.sub(r"\s+", " ", credit).strip(" |·,;/")
        if credit and not any(skeleton(credit) in skeleton(other) for other in kept):
            kept = [other for other in kept if skeleton(other) not in skeleton(credit)]
            kept.append(credit)
    return "; ".join(kept) or None


def _without_doubles(units: list[Unit]) -> list[Unit]:
    """Each text once, by its strongest relation."""
    best: dict[str, Unit] = {}
    for unit in units:
        key = skeleton(unit.text) or f"credit {skeleton(unit.credit or '')}"
        if key not in best or _RANK[unit.relation] > _RANK[best[key].relation]:
            best[key] = unit
        elif unit.credit and not best[key].credit:
            best[key] = best[key]._replace(credit=unit.credit)
    return list(best.values())


_RANK = {"figcaption": 3, "caption-element": 2}
_RANK = {relation: _RANK.get(relation, 1) for relation in (
    "figcaption", "caption-element", "table-cell", "line-after", "line-before", "heading")}  # fmt: skip
