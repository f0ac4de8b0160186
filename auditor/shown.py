"""The report value to what several formats say of it in the same words: places, sizes, counts, verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from auditor.reported import stands
from auditor.schema import (
    ArticleInfo,
    AssetInfo,
    CaptionInfo,
    FindingInfo,
    ImageInfo,
    InputInfo,
    OutcomeInfo,
    Report,
    RuleInfo,
)

SIGNS = {"ok": "✓", "broken": "✗", "unverified": "?"}
RULE_PAGE = "urn:auditor:rule:{}"  # names the rule until its page has an address
MOST_PLACES = 8  # that one line names
OWN_ROLES = ("lead", "body")
RELATIONS = {
    "figcaption": "figure caption",
    "caption-element": "caption element",
    "structured-data": "structured data",
    "file-metadata": "metadata of the file",
    "line-before": "line before",
    "line-after": "line after",
    "table-cell": "table cell",
}


class View:
    """A report with the look-ups that a rendering needs."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.articles = {article.id: article for article in report.articles}
        self.rules = {rule.code: rule for rule in report.rules}
        self.by_article: dict[str, list[FindingInfo]] = defaultdict(list)
        for finding in report.findings:
            self.by_article[finding.article].append(finding)

    def path(self, finding: FindingInfo) -> str:
        """Where a finding's article is read from: a path as the user would type it, or an address."""
        article = self.articles.get(finding.article)
        return where(article) if article else finding.article

    def counted(self) -> list[FindingInfo]:
        """The findings that are neither suppressed nor fixed, in reading order."""
        return [finding for finding in self.report.findings if stands(finding)]

    def gone(self) -> list[FindingInfo]:
        """The findings of an earlier run that this one did not find again, on articles of this report."""
        return [
            finding
            for finding in self.report.findings
            if finding.lifecycle in ("fixed", "unverified") and finding.article in self.articles
        ]

    def homeless(self) -> list[FindingInfo]:
        """Findings on articles that are not in this report (fixed ones, or of the whole run)."""
        return [finding for finding in self.report.findings if finding.article not in self.articles]


class Placed:
    """The findings of one article, each told under one of its images or (None) on the text itself."""

    def __init__(self, article: ArticleInfo | None, findings: Iterable[FindingInfo]) -> None:
        self.images = {image.id: image for image in article.images} if article else {}
        self.under: dict[str | None, list[FindingInfo]] = defaultdict(list)
        self.named: dict[str, list[FindingInfo]] = defaultdict(list)
        for finding in findings:
            place = home(finding, self.images)
            self.under[place].append(finding)
            for image in finding.images if place is not None else ():
                if image != place:
                    self.named[image].append(finding)

    def concerns(self, image: ImageInfo) -> bool:
        """Whether a finding speaks of the image."""
        return image.id in self.under or image.id in self.named

    def others(self, finding: FindingInfo) -> list[str]:
        """The ids of the further images that a finding speaks of, and what else it is related to."""
        place = home(finding, self.images)
        return [other for other in dict.fromkeys((*finding.images, *finding.related)) if other != place]

    def also(self, finding: FindingInfo) -> str:
        """The same in words: "#9 on line 27, REF111", and no more than a person reads."""
        others = self.others(finding)
        words = [
            f"#{self.images[other].index} on line {self.images[other].line}"
            if other in self.images
            else other
            for other in others[:MOST_PLACES]
        ]
        more = len(others) - len(words)
        return ", ".join(words) + (f" and {more:,} more" if more else "")


def where(article: ArticleInfo) -> str:
    """The file or address of an article; of a file found in a folder that was named, its id."""
    source = article.source or article.id
    is_own = "://" in article.id or PurePosixPath(article.id).name == PurePosixPath(source).name
    return source if is_own or source == "-" else article.id


def home(finding: FindingInfo, images: dict[str, ImageInfo]) -> str | None:
    """The id of the image under which a finding is told: the one at its place, else its first.

    None for a note on more images than a line names: it is about the article.
    """
    if finding.level == "note" and len(finding.images) > MOST_PLACES:
        return None
    for identity in finding.images:
        image = images.get(identity)
        if image and (image.line, image.column) == (finding.line, finding.column):
            return identity
    return next((identity for identity in finding.images if identity in images), None)


def caption_key(image: ImageInfo) -> tuple[object, ...]:
    """Equal for neighbours under one caption; images without one stand together by their role."""
    if image.caption is None:
        return (None, image.role)
    return (image.caption.group, image.caption.text)


def evidence(caption: CaptionInfo) -> str:
    """Where a caption stands and why it is held for one."""
    relation = RELATIONS.get(caption.relation, caption.relation)
    facts = [
        f"caption on line {caption.line}" if caption.line else "caption",
        relation,
        f"confidence {caption.confidence:.0%}",
        f"credit {caption.credit}" if caption.credit else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def unread(source: InputInfo) -> str:
    """Which input could not be read, and why."""
    message = source.error.message if source.error else ""
    return message if message.startswith(source.source) else f"{source.source}: {message}"


def why(rule: RuleInfo) -> str:
    """Why a rule matters: the first paragraph of its help."""
    return rule.help.partition("\n\n")[0]


def remedy(finding: FindingInfo, rule: RuleInfo | None) -> str:
    """How to fix a finding: in its own words, else in those of its rule."""
    return finding.fix or (rule.help.partition("\n\n")[2] if rule else "")


def short(image: ImageInfo) -> str:
    """What an image asks for; an inline one has no address."""
    return image.address or image.url or "(no address)"


def measures(asset: AssetInfo | None) -> str:
    """Size and format of a picture: "1280×853 JPEG 180 KB"."""
    if asset is None or asset.format is None:
        return ""
    sides = f"{asset.width_px}×{asset.height_px}" if asset.width_px and asset.height_px else ""
    return " ".join(word for word in (sides, asset.format.upper(), data_size(asset.size_bytes)) if word)


def data_size(count: int | None) -> str:
    """Bytes in units of 1024, with three digits at most."""
    if count is None:
        return ""
    if count < 1024:
        return f"{count} B"
    amount = count / 1024
    for unit in ("KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1024
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"


def cause(outcome: OutcomeInfo) -> str:
    """Why an image is not ok, in one phrase."""
    return outcome.detail or outcome.reason or outcome.state


def number(count: int, noun: str) -> str:
    """A count with its noun: "1 image", "2 images"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def levels(report: Report) -> str:
    """How many findings of each level: "6 errors, 1 warning", or "no findings"."""
    told = [number(count, level) for level, count in report.summary.by_level.items() if count]
    return ", ".join(told) or "no findings"


def states(report: Report) -> str:
    """How the images fared: "9 ok, 4 broken, 6 not verified"."""
    verdicts: dict[str, int] = defaultdict(int)
    for image in all_images(report.articles):
        verdicts[image.outcome.verdict] += 1
    words = {"ok": "ok", "broken": "broken", "unverified": "not verified"}
    told = [f"{verdicts[verdict]:,} {word}" for verdict, word in words.items() if verdicts[verdict]]
    fast = sum(warning.count for warning in report.run.warnings if warning.code == "fast")
    return ", ".join(told) + (f" (--fast: of {fast:,} only type and size were looked at)" if fast else "")


def all_images(articles: Iterable[ArticleInfo]) -> Iterable[ImageInfo]:
    """Every image of every article."""
    return (image for article in articles for image in article.images)


def meaning(report: Report, *, exit_zero: bool = False) -> str:
    """What the exit code means, or would mean without --exit-zero."""
    if exit_zero and report.run.complete:
        return "exit 0 by --exit-zero, else " + meaning(report).removeprefix("exit ")
    if not report.run.complete:
        return "exit 130: interrupted; what was done is kept, the rest is unchecked"
    return {
        "pass": "exit 0: nothing that fails the check",
        "fail": "exit 1: there are findings that fail the check",
    }.get(
        report.summary.verdict,
        "exit 3: something could not be read or verified, and nothing that fails the check was found",
    )


def statistics(report: Report) -> list[tuple[int, str, str, str]]:
    """(count, code, name, summary) of every rule that fired, most frequent first."""
    rules = {rule.code: rule for rule in report.rules}
    rows = [
        (count, code, rules[code].name if code in rules else "", rules[code].summary if code in rules else "")
        for code, count in report.summary.by_code.items()
    ]
    return sorted(rows, key=lambda row: (-row[0], row[1]))
