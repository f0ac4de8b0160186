"""same-photo-two-captions: one picture under captions that cannot both be true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.entities import dates_contradict, places_contradict
from auditor.model import (
    Audit,
    Caption,
    DateMention,
    Entities,
    Example,
    History,
    Hit,
    ImageReference,
    Rule,
    Use,
)
from auditor.rules._audits import address, address_key, line, picture_key, pictures, same_pictures, shown
from auditor.rules._examples import card, photo
from auditor.rules._history import quoted, ran, uses

_KINDS = {
    "exact": "the same photo",
    "near": "a copy of the same photo",
    "mirrored": "the same photo, mirrored",
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture whose captions contradict one another, here or in another article."""
    seen: set[int] = set()
    for kind, bits, members in same_pictures(audit):
        clashing = _clashing(audit, members)
        if clashing and not seen.issuperset(clashing):
            seen.update(clashing)
            yield _hit(audit, kind, bits, clashing)
    for reference, _, _ in pictures(audit):
        caption = _caption(audit, reference.index)
        if caption and reference.index not in seen:
            clashes = [
                use for use in uses(audit, reference.index)[0] if _contradict(caption.entities, use.entities)
            ]
            if clashes:
                yield _elsewhere(reference, caption, clashes)


def _clashing(audit: Audit, members: Sequence[int]) -> list[int]:
    """The members whose caption contradicts that of another member."""
    captions = {index: caption for index in members if (caption := _caption(audit, index))}
    return [
        index
        for index, one in captions.items()
        if any(_contradict(one.entities, other.entities) for other in captions.values())
    ]


def _caption(audit: Audit, index: int) -> Caption | None:
    pairings = audit.captions.pairings
    return pairings[index].caption if index < len(pairings) else None


def _contradict(one: Entities, other: Entities) -> list[str]:
    """In what they contradict: "date", "place"."""
    fields = (("date", dates_contradict(one, other)), ("place", places_contradict(one, other)))
    return [field for field, differs in fields if differs]


def _hit(audit: Audit, kind: str, bits: int, members: list[int]) -> Hit:
    references = [audit.article.references[index] for index in members]
    captions = [caption for index in members if (caption := _caption(audit, index))]
    first, second = _first_clash(captions)
    fields = _contradict(captions[first].entities, captions[second].entities)
    says = [f"{line(references[n])}: “{shown(captions[n].text)}”" for n in (first, second)]
    return Hit(
        message=f"{_KINDS.get(kind, 'the same photo')} stands under captions that contradict in "
        f"{' and '.join(fields)} ({says[0]}; {says[1]}): {address(references[first])}",
        key=" ".join(sorted({picture_key(r, audit.outcomes[r.index]) for r in references})),
        images=tuple(members),
        span=references[second].span,
        # known by its address alone, the picture was not looked at
        unverified=all(audit.outcomes[index].state.verdict == "unverified" for index in members),
        arguments={"fields": fields, "kind": kind, "distance_bits": bits},
        evidence={
            "distance-bits": bits,
            "captions": [_quoted(caption) for caption in captions],
        },
    )


def _elsewhere(reference: ImageReference, caption: Caption, clashes: Sequence[Use]) -> Hit:
    """The picture stands in other articles under captions that contradict its own."""
    first = clashes[0]
    fields = _contradict(caption.entities, first.entities)
    more = f" and {len(clashes) - 1} more" if len(clashes) > 1 else ""
    return Hit(
        message=f"{'the same photo' if not first.distance_bits else 'a copy of the same photo'} ran "
        f"{ran(first)}{more} under a caption that contradicts in {' and '.join(fields)} "
        f"({line(reference)}: “{shown(caption.text)}”; there: “{shown(first.caption or '')}”): "
        f"{address(reference)}",
        key=f"{address_key(reference)} elsewhere",
        images=(reference.index,),
        arguments={"fields": fields, "distance_bits": first.distance_bits},
        evidence={"captions": [_quoted(caption)], "elsewhere": [quoted(use) for use in clashes]},
        related=tuple(use.image for use in clashes),
    )


def _first_clash(captions: Sequence[Caption]) -> tuple[int, int]:
    return next(
        (a, b)
        for b in range(len(captions))
        for a in range(b)
        if _contradict(captions[a].entities, captions[b].entities)
    )


def _quoted(caption: Caption) -> dict[str, object]:
    return {
        "text": caption.text,
        "line": caption.span.line if caption.span else None,
        "dates": [date.iso for date in caption.entities.dates],
        "places": [place.name for place in caption.entities.places],
    }


_FIGURE = '<figure><img src="{0}" alt="{1}"><figcaption>{2}</figcaption></figure>\n<p>{3}</p>\n'
_TEXT = "The paragraph between the two pictures tells at length what happened on these days. "


def _story(first: str, second: str) -> str:
    return (
        "<article><h1>Two closures</h1>\n"
        + _FIGURE.format("/a.jpg", "A gate", first, _TEXT)
        + _FIGURE.format("/b.jpg", "A hall", second, _TEXT)
        + "</article>"
    )


def _ran(text: str, iso: str) -> History:
    """The first picture ran in another article, under this caption."""
    entities = Entities((DateMention(text, iso),))
    use = Use("gate.html", "gate.html#0", title="The gate closes", caption=text, entities=entities)
    return History(uses={0: (use,)}, use_counts={0: 1})


_ONE = '<figure><img src="/a.jpg" alt="A gate"><figcaption>The gate, July 27, 2020</figcaption></figure>'

RULE = Rule(
    code="CAP301",
    name="same-photo-two-captions",
    level="error",
    summary="One picture stands under two captions that contradict each other in date or place.",
    why=(
        "A photograph is of one moment at one place, so that one of the captions is wrong. Old pictures in "
        "a new context are the commonest kind of visual misinformation, and mostly an accident of copying. "
        "Copies that were resized or saved again are recognised, in a scan over the whole archive; captions "
        "contradict only where both name a date (or a place) and none of the one can be one of the other."
    ),
    fix="Find out which caption is true, and put in the picture that belongs to the other.",
    check=check,
    absorbs=("REF111", "DUP401", "DUP402", "DUP404", "DUP405"),
    passes=(
        Example(
            _story("Houston, July 24, 2020", "Chengdu, July 27, 2020"),
            note="two captions, and two pictures",
        ),
        Example(
            _story("Workers carry boxes in Houston, July 24, 2020", "Houston on July 24"),
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate")},
            note="the captions agree",
        ),
        Example(
            _story("Houston, July 24, 2020", "Chengdu, July 27, 2020"),
            images={"/a.jpg": card(), "/b.jpg": card()},
            note="a stand-in shows nothing that a caption could be about",
        ),
        Example(_ONE, history=_ran("July 27, 2020", "2020-07-27"), note="it ran elsewhere, and they agree"),
    ),
    catches=(
        Example(
            _story("Houston, July 24, 2020", "Chengdu, July 27, 2020"),
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate")},
        ),
        Example(
            _story("The gate on 24 July 2020", "The gate on 27 July 2020"),
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate", 800, 534, other_bits=12)},
            note="a smaller copy, and another day",
        ),
        Example(
            _ONE,
            history=_ran("July 24, 2020", "2020-07-24"),
            note="it ran in another article, of another day",
        ),
    ),
)
