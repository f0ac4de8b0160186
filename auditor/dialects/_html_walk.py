"""Turns a parsed page into what it says of itself, its image references and its outline, in one walk."""

from __future__ import annotations

from auditor.dialects import _html_metadata as metadata
from auditor.dialects import _html_noscript as noscript
from auditor.dialects import _html_state as state
from auditor.dialects._html_elements import FINDERS, backgrounds, custom
from auditor.dialects._html_found import Found
from auditor.dialects._html_outline import Outline, Visited, build
from auditor.dialects._html_page import Element, Page
from auditor.markup import css
from auditor.model import Candidate, Fault

_FACTS = frozenset(("base", "title", "h1", "html", "link", "meta", "script", "style", "time"))

_MOST_HEADINGS = 20  # of the first rank; a page has one or two


def walk(page: Page) -> tuple[metadata.Facts, list[Found], Outline]:
    """The facts, the references in document order with noscript twins merged, and the outline."""
    facts = metadata.Facts()
    found: list[Found] = []
    twins = page.parser.css_first("noscript") is not None

    def visit(visited: Visited) -> None:
        tag = visited.tag
        if tag == "script" and not (visited.telling or "json" in _type(visited)):
            return
        element = page.element(visited.node, visited.attributes, visited.offset, visited.context)
        new = _told(page, element, facts) if tag in _FACTS else []
        if finder := FINDERS.get(tag) or (custom if "-" in tag else None):
            new += finder(page, element)
        if visited.telling and not (new and finder is custom):
            new += backgrounds(page, element)
        for one in new:
            one.place = visited.place
            if not twins:
                one.node = None  # only twins are looked for in the tree: 100,000 nodes are not held
            if one.offset == page.unclosed:
                one.faults += (Fault("unclosed", "the tag is not closed: the text ends inside it"),)
        found.extend(new)

    outline = build(page, visit, _FACTS | FINDERS.keys())
    page.forget_tree()
    return facts, noscript.merged(found) if twins else found, outline


def _of_sheet(page: Page, element: Element, facts: metadata.Facts) -> list[Found]:
    """The images of a <style>; the sheets that it imports are noted. Read once: sheets are long."""
    sheet, start = page.content(element, "style")
    named = css.urls(sheet)
    facts.sheets += [found.url for found in named if found.imported]
    return [
        Found(
            element.node, start + found.offset, found.raw, "css", found.url, role="chrome",
            candidates=(Candidate(found.url, origin="css"),),
        )
        for found in named
        if not found.imported
    ]  # fmt: skip


def _type(visited: Visited) -> str:
    return (visited.attributes.get("type") or "").lower()


def _told(page: Page, element: Element, facts: metadata.Facts) -> list[Found]:
    """Notes what an element says about the page; the images that it names besides come back."""
    own = element.attributes
    if element.tag == "meta":
        image = facts.meta_image(element)
        return [image] if image else []
    if element.tag == "script":
        kind = own.get("type", "").lower()
        if "ld+json" in kind:
            return list(metadata.json_ld(page, element, facts))
        if "json" in kind:
            script, start = page.content(element, "script")
            facts.declarations += state.declarations(script, page.lines.span(start))
    elif element.tag == "link":
        rel = own.get("rel", "").lower().split()
        if "stylesheet" in rel and own.get("href", "").strip():
            facts.sheets.append(own["href"])
        if "canonical" in rel and own.get("href", "").strip():
            facts.canonical = facts.canonical or own["href"]
    elif element.tag == "style":
        return _of_sheet(page, element, facts)
    elif element.tag == "base":
        if facts.base is None and own.get("href", "").strip():
            facts.base = own["href"]
    elif element.tag == "html":
        facts.language = own.get("lang", own.get("xml:lang", "")).strip() or None
    elif element.tag == "time" and own.get("datetime"):
        facts.times.append(own["datetime"])
    elif element.tag == "h1":
        if len(facts.headings) < _MOST_HEADINGS and (words := page.words(element.node)):
            facts.headings.append(words)
    elif element.tag == "title":
        # the <title> of an inline SVG is a name of that picture, not of the page
        inside = element.node.parent
        if inside is None or inside.tag in ("head", "body", "html"):
            facts.title = facts.title or page.words(element.node) or None
    return []
