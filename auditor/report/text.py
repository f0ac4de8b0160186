"""The report to text for a person: each article in reading order, each image beside its caption.

A bar binds a caption to the images it serves. Signs stand with words, so that nothing is said by
colour alone; whatever comes from outside is cleaned of what a terminal would take for an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor import shown
from auditor.reported import RenderOptions, says_unverified, stands
from auditor.schema import ArticleInfo, FindingInfo, ImageInfo, Report
from auditor.terminal import clean, clip, clip_middle, pad, width, wrap

SUFFIX = ".txt"
MEDIA_TYPE = "text/plain; charset=utf-8"

_SGR = {
    "error": "31", "broken": "31", "fail": "1;31", "warning": "33", "unverified": "33", "incomplete": "1;33",
    "note": "36", "ok": "32", "pass": "1;32", "strong": "1", "faint": "2",
}  # fmt: skip
_NARROWEST, _WIDEST = 50, 120
_BAR = "│ "
_OPEN = "  "
_SHOWN_ADDRESS = 40  # columns of an address within a sentence
_TOLD = "      "  # what is told of an image stands under its row, so much further in


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """The articles, then what could not be read, then one line that sums up."""
    page = _Page(report, options)
    for article in report.articles:
        for line in page.article(article):
            yield line + "\n"
    for line in page.ending():
        yield line + "\n"


class _Page:
    """A report on its way to the reader: knows the width, the colours, and what was explained already."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.view = shown.View(report)
        self.options = options
        self.columns = max(_NARROWEST, min(options.width, _WIDEST))
        self.explained: set[tuple[str, str]] = set()

    def paint(self, text: str, look: str) -> str:
        return f"\x1b[{_SGR[look]}m{text}\x1b[0m" if self.options.color and look in _SGR else text

    # --- one article --------------------------------------------------------------------------

    def article(self, article: ArticleInfo) -> Iterator[str]:
        findings = [f for f in self.view.by_article[article.id] if stands(f) or self.options.verbose]
        if self.options.quiet and not findings:
            return
        placed = shown.Placed(article, findings)
        visible = [i for i in article.images if placed.concerns(i) or self._is_visible(i)]
        yield from self._heading(article)
        for _place, lines in sorted(self._sections(visible, placed), key=lambda section: section[0]):
            yield ""
            yield from lines
        folded = self._folded([i for i in article.images if not (placed.concerns(i) or self._is_visible(i))])
        if folded and not self.options.quiet:
            yield ""
            yield from self._lines(folded, _OPEN, "faint")
        yield ""

    def _is_visible(self, image: ImageInfo) -> bool:
        return self.options.verbose or (not self.options.quiet and image.role in shown.OWN_ROLES)

    def _heading(self, article: ArticleInfo) -> Iterator[str]:
        yield self.paint(clip_middle(clean(shown.where(article)), self.columns), "strong")
        facts = [
            clean(article.title or ""),
            article.dialect,
            clean(article.language or ""),
            shown.number(len(article.images), "image"),
            shown.number(len(article.captions), "caption"),
        ]
        yield from self._lines(" · ".join(fact for fact in facts if fact), "", "faint")

    def _sections(
        self, visible: Sequence[ImageInfo], placed: shown.Placed
    ) -> Iterator[tuple[int, list[str]]]:
        """(line, lines of text) of each run of images under one caption and of each finding on the text."""
        layout = _Columns(visible, self.columns)
        for _group, run in groupby(visible, key=shown.caption_key):
            members = list(run)
            lines = self._caption(members[0])
            edge = _BAR if members[0].caption else _OPEN
            for image in members:
                lines.append(self.paint(edge, "faint") + self._row(image, layout))
                lines += self._told_of(image, placed)
            yield members[0].line, lines
        for finding in placed.under.get(None, ()):
            yield finding.line or 0, list(self._finding(finding, _OPEN, placed))

    def _caption(self, image: ImageInfo) -> list[str]:
        caption = image.caption
        if caption is None:
            words = "Lead image, no caption" if image.role == "lead" else "No caption"
            if image.role not in shown.OWN_ROLES:
                words = {"chrome": "Outside the article", "metadata": "In the metadata"}.get(
                    image.role, words
                )
            return [self.paint(words, "faint")]
        lines = [self.paint(line, "strong") for line in wrap(clean(caption.text), self.columns)]
        return [*lines, *self._lines(clean(shown.evidence(caption)), _BAR, "faint")]

    def _row(self, image: ImageInfo, layout: _Columns) -> str:
        verdict = image.outcome.verdict
        state = pad(f"{shown.SIGNS.get(verdict, '?')} {image.outcome.state}", layout.state)
        facts = pad(clip(_facts(image), layout.facts), layout.facts)
        place = f"line {image.line:>{layout.line}}  {pad(f'#{image.index}', layout.index)}"
        address = clip_middle(clean(shown.short(image)), layout.address)
        return f"{place}  {self.paint(state, verdict)}  {facts}  {self.paint(address, 'faint')}".rstrip()

    def _told_of(self, image: ImageInfo, placed: shown.Placed) -> list[str]:
        edge = _BAR if image.caption else _OPEN
        lines: list[str] = []
        if image.credit and image.caption is None:
            lines += self._lines(f"credit {clean(image.credit)}", edge + _TOLD, "faint")
        findings = placed.under.get(image.id, ())
        for finding in findings:
            lines += self._finding(finding, edge + _TOLD, placed, image)
        for finding in placed.named.get(image.id, ()):
            if finding.level != "note" and len(finding.images) <= shown.MOST_PLACES:
                words = f"see {finding.code}" + (f" on line {finding.line}" if finding.line else "")
                lines += self._lines(words, edge + _TOLD, finding.level)
        if image.outcome.verdict == "unverified" and not any(map(says_unverified, findings)):
            cause = clean(shown.cause(image.outcome))
            if (cause, "unverified") not in self.explained:  # once: offline it is the same for all
                self.explained.add((cause, "unverified"))
                words = f"could not be verified: {cause}; nothing is accused for it"
                lines += self._lines(words, edge + _TOLD, "unverified")
        elif image.outcome.verdict == "broken" and not findings:
            lines += self._lines(clean(shown.cause(image.outcome)), edge + _TOLD, "broken")
        return lines

    # --- one finding --------------------------------------------------------------------------

    def _finding(
        self, finding: FindingInfo, edge: str, placed: shown.Placed, image: ImageInfo | None = None
    ) -> Iterator[str]:
        """What, where else, and at the first of its kind why and how to fix."""
        rule = self.view.rules.get(finding.code)
        mark = self.paint(f"{finding.level} {finding.code}", finding.level)
        indent = len(finding.level) + len(finding.code) + 2
        what = _message(finding, image) + self._lifecycle(finding)
        message = wrap(what, self.columns - len(edge) - indent)
        yield f"{edge}{mark} {message[0]}"
        yield from (f"{edge}{' ' * indent}{line}" for line in message[1:])
        also = clean(placed.also(finding))
        details = [("also", also)] if also else []
        if rule and (finding.code, "why") not in self.explained:
            why = clean(shown.why(rule))
            details.append(("why", why if self.options.verbose else _first_sentence(why)))
            self.explained.add((finding.code, "why"))
        fix = clean(shown.remedy(finding, rule))
        if fix and (fix, "fix") not in self.explained:
            details.append(("fix", fix))
            self.explained.add((fix, "fix"))
        if finding.suppressed:
            details.append(("suppressed", clean(finding.suppressed.reason)))
        for label, text in details:
            yield from self._labelled(label, text, edge + "  ")

    def _lifecycle(self, finding: FindingInfo) -> str:
        """What is new is not marked: everything is, on a first run."""
        words = {"new": "", "persisting": " [still there]"}
        return words.get(finding.lifecycle, f" [{finding.lifecycle}]")

    def _labelled(self, label: str, text: str, edge: str) -> Iterator[str]:
        first, *others = wrap(text, self.columns - len(edge) - len(label) - 2)
        yield self.paint(f"{edge}{label}  ", "faint") + first
        yield from (f"{edge}{' ' * len(label)}  {line}" for line in others)

    # --- the end ------------------------------------------------------------------------------

    def _folded(self, images: Sequence[ImageInfo]) -> str:
        """One sentence on the images that are not the article's own."""
        if not images:
            return ""
        frame = sum(image.role == "chrome" for image in images)
        parts = [f"{frame:,} around the article"] if frame else []
        if len(images) > frame:
            parts.append(f"{len(images) - frame:,} in the metadata")
        odd = [image for image in images if image.outcome.verdict != "ok"]
        rest = "all ok" if not odd else f"{len(odd):,} not ok or not verified (-v shows them)"
        return f"{shown.number(len(images), 'further image')}: {', '.join(parts)}; {rest}"

    def ending(self) -> Iterator[str]:
        report = self.view.report
        for finding in self.view.homeless():
            yield from self._finding(finding, "", shown.Placed(None, ()))
        for finding in self.view.gone() if not self.options.verbose else ():
            words, look = (
                ("fixed", "ok") if finding.lifecycle == "fixed" else ("not looked at again", "unverified")
            )
            place = clean(self.view.path(finding))
            yield from self._lines(f"{words}: {finding.code} {place}: {clean(finding.message)}", "", look)
        for pair in report.possible if self.options.verbose else ():
            pictures = f"{clean(pair.first)} and {clean(pair.second)}"
            words = f"perhaps the {clean(pair.words)} ({pair.distance_bits} of 256 bits)"
            yield from self._lines(f"for a person to decide: {pictures}: {words}", "", "note")
        for source in report.inputs:
            if source.error:
                yield from self._lines(f"✗ not read: {clean(shown.unread(source))}", "", "broken")
        if self.options.statistics:
            yield from self._statistics()
        yield from self._summary()

    def _statistics(self) -> Iterator[str]:
        for count, code, name, summary in shown.statistics(self.view.report):
            yield clip(f"{count:6,}  {code}  {pad(name, 26)}  {clean(summary)}", self.columns)
        yield ""

    def _summary(self) -> Iterator[str]:
        report = self.view.report
        if self.explained and not self.options.quiet:
            yield self.paint("More about a code: auditor explain CODE", "faint")
        suppressed = sum(finding.suppressed is not None for finding in report.findings)
        words = [
            shown.levels(report) + (f" ({suppressed:,} suppressed)" if suppressed else ""),
            f"{shown.number(report.summary.articles, 'article')}, "
            f"{shown.number(report.summary.images, 'image')}: {shown.states(report) or 'none'}",
            shown.meaning(report, exit_zero=self.options.exit_zero),
        ]
        verdict = report.summary.verdict.upper()
        first, *others = wrap(" · ".join(words), self.columns - len(verdict) - 2)
        yield f"{self.paint(verdict, report.summary.verdict)}  {first}"
        yield from (f"{' ' * len(verdict)}  {line}" for line in others)

    def _lines(self, text: str, edge: str, look: str) -> list[str]:
        return [edge + self.paint(line, look) for line in wrap(text, self.columns - len(edge))]


def _message(finding: FindingInfo, image: ImageInfo | None) -> str:
    """What a finding says, without the address that stands in the row above it already."""
    if image is None:
        return (f"line {finding.line}: " if finding.line else "") + clean(finding.message)
    message = clean(finding.message).removesuffix(f": {clean(shown.short(image))}")
    return re.sub(r"[a-z][a-z0-9+.-]*://\S+", lambda found: clip_middle(found[0], _SHOWN_ADDRESS), message)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z“\"(])", text, maxsplit=1)[0]


class _Columns:
    """The widths of the columns of an article's rows; the address takes what is left."""

    def __init__(self, images: Sequence[ImageInfo], columns: int) -> None:
        self.line = max((len(str(image.line)) for image in images), default=1)
        self.index = max((len(str(image.index)) for image in images), default=1) + 1
        self.state = max((len(image.outcome.state) for image in images), default=2) + 2
        room = columns - len(_BAR) - len("line ") - self.line - self.index - self.state - 6
        self.facts = min(max((width(_facts(image)) for image in images), default=0), room // 2)
        self.address = room - self.facts - 2


def _facts(image: ImageInfo) -> str:
    """Size and format of the picture, or in one word why there is none."""
    return shown.measures(image.asset) or clean(image.outcome.reason or "")
