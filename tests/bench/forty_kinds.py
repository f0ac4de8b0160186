"""How many of 40 kinds of image reference are found on one page, by us and by lychee in the same run.

    pip install -r tests/bench/requirements.txt
    python tests/bench/forty_kinds.py            # prints found/40 for both
    python tests/bench/forty_kinds.py --page     # prints the page

Every kind asks for a picture of its own (`/k/NAME.png`), so that what a tool lists tells which kinds it
knows. The linked style sheet lies beside the page; both are read offline, nothing is fetched. A kind
counts as found when the address stands among what the tool extracts; for inline SVG and data: pictures,
which have no address of their own, when something of theirs is listed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
BASE = "http://127.0.0.1:8040/"  # lychee leaves out the reserved names (.example, .test) by itself

# kind -> (where it stands, markup); NAME of the kind is in its address
KINDS: dict[str, tuple[str, str]] = {
    "og-image": ("head", '<meta property="og:image" content="{u}">'),
    "twitter-image": ("head", '<meta name="twitter:image" content="{u}">'),
    "itemprop-meta": ("head", '<meta itemprop="image" content="{u}">'),
    "tile-image": ("head", '<meta name="msapplication-TileImage" content="{u}">'),
    "icon": ("head", '<link rel="shortcut icon" href="{u}">'),
    "apple-touch-icon": ("head", '<link rel="apple-touch-icon" sizes="180x180" href="{u}">'),
    "image-src": ("head", '<link rel="image_src" href="{u}">'),
    "preload-href": ("head", '<link rel="preload" as="image" href="{u}">'),
    "preload-imagesrcset": ("head", '<link rel="preload" as="image" imagesrcset="{u} 1x, {u}?2 2x">'),
    "json-ld-string": (
        "head",
        '<script type="application/ld+json">{{"@type":"NewsArticle","image":"{u}"}}</script>',
    ),
    "json-ld-object": (
        "head",
        '<script type="application/ld+json">{{"@graph":[{{"@type":"WebPage","primaryImageOfPage":'
        '{{"@id":"#p"}}}},'
        '{{"@id":"#p","@type":"ImageObject","contentUrl":"{u}","caption":"A gate"}}]}}</script>',
    ),
    "style-element": ("head", "<style>.a {{ background: #fff url('{u}') no-repeat }}</style>"),
    "css-image-set": ("head", '<style>.b {{ background-image: image-set("{u}" 1x) }}</style>'),
    "linked-sheet": ("head", '<link rel="stylesheet" href="sheet.css">'),
    "img-src": ("body", '<img src="{u}" alt="a gate">'),
    "img-unquoted": ("body", "<img src={u} alt=gate>"),
    "img-srcset-only": ("body", '<img srcset="{u} 640w, {u}?2 1280w" sizes="50vw" alt="">'),
    "picture-source": (
        "body",
        '<picture><source media="(min-width: 800px)" srcset="{u}"><img src="/fallback.png" alt=""></picture>',
    ),
    "data-src": ("body", '<img src="' + PIXEL + '" data-src="{u}" alt="">'),
    "data-srcset": ("body", '<img class="lazy" data-srcset="{u} 640w" data-sizes="auto" alt="">'),
    "data-original": ("body", '<img src="/i/spacer.gif" data-original="{u}" alt="">'),
    "data-lazy-src": ("body", '<img data-lazy-src="{u}" alt="">'),
    "data-bg": ("body", '<div data-bg="{u}"></div>'),
    "data-background-image": ("body", '<section data-background-image="url({u})"></section>'),
    "noscript": ("body", '<noscript><img src="{u}" alt=""></noscript>'),
    "style-attribute": ("body", '<div style="color: red; background-image: url(&quot;{u}&quot;)"></div>'),
    "background-attribute": ("body", '<table background="{u}"><tr><td>a</td></tr></table>'),
    "video-poster": ("body", '<video poster="{u}" src="/v.mp4"></video>'),
    "input-image": ("body", '<input type="image" src="{u}" alt="go">'),
    "object": ("body", '<object type="image/png" data="{u}"></object>'),
    "embed": ("body", '<embed type="image/png" src="{u}">'),
    "svg-image-href": ("body", '<svg width="9" height="9"><image href="{u}" width="9" height="9"/></svg>'),
    "svg-image-xlink": (
        "body",
        '<svg width="9" height="9"><image xlink:href="{u}" width="9" height="9"/></svg>',
    ),
    "svg-feimage": ("body", '<svg width="9" height="9"><filter><feImage href="{u}"/></filter></svg>'),
    "svg-use": ("body", '<svg width="9" height="9"><use href="{u}#part"/></svg>'),
    "amp-img": ("body", '<amp-img src="{u}" width="9" height="9"></amp-img>'),
    "amp-video-poster": ("body", '<amp-video poster="{u}" width="9" height="9"></amp-video>'),
    "menuitem-icon": ("body", '<menu><menuitem icon="{u}" label="Share"></menuitem></menu>'),
    "data-url": ("body", '<img src="' + PIXEL + '" alt="a data: picture">'),
    "inline-svg": ("body", '<svg role="img" aria-label="forty"><path d="M0 0h9v9z"/></svg>'),
}


def address(kind: str) -> str:
    """The picture that a kind asks for; relative to the base that the page declares."""
    return f"{BASE}k/{kind}.png"


def page() -> str:
    """The page: its relative addresses lean on <base>."""
    parts = {"head": ['<base href="' + BASE + '">'], "body": ["<h1>Forty kinds</h1>"]}
    for kind, (place, markup) in KINDS.items():
        relative = kind not in ("og-image", "twitter-image", "json-ld-string", "json-ld-object")
        parts[place].append(
            f"<!-- {kind} -->" + markup.format(u=f"/k/{kind}.png" if relative else address(kind))
        )
    head, body = "\n".join(parts["head"]), "\n".join(f"<p>{kind}</p>" for kind in parts["body"])
    return f'<!doctype html>\n<html lang="en"><head>\n{head}\n</head><body>\n{body}\n</body></html>\n'


def sheet() -> str:
    """The linked style sheet."""
    return f".c {{ list-style: url({address('linked-sheet')}) }}\n"


def found_by_us(text: str, sheet_text: str) -> set[str]:
    """The kinds that the html dialect finds, the linked sheet handed to its CSS function."""
    from auditor.dialects import html
    from auditor.model import Document

    article = html.parse(text, Document(id="forty", body=text.encode(), url="https://news.example/forty"))
    references = list(article.references)
    for url in article.stylesheets:
        references += html.stylesheet_references(sheet_text, url, article)
    addresses = {one.url for one in references} | {c.url for one in references for c in one.candidates}
    found = _by_address({url for url in addresses if url})
    found |= {"inline-svg"} if any(one.kind == "inline-svg" for one in references) else set()
    return found | ({"data-url"} if any(one.address.startswith("data:") for one in references) else set())


def found_by_lychee(text: str, sheet_text: str) -> set[str] | None:
    """The kinds that `lychee --dump` lists; the sheet is given to it as an input of its own."""
    lychee = shutil.which("lychee") or shutil.which("lychee", path=str(Path(sys.executable).parent))
    if lychee is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        inputs = [Path(folder) / "page.html", Path(folder) / "sheet.css"]
        inputs[0].write_text(text, encoding="utf-8")
        inputs[1].write_text(sheet_text, encoding="utf-8")
        listed = subprocess.run(
            [lychee, "--dump", "--include-verbatim", "--base-url", BASE, *map(str, inputs)],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    if listed.returncode:
        print(listed.stderr, file=sys.stderr)
    lines = {word for line in listed.stdout.splitlines() for word in line.split()}
    found = _by_address(lines)
    return found | ({"data-url"} if any(line.startswith("data:") for line in lines) else set())


def _by_address(urls: set[str]) -> set[str]:
    return {
        kind
        for kind in KINDS
        if any(url.partition("?")[0].partition("#")[0] == address(kind) for url in urls)
    }


def main() -> None:
    """Prints found/40 for each tool and what it misses."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", action="store_true", help="print the page and stop")
    if parser.parse_args().page:
        print(page())
        return
    text, sheet_text = page(), sheet()
    results = {"auditor": found_by_us(text, sheet_text), "lychee": found_by_lychee(text, sheet_text)}
    for name, found in results.items():
        if found is None:
            print(f"{name:8} not installed (pip install -r tests/bench/requirements.txt)")
            continue
        missed = [kind for kind in KINDS if kind not in found]
        print(f"{name:8} {len(found)}/{len(KINDS)}" + (f"  misses {', '.join(missed)}" if missed else ""))


if __name__ == "__main__":
    main()
