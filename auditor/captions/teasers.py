"""Turns the make of a page into what teases other stories on it, where no class and no id says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

from auditor.captions.scopes import Scopes
from auditor.model import TextBlock

_MOST = 0.7  # of a row
_LEVELS = 24  # up from an image
_Make = tuple[str, str]  # tag and hints: boxes of one make are alike


class Teasers:
    """The teasers of one article: `own` are the boxes around story and headline, themselves included."""

    def __init__(self, scopes: Scopes, own: Set[int], paragraphs: list[TextBlock]) -> None:
        self.scopes = scopes
        self.layout = scopes.layout
        self.own = own
        self.told = {block.order for block in paragraphs}
        self.in_other = self._in_other()
        self._rows: dict[int, dict[_Make, bool | None]] = {}

    def _in_other(self) -> list[bool]:
        """Which boxes lie in an <article> of little prose that is not the story."""
        articles = (box.index for box in self.layout.boxes if box.tag == "article")
        inside = self.layout.inside([a for a in articles if a not in self.own and self._is_other(a)])
        within = [block for block in self.layout.blocks if inside[block.box]]
        return [False] * len(inside) if self._are_posts(within) else inside

    def _is_other(self, article: int) -> bool:
        """Whether an <article> tells of another story: little prose, and more than a picture's caption.

        Drupal puts each picture of a story into an <article>, with at the most its caption and credit.
        """
        if self.scopes.tells(article):
            return False
        blocks = self.layout.blocks_in(article)
        return not self.scopes.holds_picture(self.layout.boxes[article]) or any(
            block.role == "heading" or block.link_share > 0.5 for block in blocks
        )

    def in_row(self, box: int) -> bool:
        """Whether an image stands in one of several boxes made alike that show pictures, and most link.

        The first row counts, seen from the image: a gallery in a list of links is a gallery.
        """
        for index in self.layout.path(box, _LEVELS):
            if index in self.own:
                return False
            around = self.layout.boxes[index]
            if around.parent not in self._rows:
                self._rows[around.parent] = self._rows_in(around.parent)
            links = self._rows[around.parent].get((around.tag, around.hints))
            if links is not None:
                return links
        return False

    def _rows_in(self, parent: int) -> dict[_Make, bool | None]:
        """For each make of the boxes right in a box that show a picture whether they are a row of links."""
        alike: dict[_Make, list[list[TextBlock]]] = defaultdict(list)
        for child in self.layout.children(parent):
            box = self.layout.boxes[child]
            if self.scopes.holds_picture(box):
                alike[box.tag, box.hints].append(self.layout.blocks_in(child))
        return {make: self._links(row) for make, row in alike.items()}

    def _links(self, row: list[list[TextBlock]]) -> bool | None:
        """Whether most boxes of a row, of which the blocks are given, link to a page; None for one box."""
        if len(row) < 2 or not any(row):
            return None
        linked = sum(any(block.link_share > 0.5 for block in held) for held in row)
        return linked > max(1, _MOST * len(row)) and not self._are_posts([b for held in row for b in held])

    def _are_posts(self, blocks: list[TextBlock]) -> bool:
        """Whether most of the story's paragraphs are among these: the posts of a live report."""
        return 2 * sum(block.order in self.told for block in blocks) > len(self.told)
