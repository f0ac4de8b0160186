"""Turns what stands in and near an image's scope into ranked caption candidates, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from auditor.captions import apart, evidence, lines, signed, slides, stated, tables, units
from auditor.captions.credits import is_name
from auditor.captions.kinds import is_control
from auditor.captions.layout import Layout
from auditor.captions.scopes import CAPTION_HINT, Scopes
from auditor.captions.stated import LEAST_CONFIDENCE
from auditor.captions.units import Unit
from auditor.captions.words import skeleton, width
from auditor.model import Article, CaptionCandidate, ImageReference, Picture, Relation, TextBlock

# What captions of that markup were worth on the dev pages (tests/bench/captions.py, November 2026):
# 191 figcaptions .95 right, 40 other caption elements .85, 49 lines in the picture's box 1.0 (stated
# .75 to .9: so few say little).
_BY_RELATION: dict[Relation, float] = {"figcaption": 0.95, "caption-element": 0.87}
# What a line in the picture's own box is worth without markup that names it, by its side, and what its
# words add. Above the picture stand kickers, dates and headlines far more often than captions.
_IN_SCOPE: dict[Relation, float] = {"line-after": 0.75, "line-before": 0.4, "table-cell": 0.7}
_IN_SCOPE_SIGNS = {
    "cue": 0.15, "date-led": 0.15, "credited": 0.15, "links": -0.05, "heading": -0.4, "byline": -0.6,
    "short": -0.4, "wordy": -0.3, "bracketed": -0.5, "list-item": -0.3,
    "deck": -0.5, "prose": -0.35,
}  # fmt: skip
_TOLD = frozenset(("cue", "credited", "date-led", "set-apart"))  # whatever its length, it may be a caption
# What pages call the lines that open a story.
_DECK_HINT = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro(?:duction|text)?|summary|standfirst|deck|dek|sapo|chap[oô]|chapeau|vorspann|"
    r"ingress|entradilla|bajada|copete|sommario|excerpt|abstract|perex|manchet|strapline|resumen?)(?:$|[\s_-])"
)
_TITLE_HINT = re.compile(r"(?:^|[\s_-])(?:title|headline|heading|h[1-6])(?:$|\s)")
_SHORTEST_DECK = 36
_SHORTEST_PROSE = 80  # columns
_WORTH_TELLING = 0.1
_APART = 0.3  # a credit, less near than any that a caption has
_CREDIT_TAGS = frozenset(("footer", "small", "cite", "address"))
_LONGEST_CREDIT = 70
_LONGEST_CONTROL = 24
_SLIDE = 0.7
_SAID_AGAIN = 0.7  # right below its picture, whose alternative text it is


def candidates(article: Article, pictures: Mapping[int, Picture]) -> dict[int, list[CaptionCandidate]]:
    """The candidates of every image of the story by reference index, unranked."""
    layout = Layout.of(article, keep=False)
    scopes = Scopes(layout)
    shown = [r for r in layout.references if r.role in ("lead", "body")]
    found: dict[int, list[CaptionCandidate]] = {reference.index: [] for reference in article.references}
    credited = apart.credits_apart(scopes, shown)
    for block, (reference, credit) in credited.items():
        span = layout.blocks[block].span
        found[reference.index].append(CaptionCandidate("", "line-after", _APART, span, credit))
    if len(article.boxes) > 1:
        _from_scopes(scopes, shown, found, credited.keys())
        _from_figures(scopes, shown, found)
        for reference, unit in tables.units_below(scopes, shown):
            found[reference.index].append(_candidate(unit, reference, layout))
        for reference, unit in slides.units_of(scopes, shown):
            found[reference.index].append(_of_slide(unit, reference))
    _from_lines(scopes, shown, found, credited.keys())
    stated.from_declarations(article, shown, found)
    stated.from_scripts(article, shown, found)
    names = signed.names_of(article) | signed.repeated(found.values())
    for reference in shown:
        found[reference.index] = [signed.parted(one, names) for one in found[reference.index]]
        told = stated.TITLED if article.dialect == "markdown" else stated.TITLE
        found[reference.index] += stated.of_its_own(reference, pictures.get(reference.index), told)
    return found


def _from_scopes(
    scopes: Scopes,
    shown: list[ImageReference],
    found: dict[int, list[CaptionCandidate]],
    credited: Collection[int],
) -> None:
    """What stands in the scope of each image, but for blocks that are `credited` to some image already."""
    for reference in shown:
        scope = scopes.of(reference)
        if scope is None:
            continue
        blocks = [
            block
            for block in scopes.layout.blocks_in(scope)
            if block.index not in credited and not scopes.layout.is_headline(block)
        ]
        for unit in _with_name_below(_with_credit_beside(scopes, units.of(scopes, blocks, scope), reference)):
            found[reference.index].append(_candidate(unit, reference, scopes.layout))


def _with_credit_beside(scopes: Scopes, many: list[Unit], reference: ImageReference) -> list[Unit]:
    """What stands small beside a figure's caption, in the figure and outside of it, is its credit.

    Between the picture and its caption only a name is.
    """
    captions = [unit for unit in many if unit.relation == "figcaption" and unit.text]
    if len(captions) != 1 or captions[0].credit:
        return many
    (caption,) = captions
    for unit in many:
        text = unit.text
        if unit.relation != "line-after" or unit.block.order < reference.order or unit.credit or not text:
            continue
        tags = {scopes.layout.boxes[box].tag for box in scopes.layout.path(unit.block.box, 2)}
        tags.update(unit.block.hints.split())
        named = is_name(text) and len(text.split()) > 1
        small = unit.block.order > caption.block.order and not _CREDIT_TAGS.isdisjoint(tags)
        if len(text) <= _LONGEST_CREDIT and (named or small):
            kept = [other for other in many if other is not unit]
            return [other._replace(credit=text) if other is caption else other for other in kept]
    return many


def _with_name_below(many: list[Unit]) -> list[Unit]:
    """A bare name right under a bare line is its credit: two captions never stand under one picture."""
    kept: list[Unit] = []
    for unit in many:
        above = kept[-1] if kept else None
        if (
            above is not None
            and above.relation == unit.relation == "line-after"
            and above.text
            and not (above.credit or unit.credit)
            and is_name(unit.text)
        ):
            kept[-1] = above._replace(credit=unit.text)
        else:
            kept.append(unit)
    return kept


def _candidate(unit: Unit, reference: ImageReference, layout: Layout) -> CaptionCandidate:
    relation = unit.relation
    if relation == "line-after" and unit.block.order < reference.order:
        relation = "line-before"
    confidence = _BY_RELATION.get(relation)
    if confidence is None:
        signs = set(evidence.signs(unit.block)) | ({"credited"} if unit.credit else set())
        if _is_deck(unit.block, layout):
            signs.add("deck")
        told = not _TOLD.isdisjoint(signs)
        if relation != "table-cell" and not (told or "open-ended" in signs) and {"long", "sentences"} & signs:
            signs.add("wordy")
        if not told and _flows_on(unit, reference, layout):
            signs.add("prose")
        if _is_title(unit.block, layout):
            signs.add("heading")
        # <dl><dt>picture</dt><dd>caption</dd></dl>, <li>picture<p>caption</p></li>: no item of a list
        if layout.boxes[unit.block.box].tag not in ("li", "dt") and not unit.block.link_share:
            signs.discard("list-item")
        confidence = _IN_SCOPE[relation] + sum(_IN_SCOPE_SIGNS.get(sign, 0.0) for sign in sorted(signs))
    confidence = round(min(max(confidence, 0.05), 0.9 if relation != "figcaption" else 1.0), 2)
    return CaptionCandidate(unit.text, relation, confidence, unit.block.span, unit.credit)


def _of_slide(unit: Unit, reference: ImageReference) -> CaptionCandidate:
    relation = unit.relation
    if relation == "line-after" and unit.block.order < reference.order:
        relation = "line-before"
    return CaptionCandidate(unit.text, relation, _SLIDE, unit.block.span, unit.credit)


def _flows_on(unit: Unit, reference: ImageReference, layout: Layout) -> bool:
    """Whether the words are a whole paragraph, with the picture set into its beginning."""
    block = unit.block
    whole = width(block.text) >= _SHORTEST_PROSE and "open-ended" not in evidence.signs(block)
    return whole and block.box == reference.box and layout.boxes[block.box].tag == "p"


def _is_title(block: TextBlock, layout: Layout) -> bool:
    """Whether a line calls itself a title or headline; that of the picture would say so."""
    hints = f"{layout.boxes[block.box].hints if not block.hints else ''} {block.hints}"
    return bool(_TITLE_HINT.search(hints)) and not CAPTION_HINT.search(hints)


def _is_deck(block: TextBlock, layout: Layout) -> bool:
    """Whether a sentence, or the box it fills alone, calls itself the opening of the story."""
    if width(block.text) < _SHORTEST_DECK:
        return False
    box = layout.boxes[block.box]
    alone = len(layout.blocks_in(box.index)) == 1 and not layout.references_in(box.index)
    return bool(_DECK_HINT.search(f"{block.hints} {box.hints}" if alone else block.hints))


def _from_figures(
    scopes: Scopes, shown: list[ImageReference], found: dict[int, list[CaptionCandidate]]
) -> None:
    """The one caption of a figure of several pictures serves those that have none of their own."""
    captions: dict[int, list[Unit]] = {}
    for reference in shown:
        if any(c.text and c.confidence >= LEAST_CONFIDENCE for c in found[reference.index]):
            continue
        figure = next(
            (b for b in scopes.layout.around(reference.box) if b.tag == "figure" or "gallery" in b.hints),
            None,
        )
        if figure is None:
            continue
        if figure.index not in captions:
            blocks = [b for b in scopes.layout.blocks_in(figure.index) if scopes.is_caption_box(b.box)]
            blocks = [block for block in blocks if not scopes.layout.is_headline(block)]
            captions[figure.index] = [unit for unit in units.of(scopes, blocks, figure.index) if unit.text]
        if len(captions[figure.index]) == 1:
            found[reference.index].append(_candidate(captions[figure.index][0], reference, scopes.layout))


def _from_lines(
    scopes: Scopes,
    shown: list[ImageReference],
    found: dict[int, list[CaptionCandidate]],
    credited: Collection[int],
) -> None:
    """Lines before and after a run of images, where nothing closer was found and which are not `credited`."""
    layout = scopes.layout
    bare = {
        r.index: r
        for r in shown
        if not any(c.text and c.confidence >= LEAST_CONFIDENCE for c in found[r.index])
    }
    if not bare:
        return
    used = {c.span for many in found.values() for c in many if c.confidence >= LEAST_CONFIDENCE}
    in_page = layout.article.dialect == "html"
    blocks = [block for block in layout.blocks if block.index not in credited]
    if in_page:
        blocks = [b for b in blocks if not (layout.framed[b.box] or _is_control(b))]
    named = apart.units_apart(scopes, blocks) if in_page else {}
    blocks = [named[block.index].block if block.index in named else block for block in blocks]
    # Where other images of a page have their captions in the markup, one without has none, unless somebody
    # set it by hand: in italics, and surely where they are small or centred as well.
    habit = 0.6 if in_page and len(bare) < len(shown) else 1.0
    for line in lines.pair(lines.runs(shown, blocks, in_page), in_page):
        if line.block.span in used or line.score < _WORTH_TELLING:
            continue
        unit = named.get(line.block.index) or units.plain(line.block, line.side)
        slanted = line.side == "line-after" and lines.is_slanted(line.block)
        by_hand = 1.0 if len(line.block.emphasis.split()) > 1 else max(habit, 0.8)
        told = line.block.index in named or "cue" in evidence.signs(line.block)  # "Picture:", "(left)"
        for image in line.images:
            if image in bare:
                again = _is_alt(unit.text, bare[image])
                share = 1.0 if told or again else by_hand if slanted else habit
                score = round(line.score * share, 2)
                if again and line.side == "line-after":
                    score = max(score, _SAID_AGAIN)
                relation = unit.relation if line.block.index in named else line.side
                found[image].append(
                    CaptionCandidate(unit.text, relation, score, line.block.span, unit.credit)
                )


def _is_control(block: TextBlock) -> bool:
    """Whether a line is none of the story's words; a file's name is, if nobody wrote a better caption."""
    return len(block.text) <= _LONGEST_CONTROL and "." not in block.text and is_control(block.text)


def _is_alt(text: str, reference: ImageReference) -> bool:
    """Whether a line says what the image's alternative text says: it was written of the image."""
    return bool(reference.alt) and skeleton(text) == skeleton(reference.alt or "")
