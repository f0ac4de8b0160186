"""The report to one HTML page that needs nothing else: each image row beside its caption.

No script, nothing loaded: the page's own policy forbids it, and everything from outside is escaped.
It follows the reader's light or dark, stands in one column on a narrow screen, and prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from auditor import shown
from auditor.reported import RenderOptions, stands
from auditor.schema import ArticleInfo, FindingInfo, ImageInfo, Report
from auditor.terminal import clean

SUFFIX = ".html"
MEDIA_TYPE = "text/html; charset=utf-8"

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=]+", re.IGNORECASE)

_STYLE = """
:root {
  color-scheme: light dark;
  --text: #1d2430; --faint: #5c6675; --line: #d9dee6; --page: #f6f7f9; --card: #fff; --bar: #9fb4cc;
  --good: #1a7f43; --bad: #b3261e; --unsure: #8a5a00; --note: #22618f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --faint: #9aa5b4; --line: #333c49; --page: #14181e; --card: #1c222b; --bar: #4a6079;
    --good: #62c98a; --bad: #ff8a80; --unsure: #e5b567; --note: #85bfee;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere;
}
h1, h2 { line-height: 1.25; margin: 0; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.2rem; }
a { color: inherit; }
code { font: .85em ui-monospace, monospace; }
.faint { color: var(--faint); font-size: .9rem; margin: .2rem 0; }
.ok, .pass { color: var(--good); }
.broken, .error, .fail { color: var(--bad); }
.unverified, .warning, .incomplete { color: var(--unsure); }
.note { color: var(--note); }
article {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; margin: 1.5rem 0;
  padding: 1rem 1.2rem;
}
.group {
  display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 1.2rem;
  margin: 1.2rem 0 0; border-top: 1px solid var(--line); padding-top: 1rem;
}
.group > ol { list-style: none; margin: 0; padding: 0; }
.group > ol > li { padding: 0 0 .7rem; }
.group > ol > li:target { outline: 2px solid var(--bar); }
.row { display: flex; flex-wrap: wrap; gap: 0 .8rem; align-items: baseline; }
.row img { max-width: 6rem; max-height: 4rem; }
.row b { white-space: nowrap; }
.caption { border-left: 4px solid var(--bar); padding-left: .9rem; }
.caption.none { border-color: var(--line); color: var(--faint); }
.caption p { margin: 0; position: sticky; top: 1rem; }
.finding { margin: .3rem 0 .3rem 1rem; padding-left: .7rem; border-left: 3px solid var(--line); }
.finding p { margin: 0; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
td, th { border-top: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; }
@media (max-width: 44rem) {
  .group { grid-template-columns: minmax(0, 1fr); }
  .caption { order: -1; margin: 0 0 .6rem; }
}
@media print {
  body { background: none; max-width: none; }
  article { border: 0; padding: 0; }
}
"""
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Image audit: {verdict}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>Image audit: <span class="{word}">{verdict}</span></h1>
"""


def render(report: Report, options: RenderOptions) -> Iterator[str]:  # noqa: ARG001 - one look for all
    """The page: verdict and counts, what could not be read, the articles, the rules that fired."""
    page = _Page(report)
    yield from page.opening()
    for position, article in enumerate(report.articles):
        yield from page.article(article, position)
    yield from page.closing()


class _Page:
    """A report on its way to HTML: knows its look-ups and the anchors of images."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.view = shown.View(report)
        self.anchors = {
            image.id: f"a{position}-{image.index}"
            for position, article in enumerate(report.articles)
            for image in article.images
        }

    def opening(self) -> Iterator[str]:
        summary = self.report.summary
        verdict = summary.verdict
        yield _HEAD.format(policy=POLICY, style=_STYLE, verdict=_text(verdict), word=_word(verdict))
        yield f"<p>{_text(shown.levels(self.report))} · {shown.number(summary.articles, 'article')}, "
        yield f"{shown.number(summary.images, 'image')}: {shown.states(self.report) or 'none'}</p>\n"
        run = self.report.run
        facts = (
            f"auditor {self.report.tool.version}",
            run.command,
            run.profile,
            run.started_at or "",
            f"run {run.id}",
        )
        yield f'<p class="faint">{_text(" · ".join(filter(None, facts)))}</p>\n'
        for source in self.report.inputs:
            if source.error:
                yield f'<p class="broken">✗ not read: {_text(shown.unread(source))}</p>\n'
        yield "</header>\n<main>\n"

    def article(self, article: ArticleInfo, position: int) -> Iterator[str]:
        placed = shown.Placed(article, filter(stands, self.view.by_article[article.id]))
        source = shown.where(article)
        facts = (article.dialect, article.language or "", shown.number(len(article.images), "image"))
        yield f'<article id="a{position}">\n<h2>{_text(article.title or source)}</h2>\n'
        told_facts = _text(" · ".join(filter(None, facts)))
        yield f'<p class="faint"><code>{_text(source)}</code> · {told_facts}</p>\n'
        for finding in placed.under.get(None, ()):
            yield self._finding(finding, placed)
        visible = [i for i in article.images if i.role in shown.OWN_ROLES or placed.concerns(i)]
        for _group, run in groupby(visible, key=shown.caption_key):
            yield from self._group(list(run), placed)
        folded = len(article.images) - len(visible)
        if folded:
            words = f"{shown.number(folded, 'further image')} outside the article, without findings"
            yield f'<p class="faint">{words}</p>\n'
        yield "</article>\n"

    def _group(self, members: Sequence[ImageInfo], placed: shown.Placed) -> Iterator[str]:
        """The rows of the images on the left, the caption that they share on the right."""
        yield '<section class="group">\n<ol>\n'
        for image in members:
            yield f'<li id="{self.anchors[image.id]}">{_row(image)}'
            for finding in placed.under.get(image.id, ()):
                yield self._finding(finding, placed)
            yield "</li>\n"
        yield f"</ol>\n{_caption(members[0])}</section>\n"

    def _finding(self, finding: FindingInfo, placed: shown.Placed) -> str:
        rule = self.view.rules.get(finding.code)
        on_text = shown.home(finding, placed.images) is None
        line = f"line {finding.line}: " if on_text and finding.line else ""
        mark = f'<b class="{_word(finding.level)}">{_text(finding.level)} {_text(finding.code)}</b>'
        parts = [f"<p>{mark} {line}{_text(finding.message)}</p>"]
        others = placed.others(finding)
        if others:
            places = ", ".join(self._place(other, placed) for other in others[: shown.MOST_PLACES])
            more = len(others) - shown.MOST_PLACES
            parts.append(f'<p class="faint">also {places}{f" and {more:,} more" if more > 0 else ""}</p>')
        remedy = shown.remedy(finding, rule)
        if remedy:
            parts.append(f'<p class="faint">fix: {_text(remedy)}</p>')
        if rule:
            why = _text(shown.why(rule))
            parts.append(f'<details class="faint"><summary>why</summary>{why}</details>')
        return f'<div class="finding">{"".join(parts)}</div>'

    def _place(self, identity: str, placed: shown.Placed) -> str:
        image = placed.images.get(identity)
        words = f"#{image.index} on line {image.line}" if image else identity
        anchor = self.anchors.get(identity)
        return f'<a href="#{anchor}">{_text(words)}</a>' if anchor else _text(words)

    def closing(self) -> Iterator[str]:
        for finding in (*self.view.gone(), *self.view.homeless()):
            what = f"{finding.lifecycle} {finding.code} {self.view.path(finding)}: {finding.message}"
            yield f'<p class="faint">{_text(what)}</p>\n'
        rows = shown.statistics(self.report)
        if rows:
            yield "<article>\n<h2>Rules</h2>\n<table><tr><th>count<th>code<th>name<th>what it finds</tr>\n"
            for count, *cells in rows:
                yield f"<tr><td>{count:,}" + "".join(f"<td>{_text(cell)}" for cell in cells) + "</tr>\n"
            yield "</table>\n</article>\n"
        yield f'</main>\n<footer><p class="faint">{_text(shown.meaning(self.report))}</p></footer>\n'
        yield "</body>\n</html>\n"


def _row(image: ImageInfo) -> str:
    verdict = image.outcome.verdict
    state = f'<b class="{_word(verdict)}">{shown.SIGNS.get(verdict, "?")} {_text(image.outcome.state)}</b>'
    facts = shown.measures(image.asset) or image.outcome.reason or ""
    place = f"<span>line {image.line}</span><span>#{image.index}</span>"
    row = f"{place}{state}<span>{_text(facts)}</span>{_address(image)}"
    why = _text(shown.cause(image.outcome))
    if verdict == "unverified":
        why = f"could not be verified: {why}; nothing is accused for it"
    return f'<div class="row">{row}</div>' + (f'<p class="faint">{why}</p>' if verdict != "ok" else "")


def _address(image: ImageInfo) -> str:
    """The address: a link where a picture came from it, a picture where it holds one itself."""
    if image.outcome.verdict == "ok":
        if _INLINE_PICTURE.fullmatch(image.address):
            return f'<img src="{_text(image.address)}" alt=""><code>data:</code>'
        if image.url and image.url.startswith(("https://", "http://")):
            link = f'<a href="{_text(image.url)}" rel="noopener noreferrer">'
            return f"{link}<code>{_text(shown.short(image))}</code></a>"
    return f"<code>{_text(shown.short(image))}</code>"


def _caption(image: ImageInfo) -> str:
    caption = image.caption
    if caption is None:
        words = {"lead": "Lead image, no caption", "body": "No caption"}.get(
            image.role, f"Outside the article: {image.role}"
        )
        return f'<div class="caption none"><p>{_text(words)}</p></div>'
    evidence = f'<span class="faint">{_text(shown.evidence(caption))}</span>'
    return f'<div class="caption"><p>{_text(caption.text)}<br>{evidence}</p></div>'


def _word(text: str) -> str:
    """A class name that no report can break out of."""
    return re.sub(r"[^a-z_]", "", text.lower())


def _text(text: str) -> str:
    return escape(clean(text), quote=True)
