"""hotlinked: an image is taken from a host that is not the publisher's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.markup.addresses import host, scheme
from auditor.model import Audit, Example, Hit, ImageReference, Rule, RuleOptions
from auditor.rules._audits import address, content, is_below, lines


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each foreign host, with all images taken from it; none without a list of own hosts."""
    own = (*audit.options.own_hosts, host(audit.article.url or ""))
    foreign: dict[str, list[ImageReference]] = defaultdict(list)
    for reference, _ in content(audit):
        name = host(reference.url or "") if scheme(reference.url or "") in ("http", "https") else ""
        if audit.options.own_hosts and name and not is_below(name, own):
            foreign[name].append(reference)
    for name, references in foreign.items():
        images = "1 image is" if len(references) == 1 else f"{len(references)} images are"
        yield Hit(
            message=f"{images} taken from {name}, which is not on the list of own hosts "
            f"({lines(references)}): {address(references[0])}",
            key=name,
            images=tuple(reference.index for reference in references),
            arguments={"host": name, "count": len(references)},
            evidence={"host": name, "images": len(references)},
        )


_OWN = RuleOptions(own_hosts=("news.example",))
RULE = Rule(
    code="REF109",
    name="hotlinked",
    level="note",
    levels={"newsroom": "warning"},
    summary="The image is taken straight from a host outside the list of own hosts.",
    why=(
        "The other side can remove or replace it at any time, sees every reader who opens the article, and "
        "pays for the traffic. Speaks only where `own-hosts` in the settings says which hosts are yours."
    ),
    fix="Clear the rights, and copy the picture to your own storage.",
    check=check,
    passes=(
        Example('<img src="https://cdn.news.example/a.jpg" alt="The gate">', options=_OWN),
        Example('<img src="https://elsewhere.example/a.jpg" alt="The gate">', note="no list, no finding"),
    ),
    catches=(
        Example(
            '<img src="https://elsewhere.example/a.jpg" alt="Gate"><p>Text</p>'
            '<img src="https://elsewhere.example/b.jpg" alt="Hall">',
            options=_OWN,
        ),
    ),
)
