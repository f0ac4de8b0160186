"""How much each sign speaks for an image of a page being one of the story, as log-odds."""

from __future__ import annotations

# Log-odds, fitted by tests/bench/fit_captions.py (logistic regression, L2) on the dev pages.
WEIGHTS: dict[str, float] = {
    "bias": -1.6,
    "in-story": 2.2,
    "under-headline": 1.9,
    "above-headline": 0.0,
    "heads-story": 1.9,  # by hand, as "under-headline": a picture and the headline in a box of their own
    "with-declared": 1.9,  # by hand, as "heads-story": in one gallery with the picture that the page declares
    "story-tail": -0.5,
    "story-end": 0.7,
    "after-story": -1.5,
    "outside": -2.0,
    "framed": -2.0,
    "other-article": -2.5,
    "in-row": -1.5,
    "figure": 0.7,
    "captioned": 0.9,
    "declared": 2.0,
    "alone": 0.5,
    "links-away": -2.5,
    "links-abroad": -0.5,
    "links-itself": 1.0,  # by hand (0.3 by few): what has a larger version is no button
    "headed": -0.7,
    "beside-link": -1.5,
    "odd-kind": -1.5,
    "in-list": -0.3,
    "repeated": -0.3,
    "small": -1.0,
    "large": 1.0,
    "described": 0.5,
    "drawing": -2.0,
    # Set by hand: of the 123 dev pages too few have one in the story.
    "strip": -3.5,
    "portrait": -2.0,
    "invites": -2.0,
    "blank": -1.0,
    "film": -2.5,
    "flow": 1.0,
    "advertised": -4.0,
    "code": -4.0,
    "decoration": -4.0,
}
