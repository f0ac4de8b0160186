"""`auditor duplicates FOLDER|SOURCE...`: groups of pictures that show the same."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from auditor import matching
from tests.clouds import photo, save
from tests.conftest import ROOT, Run

SAMPLES = ROOT / "samples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs with copies, one without, and a file that is cut off."""
    folder = tmp_path / "pictures"
    ferry = save(photo(1), folder / "ferry.jpg", quality=92)
    save(photo(1).resize((240, 160)), folder / "small" / "ferry.webp", quality=80)
    save(ImageOps.mirror(photo(1)), folder / "mirror.jpg")
    pier = save(photo(2), folder / "pier.png")
    shutil.copy(pier, folder / "small" / "again.png")
    save(photo(3), folder / "alone.jpg")
    (folder / "cut.jpg").write_bytes(ferry.read_bytes()[:3000])
    (folder / "notes.md").write_text("# Not a picture\n")
    return folder


def found(auditor: Run, *words: object) -> dict[str, Any]:
    """The JSON of the command; "code" is its exit code."""
    said = auditor("duplicates", *words, "--output-format", "json")
    return {**json.loads(said.out), "code": said.code}


def members(told: dict[str, Any], folder: Path) -> list[tuple[str, list[str]]]:
    """Kind and members of every group, paths within the folder."""
    return [
        (
            group["kind"],
            sorted(Path(m["picture"]["image"]).relative_to(folder).as_posix() for m in group["members"]),
        )
        for group in told["groups"]
    ]


def test_groups_name_all_members_and_the_one_to_keep(auditor: Run, folder: Path) -> None:
    told = found(auditor, folder)
    assert told["code"] == 1
    assert sorted(members(told, folder)) == [
        ("exact", ["pier.png", "small/again.png"]),
        ("near", ["ferry.jpg", "mirror.jpg", "small/ferry.webp"]),
    ]
    keep = {Path(group["keep"]).name for group in told["groups"]}
    assert keep == {"ferry.jpg", "pier.png"}
    assert told["summary"]["pictures"] == 6
    assert told["summary"]["copies"] == 3


def test_a_cut_file_is_told_and_stops_nothing(auditor: Run, folder: Path) -> None:
    told = found(auditor, folder)
    assert [(Path(u["image"]).name, u["state"], u["reason"]) for u in told["unread"]] == [
        ("cut.jpg", "broken", "truncated")
    ]


def test_the_text_shows_how_each_copy_differs(auditor: Run, folder: Path) -> None:
    out = auditor("duplicates", folder).out
    assert "near · 3 pictures" in out
    assert "50 % smaller" in out
    assert "mirrored" in out
    assert out.splitlines()[-1].startswith("2 groups among 6 pictures · 3 to spare")


def test_names_are_whole_where_no_terminal_clips_them(auditor: Run, folder: Path) -> None:
    deep = folder / "a-folder-with-a-long-name" / "and-one-more-in-it-that-is-no-shorter" / "ferry-again.jpg"
    save(photo(1), deep, quality=70)
    assert str(deep) in auditor("duplicates", folder).out


def test_of_copies_as_large_the_least_compressed_is_kept(auditor: Run, tmp_path: Path) -> None:
    save(photo(1), tmp_path / "a.jpg", quality=40)
    save(photo(1), tmp_path / "b.png")
    told = found(auditor, tmp_path)
    assert Path(told["groups"][0]["keep"]).name == "b.png"


def test_no_duplicates_is_exit_code_0_and_unreadable_ones_3(auditor: Run, tmp_path: Path) -> None:
    for seed in (1, 2):
        save(photo(seed), tmp_path / f"{seed}.jpg")
    assert auditor("duplicates", tmp_path).code == 0
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "1.jpg").read_bytes()[:3000])
    assert auditor("duplicates", tmp_path).code == 3


@pytest.mark.parametrize("words", [("-e",), ("--exit-zero",)])
def test_groups_need_not_fail(auditor: Run, folder: Path, words: tuple[str, ...]) -> None:
    assert auditor("duplicates", folder, *words).code == 0


def test_what_is_named_twice_is_no_duplicate(auditor: Run, tmp_path: Path) -> None:
    save(photo(1), tmp_path / "one.jpg")
    assert auditor("duplicates", tmp_path, tmp_path).code == 0


def test_objects_of_a_bucket_have_no_ending_and_are_pictures_all_the_same(
    auditor: Run, tmp_path: Path
) -> None:
    for key in ("aa/01", "bb/02"):
        save(photo(1), tmp_path / key, format="JPEG")
    (tmp_path / "readme").write_text("no picture")
    assert len(found(auditor, tmp_path)["groups"]) == 1


def test_articles_are_compared_by_the_pictures_that_they_show(auditor: Run) -> None:
    told = found(auditor, SAMPLES, "--articles")
    groups = [{m["picture"]["image"] for m in group["members"]} for group in told["groups"]]
    assert {"consulates.txt#2", "consulates.txt#5"} in groups
    assert all(m["picture"]["article"] for group in told["groups"] for m in group["members"])


def test_drawings_of_one_template_are_not_joined(auditor: Run, tmp_path: Path) -> None:
    for number, colour in enumerate(("red", "green", "blue")):
        flag = Image.new("RGB", (300, 200), "white")
        flag.paste(colour, (0, 0, 100, 200))
        save(flag, tmp_path / f"flag{number}.png")
    assert found(auditor, tmp_path)["groups"] == []


def test_a_row_of_csv_is_a_picture_and_jsonl_a_record(auditor: Run, folder: Path) -> None:
    rows = list(csv.DictReader(auditor("duplicates", folder, "--output-format", "csv").out.splitlines()))
    assert len(rows) == 5
    assert sum(row["keep"] == "true" for row in rows) == 2
    lines = auditor("duplicates", folder, "--output-format", "jsonl").out.splitlines()
    kinds = [json.loads(line)["type"] for line in lines]
    assert kinds == ["group", "group", "unread", "summary"]


def test_the_same_folder_twice_gives_the_same_bytes(auditor: Run, folder: Path) -> None:
    first, second = (auditor("duplicates", folder, "--output-format", "json").out for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name folders or articles to look in, or a catalog"),
        (("x", "--output-format", "sarif"), "'sarif' is not one of"),
    ],
)
def test_a_wrong_word_is_exit_code_2(auditor: Run, words: tuple[str, ...], told: str) -> None:
    said = auditor("duplicates", *words)
    assert said.code == 2
    assert told in said.err


def test_an_empty_folder_is_told(auditor: Run, tmp_path: Path) -> None:
    said = auditor("duplicates", tmp_path)
    assert said.code == 3
    assert "no articles in this folder" in said.out


def test_a_crop_that_came_by_another_crop_is_told_as_one_of_what_to_keep(
    auditor: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "DENSE_UP_TO", 2)  # as in a folder of thousands
    whole = photo(1)
    width, height = whole.size
    save(whole, tmp_path / "ferry.jpg", quality=92)
    save(
        whole.crop((width // 12, height // 12, width * 32 // 33, height * 32 // 33)), tmp_path / "middle.jpg"
    )
    part = (width * 15 // 100, height // 10, width * 95 // 100, height * 9 // 10)
    save(whole.crop(part), tmp_path / "part.jpg")

    told = {Path(m["picture"]["image"]).name: m for m in found(auditor, tmp_path)["groups"][0]["members"]}

    assert told["ferry.jpg"]["keep"]
    assert told["part.jpg"]["words"].startswith("same picture, cropped to 6")


def test_copies_of_equal_bytes_are_told_as_the_same_file(auditor: Run, tmp_path: Path) -> None:
    plain = save(photo(1), tmp_path / "a.png")
    other = tmp_path / "b.png"
    with Image.open(plain) as picture:
        picture.save(other, compress_level=0)  # the same pixels in more bytes: the one to keep
    shutil.copy(other, tmp_path / "c.png")

    told = {Path(m["picture"]["image"]).name: m for m in found(auditor, tmp_path)["groups"][0]["members"]}

    assert told["b.png"]["keep"]
    assert told["a.png"]["words"] == "the same pixels in another file"
    assert told["c.png"]["words"] == "the same file"
