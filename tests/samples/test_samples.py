"""The samples have the structure they promise, their six faults, and no other."""

from __future__ import annotations

import hashlib
import io
import itertools
import platform
import subprocess
import sys
import tomllib
from pathlib import Path

import imagehash
import PIL
import pytest
from PIL import Image

from auditor.dialects import html, markdown, placeholder
from auditor.model import Article, Document

SAMPLES = Path(__file__).parents[2] / "samples"
START_TAG = bytes.fromhex("3c616e746d6c3a696d6167653e")
END_TAG = bytes.fromhex("3c2f616e746d6c3a696d6167653e")
PILLOW = "13"


@pytest.fixture(scope="module")
def article() -> Article:
    body = (SAMPLES / "consulates.txt").read_bytes()
    return placeholder.parse(
        body.decode(), Document("consulates.txt", body, path=str(SAMPLES / "consulates.txt"))
    )


@pytest.fixture(scope="module")
def keys(article: Article) -> list[str]:
    return [str(reference.url).removeprefix("s3://crabby-images/") for reference in article.references]


def _kept() -> list[Path]:
    """The files of the samples, without what tools leave behind."""
    every = (path for path in SAMPLES.rglob("*") if path.is_file())
    return [p for p in every if not any(part[0] in "._" for part in p.relative_to(SAMPLES).parts)]


def stored(key: str) -> bytes:
    return (SAMPLES / "bucket" / key).read_bytes()


def test_every_line_is_a_placeholder_or_text_in_the_promised_order() -> None:
    lines = (SAMPLES / "consulates.txt").read_bytes().splitlines()
    kinds = []
    for line in lines:
        if line.startswith(START_TAG + b'data:image/s3,"s3://crabby-images/'):
            assert line.endswith(b'" alt=""' + END_TAG)
            kinds.append("i")
        else:
            kinds.append("p" if line.endswith("。".encode()) else "c")
    runs = [(kind, len(list(group))) for kind, group in itertools.groupby(kinds)]
    assert [kind for kind, _ in runs] == ["i", "p", "c", "i", "p", "c", "i", "p"]
    assert [count for kind, count in runs if kind == "i"] == [1, 7, 7]


def test_the_captions_name_the_dates_and_places(article: Article) -> None:
    captions = [block.text for block in article.blocks if not block.text.endswith("。")]
    assert [("2020年7月24日" in text, "休斯敦" in text) for text in captions] == [
        (True, True),
        (False, False),
    ]
    assert [("2020年7月27日" in text, "成都" in text) for text in captions] == [(False, False), (True, True)]


def test_references_are_faultless_markup_in_a_chinese_article(article: Article) -> None:
    assert len(article.references) == 15
    assert all(reference.faults == () and reference.alt == "" for reference in article.references)
    assert (article.language, article.suspects) == ("zh", ())


def test_exactly_six_faults_are_planted(keys: list[str]) -> None:
    _, houston, chengdu = keys[0], keys[1:8], keys[8:]
    assert [key for key in keys if not (SAMPLES / "bucket" / key).exists()] == [chengdu[2]]
    with pytest.raises(OSError), Image.open(io.BytesIO(stored(houston[2]))) as cut:
        cut.load()
    assert set(houston) & set(chengdu) == {houston[0]}
    assert chengdu[3] == houston[0]
    assert stored(houston[5]) == stored(chengdu[4])
    assert houston[5] != chengdu[4]
    assert stored(chengdu[5]).startswith(b"<!doctype html>")
    others = [key for key in keys if key not in (houston[2], chengdu[2], chengdu[4], chengdu[5])]
    assert all(hashlib.sha1(stored(key)).hexdigest() == key.split("/")[1] for key in others)
    assert len(set(keys)) == 14


def test_nothing_lies_in_the_bucket_that_is_not_asked_for(keys: list[str]) -> None:
    found = {path.relative_to(SAMPLES / "bucket").as_posix() for path in (SAMPLES / "bucket").glob("*/*")}
    assert found == set(keys) - {keys[8 + 2]}


def test_only_the_planted_copy_is_near_another_picture(keys: list[str]) -> None:
    pictures = {}
    for path in [*sorted((SAMPLES / "bucket").glob("*/*")), *sorted((SAMPLES / "pictures").iterdir())]:
        # the card is no photograph, ferry.webp and pier-640.jpg are other forms of one picture
        if path.stat().st_size > 2_000 and path.name not in (
            "ferry.webp",
            "pier-640.jpg",
            keys[3].split("/")[1],
        ):
            with Image.open(path) as image:
                pictures[path.name] = imagehash.phash(image, hash_size=16)
    near = [
        (pair, pictures[pair[0]] - pictures[pair[1]])
        for pair in itertools.combinations(pictures, 2)
        if pictures[pair[0]] - pictures[pair[1]] <= 90
    ]
    assert [set(pair) for pair, _ in near] == [{keys[2].split("/")[1], keys[5].split("/")[1]}]
    assert near[0][1] <= 32


def test_pictures_count_as_photographs_and_are_small() -> None:
    paths = [*(SAMPLES / "bucket").glob("*/*"), *(SAMPLES / "pictures").iterdir()]
    assert sum(path.stat().st_size for path in _kept()) < 1_500_000
    for path in paths:
        size = path.stat().st_size
        assert size < 120_000
        if size < 2_000:
            continue
        with Image.open(path) as image:
            assert 640 <= image.width <= 1000
            try:
                small = image.convert("RGB").resize((128, 128), Image.Resampling.NEAREST)
            except OSError:
                continue  # the truncated one
        coarse = small.point([value & 0xF8 for value in range(256)] * 3)
        counts = sorted((count for count, _ in coarse.getcolors(128 * 128) or ()), reverse=True)
        assert sum(counts[:4]) / (128 * 128) < 0.5


def test_the_configuration_maps_the_bucket_to_the_folder() -> None:
    configuration = tomllib.loads((SAMPLES / "auditor.toml").read_text())
    assert configuration == {"map": {"s3://crabby-images": "bucket"}}


@pytest.mark.parametrize(
    ("name", "dialect", "count"), [("harbour.html", html, 4), ("lighthouse.md", markdown, 3)]
)
def test_the_other_articles_are_sound(name: str, dialect: object, count: int) -> None:
    path = SAMPLES / name
    article = dialect.parse(path.read_text(), Document(name, b"", path=str(path)))  # type: ignore[attr-defined]
    assert len(article.references) == count
    for reference in article.references:
        assert (reference.faults, bool(reference.alt)) == ((), True)
        if not reference.address.startswith("data:"):
            assert (SAMPLES / reference.address).is_file()
    assert article.suspects == ()


@pytest.mark.slow
@pytest.mark.skipif(
    PIL.__version__.split(".")[0] != PILLOW or platform.machine() != "x86_64",
    reason=f"another JPEG encoder gives other bytes than Pillow {PILLOW} on x86-64",
)
def test_making_the_samples_again_changes_no_byte(tmp_path: Path) -> None:
    script = SAMPLES / "make_samples.py"
    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(SAMPLES) for path in _kept() if path.suffix != ".py"}
    assert made == kept
    assert [
        path for path in sorted(made) if (tmp_path / path).read_bytes() != (SAMPLES / path).read_bytes()
    ] == []
