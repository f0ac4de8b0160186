"""Copies are found and told in words; what only looks alike is left in peace."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from auditor import duplicates, likeness
from auditor.config import DuplicateSettings
from auditor.model import Fingerprint, Picture

Make = Callable[..., Image.Image]
SETTINGS = DuplicateSettings()


def jpeg(image: Image.Image, quality: int = 60) -> Image.Image:
    body = io.BytesIO()
    image.save(body, "JPEG", quality=quality)
    return Image.open(body).convert("RGB")


def banded(image: Image.Image) -> Image.Image:
    image = image.copy()
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0.85 * image.height, image.width, image.height), fill="black")
    draw.text((20, 0.9 * image.height), "BREAKING", fill="white")
    return image


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda i: jpeg(i, 40), "near", "re-encoded"),
        (lambda i: jpeg(i.resize((240, 160))), "near", "50 % smaller"),
        (lambda i: ImageOps.grayscale(i).convert("RGB"), "near", "in black and white"),
        (lambda i: ImageEnhance.Contrast(i).enhance(1.3), "near", "re-encoded"),
        (lambda i: i.filter(ImageFilter.GaussianBlur(2)), "near", "re-encoded"),
        (lambda i: jpeg(banded(i)), "near", "re-encoded"),
        (lambda i: jpeg(ImageOps.expand(i, 15, "white")), "near", "with a border"),
        (lambda i: ImageOps.pad(i, (480, 480), color="black"), "near", "with a border"),
        (lambda i: jpeg(ImageOps.mirror(i)), "mirrored", "mirrored"),
        (lambda i: i.transpose(Image.Transpose.ROTATE_90), "mirrored", "turned by 90 degrees to the left"),
        (lambda i: i.transpose(Image.Transpose.ROTATE_270), "mirrored", "turned by 90 degrees to the right"),
        (lambda i: i.transpose(Image.Transpose.ROTATE_180), "mirrored", "turned by 180 degrees"),
        (lambda i: jpeg(i.crop((0, 0, 320, 320))), "cropped", "cropped to the left two thirds"),
        (lambda i: jpeg(i.crop((120, 0, 480, 320))), "cropped", "cropped to the right three quarters"),
        (lambda i: jpeg(i.crop((0, 24, 456, 320))), "cropped", "cropped a little at the top and right"),
        (lambda i: jpeg(i.crop((48, 32, 432, 288))), "cropped", "64 % of it, at the middle"),
    ],
)
def test_a_copy_is_found_and_the_difference_told(photo: Make, picture, change, kind: str, words: str) -> None:
    image = photo(21)
    for order in (1, -1):
        pair = [picture(image), picture(change(image))][::order]
        same = duplicates.compare(*pair, SETTINGS)
        assert same.kind == kind
        assert same.words.startswith("same picture, ")
        assert words in same.words or order < 0


def test_a_crop_is_told_with_its_place_in_the_whole(photo: Make, picture) -> None:
    image = photo(22)
    same = duplicates.compare(picture(jpeg(image.crop((120, 0, 480, 320)))), picture(image), SETTINGS)
    assert same.kind == "cropped"
    assert same.whole == same.better == "second"
    assert same.box is not None
    assert all(abs(a - b) <= 12 for a, b in zip(same.box, (120, 0, 480, 320), strict=True))
    assert same.words == "same picture, cropped to the right three quarters"


def under_a_sky(image: Image.Image) -> Image.Image:
    """Plain blue above what is to be seen, which the search for borders takes for one."""
    image = image.copy()
    image.paste((60, 120, 200), (0, 0, image.width, image.height // 5))
    return image


def with_round_corners(image: Image.Image) -> Image.Image:
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, image.width - 1, image.height - 1), radius=40, fill=255)
    return Image.composite(image, Image.new("RGB", image.size, "white"), mask)


@pytest.mark.parametrize("change", [banded, with_round_corners])
def test_a_copy_with_a_covered_background_is_not_the_cleaner_one(photo: Make, picture, change) -> None:
    image = under_a_sky(photo(23))
    one, other = picture(image), picture(jpeg(change(image)))
    for pair in ((one, other), (other, one)):
        same = duplicates.compare(*pair, SETTINGS)
        assert (same.kind, same.better, same.words) == ("near", None, "same picture, re-encoded")


def test_different_pictures_are_different_in_words_too(photo: Make, chart: Make, picture) -> None:
    same = duplicates.compare(picture(photo(1)), picture(photo(2)), SETTINGS)
    assert same.kind is None
    assert same.words.startswith("different pictures: ")
    white, blue = (picture(Image.new("RGB", (64, 64), colour)) for colour in ("white", "blue"))
    assert "too little" in duplicates.compare(white, blue, SETTINGS).words
    drawing = Picture(format="svg", media_type="image/svg+xml", width_px=10, height_px=10)
    assert "cannot be compared" in duplicates.compare(drawing, white, SETTINGS).words
    assert duplicates.compare(drawing, drawing, SETTINGS, same_bytes=True).kind == "exact"


def test_drawings_of_one_template_are_never_near(chart: Make, entry) -> None:
    entries = [
        entry("a", chart((20, 50, 90, 40))),
        entry("b", chart((20, 50, 86, 40))),
        entry("c", chart((20, 50, 90, 40), colour="darkred")),
        entry("d", chart((90, 50, 20, 40))),
        entry("e", Image.new("RGB", (300, 200), "white")),
        entry("f", Image.new("RGB", (300, 200), "#fefefe")),
    ]
    found = duplicates.find(entries, SETTINGS)
    assert not found.pairs
    assert not found.possible


def test_a_drawing_saved_again_is_near_its_original(chart: Make, entry) -> None:
    entries = [entry("a", chart((20, 50, 90))), entry("b", jpeg(chart((20, 50, 90), size=(360, 240)), 80))]
    assert [pair.kind for pair in duplicates.find(entries, SETTINGS).pairs] == ["near"]


def test_different_photographs_under_one_band_and_border_are_not_joined(photo: Make, entry) -> None:
    entries = [entry(str(n), ImageOps.expand(banded(photo(n)), 40, "black")) for n in range(30, 42)]
    assert not duplicates.find(entries, SETTINGS).pairs


def test_groups_have_a_representative_and_stable_names(photo: Make, entry) -> None:
    one, other = photo(51), photo(52)
    entries = [
        entry("small", jpeg(one.resize((240, 160)))),
        entry("other", other),
        entry("first", one),
        entry("again", one),
        entry("mirrored", ImageOps.mirror(other)),
    ]
    found = duplicates.find(entries, SETTINGS)
    assert [(g.kind, set(g.members)) for g in found.groups] == [
        ("exact", {"first", "again"}),
        ("near", {"small", "first", "again"}),
        ("mirrored", {"other", "mirrored"}),
    ]
    assert not found.related
    backwards = duplicates.find(entries[::-1], SETTINGS)
    assert {group.id for group in backwards.groups} == {group.id for group in found.groups}
    better = next(pair for pair in found.pairs if pair.kind == "near")
    assert better.better == "first"


def near(*bits: int) -> Picture:
    """A photograph known by its hash alone, with these bits set."""
    key = sum(1 << bit for bit in bits)
    return Picture(
        format="jpeg",
        media_type="image/jpeg",
        width_px=600,
        height_px=400,
        fingerprint=Fingerprint(1, key.to_bytes(32), 0, 0),
    )


def entries_of(*pictures: Picture, articles: tuple[str | None, ...] = ()) -> list[duplicates.Entry]:
    articles = articles or (None,) * len(pictures)
    return [
        duplicates.Entry(str(n), str(n), p, a)
        for n, (p, a) in enumerate(zip(pictures, articles, strict=True))
    ]


def test_copies_of_copies_are_related_and_never_chained() -> None:
    chain = [near(*range(60 * n)) for n in range(5)]
    found = duplicates.find(entries_of(*chain), SETTINGS)
    assert all(len(group.members) <= 3 for group in found.groups)
    assert found.related
    assert len(found.pairs) == 4


@pytest.mark.parametrize(
    ("bits", "articles", "expected"),
    [
        (64, ("a", "a"), "sure"),
        (65, ("a", "a"), "possible"),
        (48, ("a", "b"), "sure"),
        (49, ("a", "b"), "possible"),
        (80, (None, None), "possible"),
        (81, (None, None), "none"),
    ],
)
def test_limits_are_wider_within_an_article(bits: int, articles, expected: str) -> None:
    found = duplicates.find(entries_of(near(), near(*range(bits)), articles=articles), SETTINGS)
    assert (len(found.pairs), len(found.possible)) == {"sure": (1, 0), "possible": (0, 1), "none": (0, 0)}[
        expected
    ]
    assert all(pair.words.startswith("same picture") for pair in found.pairs)
    assert all(pair.words.startswith("perhaps the same picture") for pair in found.possible)


def test_one_picture_is_found_among_many(photo: Make, entry) -> None:
    image = photo(61)
    folder = [entry(str(n), photo(n)) for n in range(62, 70)]
    folder += [
        entry("crop", jpeg(image.crop((0, 0, 320, 320)))),
        entry("same", image),
        entry("small", jpeg(image)),
    ]
    found = duplicates.search(entry("query", image), folder, SETTINGS)
    assert [(pair.second, pair.kind) for pair in found] == [
        ("same", "exact"),
        ("small", "near"),
        ("crop", "cropped"),
    ]
    whole = duplicates.search(
        entry("query", jpeg(image.crop((0, 0, 320, 320)))), [entry("w", image)], SETTINGS
    )
    assert [(pair.kind, pair.whole) for pair in whole] == [("cropped", "w")]


def test_nothing_is_found_among_nothing() -> None:
    assert duplicates.find([], SETTINGS) == duplicates.Duplicates()
    failed = Picture(format="svg", media_type="image/svg+xml", width_px=None, height_px=None)
    assert not duplicates.find(entries_of(failed, failed), SETTINGS).pairs


def calm(angle: float, colours: tuple[int, int]) -> Image.Image:
    """A smooth gradient, as a sky or a studio wall is one."""
    rows, columns = np.mgrid[0:1:320j, 0:1:480j]
    slope = np.cos(angle) * columns + np.sin(angle) * rows
    slope = (slope - slope.min()) / np.ptp(slope)
    grey = colours[0] + (colours[1] - colours[0]) * slope
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def captioned(image: Image.Image) -> Image.Image:
    """The lower 18 % darkened under a line of large letters."""
    image = image.copy()
    width, height = image.size
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, 0.82 * height, width, height), fill=(0, 0, 0, 170))
    font = ImageFont.load_default(size=0.065 * height)
    draw.text((0.03 * width, 0.86 * height), "BREAKING: Consulate ordered to close", "white", font)
    return image


CALM = [
    calm(angle, colours)
    for angle, colours in zip(
        (0.3, 1.1, 2.0, 2.9, 3.7, 4.6, 5.4, 6.1), itertools.permutations((40, 120, 200, 240), 2), strict=False
    )
]


def test_different_calm_pictures_under_one_caption_band_are_left_in_peace(photo: Make, entry) -> None:
    blurred = [photo(n).filter(ImageFilter.GaussianBlur(40)) for n in range(70, 74)]
    scenes = [captioned(image) for image in CALM + blurred]
    framed = [ImageOps.expand(scene, 15, "white") for scene in scenes]
    for images in (scenes, framed):
        found = duplicates.find([entry(str(n), image) for n, image in enumerate(images)], SETTINGS)
        assert not found.pairs
        assert not found.possible


def test_without_thumbs_calm_pictures_are_left_in_peace_too(picture) -> None:
    slim = []
    for image in map(captioned, CALM):
        known = picture(image)
        slim.append(msgspec.structs.replace(known, fingerprint=slimmed(known.fingerprint)))
    assert not duplicates.find(entries_of(*slim), SETTINGS).pairs


def slimmed(print_: Fingerprint) -> Fingerprint:
    return msgspec.structs.replace(print_, thumb=b"")


def test_a_calm_picture_saved_again_is_near_its_original(entry) -> None:
    scene = captioned(CALM[0])
    entries = [entry("a", scene), entry("b", jpeg(scene.resize((360, 240)), 85))]
    assert [pair.kind for pair in duplicates.find(entries, SETTINGS).pairs] == ["near"]


def disc(face: Image.Image) -> Image.Image:
    """A round thing on white paper."""
    mask = Image.new("L", face.size, 0)
    ImageDraw.Draw(mask).ellipse((20, 20, face.width - 20, face.height - 20), fill=255)
    return Image.composite(face, Image.new("RGB", face.size, "white"), mask)


def test_round_things_on_white_paper_agree_in_their_outlines_alone(photo: Make, picture) -> None:
    faces = [ImageEnhance.Brightness(photo(n, 320, 320)).enhance(0.6) for n in range(80, 84)]
    prints = [picture(disc(face)).fingerprint for face in faces]
    for one, other in itertools.combinations(prints, 2):
        assert likeness.agreement(one, other) < 0.54
    again = picture(jpeg(disc(faces[0]), 40)).fingerprint
    assert likeness.agreement(prints[0], again) > 0.9


def cut_out(clouds: Image.Image) -> Image.Image:
    """A drawing in four colours."""
    levels = [
        40 if level < 96 else 110 if level < 128 else 180 if level < 160 else 240 for level in range(256)
    ]
    soft = ImageOps.grayscale(clouds.filter(ImageFilter.GaussianBlur(16)))
    return ImageOps.colorize(soft.point(levels).filter(ImageFilter.GaussianBlur(3)), "#456", "#89a")


@pytest.mark.parametrize("box", [(20, 15, 460, 310), (70, 0, 390, 320)])
def test_a_part_of_a_drawing_is_found_in_it_and_in_no_other(photo: Make, picture, box) -> None:
    drawing, other = picture(cut_out(photo(92))), picture(cut_out(photo(93)))
    part = picture(cut_out(photo(92)).crop(box))
    assert drawing.fingerprint.texture == part.fingerprint.texture == "graphic"
    assert duplicates.compare(drawing, part, SETTINGS).kind == "cropped"
    assert duplicates.compare(other, part, SETTINGS).kind is None


def test_a_chart_is_no_part_of_another_of_its_template(chart: Make, picture) -> None:
    part = picture(chart((20, 50, 90, 40, 75, 60)).crop((20, 15, 460, 310)))
    for values in ((20, 50, 90, 40, 75, 30), (25, 50, 90, 40, 75, 60)):
        assert duplicates.compare(picture(chart(values)), part, SETTINGS).kind is None


def test_a_mirrored_calm_picture_is_found(picture) -> None:
    sea = calm(1.3, (40, 200))
    ImageDraw.Draw(sea).ellipse((90, 200, 150, 240), fill=(20, 30, 60))
    sea = sea.filter(ImageFilter.GaussianBlur(12))
    one, other = picture(sea), picture(ImageOps.mirror(sea))
    assert one.fingerprint.calm
    assert duplicates.compare(one, other, SETTINGS).words == "same picture, mirrored"


def test_a_calm_picture_is_found_between_bars_and_no_other(picture) -> None:
    sea = calm(1.3, (40, 200))
    ImageDraw.Draw(sea).ellipse((200, 80, 330, 190), fill=(20, 30, 60))
    sea = sea.filter(ImageFilter.GaussianBlur(12))
    barred = picture(jpeg(ImageOps.expand(sea, (0, 32), "black")))
    assert picture(sea).fingerprint.calm
    assert barred.fingerprint.frame is not None
    assert duplicates.compare(picture(sea), barred, SETTINGS).kind is not None
    assert duplicates.compare(picture(ImageOps.flip(calm(1.3, (40, 200)))), barred, SETTINGS).kind is None


def test_fingerprints_of_different_versions_are_never_compared(photo: Make, entry) -> None:
    new = entry("new", photo(90))
    print_ = msgspec.structs.replace(new.picture.fingerprint, version=1)
    older = msgspec.structs.replace(new.picture, fingerprint=print_, pixels=None)
    found = duplicates.find([new, duplicates.Entry("old", "old", older)], SETTINGS)
    assert found == duplicates.Duplicates()
    assert "different versions" in duplicates.compare(new.picture, older, SETTINGS).words
