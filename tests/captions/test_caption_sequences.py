"""Captions in sequences of texts and pictures, as OBELICS and MMC4 hold them."""

import json

import pytest

from auditor.captions import pairing, roles
from auditor.dialects import sequence
from auditor.model import Document

TEXT = (
    "The council voted late on Tuesday to close the old harbour bridge after engineers found cracks in two "
    "of its piers. Residents said they had warned of the damage for years and asked for a ferry in its place."
)


def captions(*parts: str) -> list[str | None]:
    """The caption of every picture ("@") that belongs to the story."""
    told = [
        {"image": f"https://news.example/harbour-bridge-{number}.jpg"} if part == "@" else {"text": part}
        for number, part in enumerate(parts)
    ]
    body = json.dumps(told)
    article = roles.assign(sequence.parse(body, Document("row", body.encode())))
    assert all(reference.role in ("lead", "body") for reference in article.references)
    return [one.caption.text if one.caption else None for one in pairing.pair(article).pairings]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("@", TEXT, "@", TEXT, "@", TEXT), [None, None, None]),
        (("@", "The bridge was closed on Tuesday.", "@", "Engineers found cracks."), [None, None]),
        (
            ("@", TEXT, "@", "The pier, seen on Monday", TEXT, "@", "Ferry. (Photo: Archive)", TEXT),
            [None, "The pier, seen on Monday", "Ferry."],
        ),
        ((TEXT, "Figure 1: The bridge", "@", TEXT, "Figure 2: The ferry", "@", TEXT),
         ["Figure 1: The bridge", "Figure 2: The ferry"]),
        ((TEXT, "@", "@", "Fig. 1: The bridge", "Fig. 2: The ferry", TEXT),
         ["Fig. 1: The bridge", "Fig. 2: The ferry"]),
    ],
)  # fmt: skip
def test_pictures_of_a_sequence_are_of_the_story_and_short_lines_beside_them_captions(
    parts: tuple[str, ...], expected: list[str | None]
) -> None:
    assert captions(*parts) == expected
