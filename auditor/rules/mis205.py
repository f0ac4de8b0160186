"""stand-in-picture: an "image not available" card counts as missing, though a picture came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Rule, RuleOptions
from auditor.rules._audits import address, lines, picture_key, stand_ins
from auditor.rules._examples import card, photo


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each stand-in, with all the places where it is shown."""
    shown_at = defaultdict(list)
    known = stand_ins(audit)
    for index in sorted(known):
        reference = audit.article.references[index]
        shown_at[picture_key(reference, audit.outcomes[index])].append(reference)
    for key, references in shown_at.items():
        stand_in = known[references[0].index]
        places = f" ({lines(references)})" if len(references) > 1 else ""
        what = f"a stand-in is shown in place of the image{places}: {stand_in.why}"
        yield Hit(
            message=f"{what}: {address(references[0])}",
            key=key,
            images=tuple(reference.index for reference in references),
            arguments={"kind": stand_in.kind, "addresses": stand_in.addresses},
            evidence={"sha256": audit.outcomes[references[0].index].sha256, "why": stand_in.why},
        )


RULE = Rule(
    code="MIS205",
    name="stand-in-picture",
    level="error",
    summary="In place of the image the host serves a card such as “image not available”.",
    why=(
        "The answer is a valid picture with status 200, so that nothing looks wrong to a machine, and the "
        "reader sees a grey card. It is told by its behaviour: the same flat picture comes for several "
        "addresses, of the article or (in a scan) of the whole archive (`stand-in-addresses` in the "
        "settings), or it stands on your own list (`stand-ins`)."
    ),
    fix="Treat the image as missing: upload the true one, or take the reference out.",
    check=check,
    absorbs=("MIS208", "MIS209", "MIS214"),
    passes=(
        Example('<img src="/a.jpg" alt="The gate"><img src="/b.jpg" alt="The hall">'),
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": photo("gate"), "/b.jpg": photo("gate")},
            note="a photograph at two addresses is a duplicate",
        ),
        Example(
            '<img src="/rule.png" alt=""><p>Text</p><img src="/rule.png" alt="">',
            images={"/rule.png": card("divider")},
            note="one drawing, asked for twice at one address",
        ),
        Example(
            '<img src="/logo.png" alt="Our logo">',
            images={"/logo.png": card("logo")},
            history=History(addresses={0: 2}, captions={0: 0}),
            note="a drawing that the archive knows at two addresses",
        ),
    ),
    catches=(
        Example(
            '<img src="/a.jpg" alt="The gate"><p>Text</p><img src="/b.jpg" alt="The hall">',
            images={"/a.jpg": card(), "/b.jpg": card()},
            note="one finding that names both places",
        ),
        Example(
            '<img src="/no-photo-600.png" alt="The gate">',
            images={"/no-photo-600.png": card()},
            options=RuleOptions(stand_ins=("no-photo*.png",)),
        ),
        Example(
            '<img src="/a.jpg" alt="The gate">',
            images={"/a.jpg": card()},
            history=History(addresses={0: 40}, captions={0: 31}),
            note="the archive knows this drawing at 40 addresses",
        ),
    ),
)
