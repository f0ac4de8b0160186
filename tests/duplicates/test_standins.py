"""Stand-ins are told by behaviour; flags, logos and photographs are not accused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from auditor import standins
from auditor.model import Picture
from auditor.standins import Sighting

Make = Callable[..., Image.Image]


@pytest.fixture
def seen(picture) -> Callable[..., list[Sighting]]:
    """Sightings of one image at these addresses, under these captions."""

    def make(image: Image.Image, *addresses: str, captions: tuple[str | None, ...] = ()) -> list[Sighting]:
        facts = picture(image)
        captions = captions or (None,) * len(addresses)
        return [
            Sighting(f"a#{n}", address, caption, "00" * 32, facts)
            for n, (address, caption) in enumerate(zip(addresses, captions, strict=True))
        ]

    return make


def test_a_card_at_two_addresses_is_a_stand_in_at_both(seen, chart: Make) -> None:
    found = standins.find(seen(chart((30, 60)), "https://a.example/1.png", "https://a.example/2.png"))
    assert set(found) == {"a#0", "a#1"}
    assert found["a#0"].kind == "card"
    assert found["a#0"].addresses == 2


@pytest.mark.parametrize(
    "addresses",
    [
        ("https://a.example/flag.png", "https://a.example/flag.png"),
        ("https://a.example/flag.png", "https://cdn.example/flag.png"),
        ("https://a.example/flag.png?w=320", "https://a.example/flag.png?w=640"),
        ("/i/flag-320x200.png", "/i/flag-640x400.png"),
    ],
)
def test_a_drawing_at_one_place_is_no_stand_in(seen, chart: Make, addresses) -> None:
    assert not standins.find(seen(chart((30, 60)), *addresses))


def test_a_photograph_at_two_addresses_is_a_duplicate_and_no_stand_in(seen, photo: Make) -> None:
    assert not standins.find(seen(photo(1), "/1.jpg", "/2.jpg"))


def test_a_small_ornament_at_two_addresses_is_no_stand_in(seen, chart: Make) -> None:
    assert not standins.find(seen(chart((30, 60), size=(80, 60)), "/1.png", "/2.png"))


def test_a_tiny_picture_at_two_addresses_is_a_stand_in(seen, photo: Make) -> None:
    found = standins.find(seen(photo(2, 32, 32), "/gate.jpg", "/hall.jpg"))
    assert found["a#0"].kind == "tiny"
    assert not standins.find(seen(photo(2, 32, 32), "/spin.gif", "/spin.gif"))


@pytest.mark.parametrize(
    ("captions", "accused"),
    [
        (("The gate at noon", "Divers in Lake Como", "Prices since 1990"), True),
        (("休斯敦总领事馆", "成都火车站", "巴黎的雨天"), True),
        (("The flag of Spain", "Spain: flag on the town hall", "Spain"), False),
        (("The gate at noon", None, "Divers in Lake Como"), False),
    ],
)
def test_one_drawing_over_three_unrelated_captions_is_a_stand_in(
    seen, chart: Make, captions, accused
) -> None:
    found = standins.find(seen(chart((9, 5)), "/x.png", "/x.png", "/x.png", captions=captions))
    assert bool(found) is accused


def test_the_operators_list_holds_hashes_and_names(seen, photo: Make, picture) -> None:
    image = photo(3)
    sightings = seen(image, "https://a.example/img/No-Photo-600.png?x=1")
    for known in ("no-photo*.png", "00" * 32, picture(image).fingerprint.phash.hex().upper()):
        found = standins.find(sightings, (known,))
        assert found["a#0"].kind == "known"
        assert known in found["a#0"].why
    assert not standins.find(sightings, ("photo*.png", "11" * 32))


@given(st.lists(st.text(max_size=40), max_size=6), st.lists(st.text(max_size=12), max_size=3))
def test_no_address_or_pattern_is_too_strange(addresses: list[str], known: list[str]) -> None:
    facts = Picture(format="png", media_type="image/png", width_px=None, height_px=None)
    sightings = [Sighting(str(n), address, address, "00", facts) for n, address in enumerate(addresses)]
    assert set(standins.find(sightings, known)) <= {sighting.id for sighting in sightings}
