"""Turns an article into the same article with a role on every image reference: lead, body, chrome, metadata.

Of ten images on a news page one belongs to the story. Each picture is weighed by where it stands (in the
story, between headline and story, beside, after), what is around it and what it says of itself.
"""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections import Counter
from functools import cached_property

import msgspec

from auditor.captions import attributes, identity, signs, slides
from auditor.captions.credits import split
from auditor.captions.layout import Layout
from auditor.captions.scopes import Scopes, is_picture, name_of
from auditor.captions.signs import Seen
from auditor.captions.teasers import Teasers
from auditor.captions.weights import WEIGHTS
from auditor.captions.words import width
from auditor.model import Article, ImageReference, ImageRole

_THRESHOLD = 0.5
# What makes an image chrome on a plain page too.
_ELSEWHERE = frozenset(
    (
        "framed",
        "other-article",
        "in-row",
        "links-away",
        "strip",
        "advertised",
        "code",
        "decoration",
        "portrait",
    )
)
_FEW_LINKS = 3  # pictures that link to other pages: with more a page is one of a site, whatever it calls them
_AMID = frozenset(("in-story", "under-headline"))
_FILM = re.compile(r"(?:^|[\s_-])(?:video|player|kaltura|jwplayer)(?:$|[\s_-])")
_LIST_TAGS = frozenset(("li", "dd", "td"))


def assign(article: Article) -> Article:
    """The article with every role set; what the dialect calls metadata or chrome keeps that role.

    The lead is the first image of the story, when it stands above the first paragraph. On a page without
    a story every image is one of the body, but for those in a frame, icons and links to other pages.
    """
    judge = Judge(article)
    roles: list[ImageRole] = []
    led = False
    for reference in article.references:
        role = judge.role(reference)
        if role == "body" and not led and reference.order < judge.first:
            role, led = "lead", True
        roles.append(role)
    references = tuple(
        reference if reference.role == role else msgspec.structs.replace(reference, role=role)
        for reference, role in zip(article.references, roles, strict=True)
    )
    return msgspec.structs.replace(article, references=references)


class Judge:
    """What decides over the images of one article."""

    def __init__(self, article: Article) -> None:
        self.layout = Layout.of(article, keep=True)
        self.scopes = Scopes(self.layout)
        self.pictures = {reference.index for reference in self.scopes.pictures}
        self.is_linear = article.dialect != "html"
        self.url = article.url or article.base_url or ""
        self.story, paragraphs = self.layout.story
        everything = self.layout.blocks[-1].order if self.layout.blocks else 0
        texts = paragraphs or [block for block in self.layout.blocks if block.role != "heading"]
        self.first = texts[0].order if texts else everything + 1
        self.last = paragraphs[-1].order if paragraphs else everything
        headings = (block.order for block in self.layout.blocks if block.role == "heading")
        self.next_heading = next((order for order in headings if order > self.last), sys.maxsize)
        self.is_plain = not paragraphs or not (any(self.layout.framed) or self.shown.total() >= _FEW_LINKS)
        headline = self.layout.headline
        self.headline = headline.order if headline is not None else None
        around = self.layout.path(self.story)
        self.spine = frozenset(around)
        self.heads = set(self.layout.path(headline.box)) if headline is not None else {self.story}
        self.common = next((box for box in around if box in self.heads), 0)
        self.in_story = self.layout.inside(self.layout.story_boxes)
        self.in_common = self.layout.inside((self.common,))
        own = self.heads.union(*map(self.layout.path, self.layout.story_boxes))
        self.shows: dict[int, bool] = {}  # see slides.slide
        self.teasers = Teasers(self.scopes, own, paragraphs)
        self.declared = {
            identity.name(r.url or r.address) for r in article.references if r.role == "metadata"
        } - {""}

    @cached_property
    def links(self) -> dict[int, str | None]:
        """Where the link around each picture leads."""
        return {r.index: attributes.link(r, self.url) for r in self.scopes.pictures}

    @cached_property
    def shown(self) -> Counter[str]:
        """How often each picture is shown by a link to another page."""
        return Counter(name_of(r) for r in self.scopes.pictures if self.links[r.index] == "away")

    @cached_property
    def alone(self) -> set[str]:
        """The pictures that the page declares for itself and shows in one place alone, not as a link."""
        counts = Counter(self.scopes.names)
        return {name for name in self.declared if counts[name] == 1} - self.shown.keys()

    @cached_property
    def backgrounds(self) -> set[int]:
        """The backgrounds that show what the page declares as its picture, where no image shows it."""
        missing = self.declared.difference(self.scopes.names)
        return {
            reference.index
            for reference in self.layout.references
            if reference.kind == "css"
            and reference.order < self.last
            and name_of(reference) in missing
            and not self.layout.framed[reference.box]
        }

    @cached_property
    def beside_declared(self) -> set[int]:
        """The boxes around what the page declares as its picture, up to where more than captions stand."""
        boxes: set[int] = set()
        for reference in self.scopes.pictures:
            if name_of(reference) in self.declared and not self.layout.framed[reference.box]:
                near = itertools.takewhile(self._is_gallery, self.layout.path(reference.box, 5))
                boxes.update(near)
        return boxes

    def _is_gallery(self, box: int) -> bool:
        return box not in self.heads and box not in self.spine and not self.scopes.tells(box)

    def role(self, reference: ImageReference) -> ImageRole:
        if reference.role in ("metadata", "chrome"):
            return "body" if reference.index in self.backgrounds else reference.role
        if self.is_linear:
            return "body" if is_picture(reference) else "chrome"
        if reference.index not in self.pictures:
            return "chrome"
        belongs = self._is_content(reference) if self.is_plain else self.probability(reference) >= _THRESHOLD
        return "body" if belongs else "chrome"

    def _is_content(self, reference: ImageReference) -> bool:
        """Whether an image is what a plain page is about: one without a story, or with nothing around it.

        The odds are those of news sites, where most images are chrome; here most are not.
        """
        signs = set(self.signs(reference))
        on_top = any(
            box.tag == "header" and box.index not in self.heads for box in self.layout.around(reference.box)
        )
        if on_top or signs & _ELSEWHERE:
            return False
        return "drawing" not in signs or bool(signs & {"figure", "captioned", "described", "large"})

    def probability(self, reference: ImageReference) -> float:
        """How likely an image belongs to the story, 0 to 1."""
        odds = WEIGHTS["bias"] + sum(WEIGHTS[sign] for sign in self.signs(reference))
        return 1.0 / (1.0 + math.exp(-odds))

    def signs(self, reference: ImageReference) -> list[str]:
        """What speaks for and against an image, as keys of WEIGHTS."""
        seen = self._seen(reference)
        found = {seen.where: True, **self._of_place(reference, seen), **signs.of_itself(reference, seen)}
        if found["alone"]:  # as wide as a banner, and what the page declares as its picture
            found["strip"] = False
        return [sign for sign, there in found.items() if there]

    def _seen(self, reference: ImageReference) -> Seen:
        scope = self.scopes.of(reference)
        link = self.links[reference.index]
        wide = attributes.shown_width(reference)
        held = self.layout.blocks_in(scope) if scope is not None else []
        if not (held or signs.is_drawing(reference)) and (group := self._group(reference)) is not None:
            held = self.layout.blocks_in(group)
        linked = bool(held) and all(block.link_share > 0.5 for block in held)
        titled = linked and any(block.role == "heading" for block in held)  # that of another story
        captioned = any(self.scopes.is_caption_box(block.box) or block.role == "caption" for block in held)
        where, framed = self._where(reference), self._is_framed(reference, wide)
        amid = where in _AMID and not framed
        credited = amid and (linked or link == "away") and any(split(block.text)[1] for block in held)
        headed = titled or (scope is not None and self._is_headed(scope, link))
        return Seen(where, framed, link, wide, held, captioned and not titled, linked, credited, headed)

    def _of_place(self, reference: ImageReference, seen: Seen) -> dict[str, bool]:
        """The signs that the layout of the page gives."""
        tags = [self.layout.boxes[box].tag for box in self.layout.path(reference.box, 6)]
        where, link = seen.where, seen.link
        name = name_of(reference)
        beside = seen.linked and not (seen.captioned or seen.credited)
        repeated = self.shown[name] > 1
        # A teaser links its words as well: a picture that alone links leads to a larger one, or to a gallery;
        # and no teaser says whose picture it shows.
        unlinked = bool(seen.held) and (seen.credited or not any(block.link_share for block in seen.held))
        enlarged = where in _AMID and not seen.framed and unlinked and not (seen.headed or repeated)
        above = where == "above-headline"
        return {
            "heads-story": above and not (link or beside) and self._heads_story(reference),
            "with-declared": above
            and seen.captioned
            and unlinked
            and link in (None, "itself")
            and not self.beside_declared.isdisjoint(self.layout.path(reference.box, 5)),
            "framed": seen.framed,
            "other-article": self.teasers.in_other[reference.box],
            "in-row": link not in ("abroad", "itself") and self.teasers.in_row(reference.box),
            "figure": "figure" in tags,
            "beside-link": beside,
            "declared": name in self.declared,
            "alone": name in self.alone,
            "links-away": link == "away" and not enlarged,
            "in-list": not _LIST_TAGS.isdisjoint(tags[:5]),
            "repeated": repeated,
            "film": where == "in-story" and self._is_film(reference.box),
            "flow": where == "story-end" and not link and self._is_in_flow(reference),
        }

    def _is_framed(self, reference: ImageReference, wide: int) -> bool:
        """Whether an image stands in a frame; a button around a large one only shows it larger still."""
        framed, boxes = self.layout.framed, self.layout.boxes
        if not framed[reference.box] or wide < signs.LARGE_PX:
            return framed[reference.box]
        button = next((b for b in self.layout.path(reference.box, 3) if boxes[b].tag == "button"), None)
        return button is None or framed[boxes[button].parent]

    def _group(self, reference: ImageReference) -> int | None:
        """The box around a picture that it shares with others: a figure, or one with a caption for all."""
        for box in self.layout.path(reference.box, 4):
            if box in self.spine or self.scopes.tells(box):
                return None
            held = self.layout.few_blocks_in(box)
            captioned = any(self.scopes.is_caption_box(block.box) for block in held)
            if held and (captioned or self.layout.boxes[box].tag == "figure"):
                return box
        return None

    def _is_in_flow(self, reference: ImageReference) -> bool:
        """Whether a picture stands among the paragraphs of the story, in boxes of its own at most."""
        return not self.layout.story_boxes.isdisjoint(self.layout.path(reference.box, 3))

    def _is_film(self, box: int) -> bool:
        """Whether a box, or one of the next around it that hold no text, calls itself a player of films."""
        near = itertools.takewhile(lambda one: not self.scopes.tells(one), self.layout.path(box, 4))
        return any(_FILM.search(self.layout.boxes[one].hints) for one in near)

    def _where(self, reference: ImageReference) -> str:
        order = reference.order
        if order >= self.first and self.in_story[reference.box]:
            if order < self.last or slides.slide(self.scopes, reference, self.shows) is not None:
                return "in-story"
            return "story-tail" if order > self.next_heading else "story-end"
        if self.headline is not None and self.headline < order < self.last:
            return "under-headline"
        if order < self.last and (self.in_common[reference.box] or self._is_just_above(order)):
            return "above-headline"
        if not (self.common and self.in_common[reference.box]):
            return "outside"
        return "after-story" if self.layout.blocks_between(self.last + 1, order) else "story-end"

    def _is_just_above(self, order: int) -> bool:
        """Whether nothing but its caption and a kicker stands between an image and the headline."""
        if self.headline is None or order > self.headline:
            return False
        between = self.layout.blocks_between(order, self.headline - 1)
        between = [block for block in between if not self.scopes.is_caption_box(block.box)]
        return len(between) <= 4 and all(
            block.role != "heading" and width(block.text) < 80 for block in between
        )

    def _heads_story(self, reference: ImageReference) -> bool:
        """Whether the box around an image and the headline below it shows nothing else, and no story.

        A banner of the site stands above its breadcrumbs.
        """
        both = next((box for box in self.layout.path(reference.box) if box in self.heads), 0)
        if both in self.spine or self.headline is None or not self.scopes.shows_but(both, reference):
            return False
        between = self.layout.blocks_between(reference.order, self.headline)
        return all(block.role != "list-item" for block in between)

    def _is_headed(self, scope: int, link: str | None) -> bool:
        """Whether the box next around the scope is a teaser: a picture with a heading, and one of them links.

        A heading over a picture that both link nowhere is a section of the story, and the headline of the
        story is no teaser's.
        """
        around = self.layout.boxes[scope].parent
        if around < 0 or around in self.spine or around in self.heads or not self.scopes.is_teaser(around):
            return False
        headings = [block for block in self.layout.blocks_in(around) if block.role == "heading"]
        return link in ("away", "abroad") or any(block.link_share > 0.5 for block in headings)
