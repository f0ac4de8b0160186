"""caption-shared: several pictures have one caption between them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.captions import identity
from auditor.model import Audit, Example, Hit, ImageReference, Rule
from auditor.rules._audits import lines, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each caption that serves more than one image of a marked-up article.

    In a placeholder article a line above a run of images is the only way to caption any, and what
    the format cannot say is not asked for.
    """
    if audit.article.dialect == "placeholder":
        return
    for group in audit.captions.groups:
        pictures: dict[str, ImageReference] = {}  # one may stand there twice, for scripts and without
        for index in group.images:
            reference = audit.article.references[index]
            name = identity.name(reference.url or reference.address) or f"#{index}"
            pictures.setdefault(name, reference)
        references = list(pictures.values())
        if len(references) > 1:
            yield Hit(
                message=f"one caption serves {len(references)} images ({lines(references)}): "
                f"“{shown(group.text)}”",
                key=group.text,
                images=group.images,
                span=group.span,
                arguments={"count": len(references)},
                evidence={"caption": group.text, "relation": group.relation},
            )


_TEXT = "<p>The consulate was closed, and the street in front of it stayed empty for the whole day.</p>"
RULE = Rule(
    code="CAP306",
    name="caption-shared",
    level="note",
    summary="One caption serves several images.",
    why=(
        "Readers have to guess which sentence belongs to which picture, and a data set made of such pairs "
        "learns it wrong. It may well be meant so, in a gallery; therefore it is a note."
    ),
    fix="Give each image a caption of its own, or say in the shared one which picture shows what.",
    check=check,
    passes=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="The gate">'
            f"<figcaption>The gate, 24 July 2020</figcaption></figure>{_TEXT}</article>"
        ),
        Example(
            "2020年7月24日，街道上空无一人\n\n"
            '<image s3://crabby-images/aaaaa/aaaaa1 alt="">\n'
            '<image s3://crabby-images/bbbbb/bbbbb1 alt="">\n',
            dialect="placeholder",
            note="the format's own way of a gallery",
        ),
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><span data-original="/gate-at-noon.jpg">'
            '<img src="/640x480/gate-at-noon.jpg" alt="The gate"></span>'
            f"<figcaption>The gate, 24 July 2020</figcaption></figure>{_TEXT}</article>",
            note="one picture, named twice",
        ),
    ),
    catches=(
        Example(
            f'<article><h1>Gate</h1>{_TEXT}<figure><img src="/a.jpg" alt="Gate">'
            '<img src="/b.jpg" alt="Hall">'
            f"<figcaption>The gate and the hall, 24 July 2020</figcaption></figure>{_TEXT}</article>"
        ),
    ),
)
