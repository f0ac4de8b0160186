"""`auditor find IMAGE --catalog` and `auditor duplicates --catalog`: copies in all that scans have seen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageOps

from tests.clouds import photo, save
from tests.conftest import Run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Articles that show one picture in many forms, and others; `wanted.jpg` lies beside them."""
    wanted = save(photo(1), tmp_path / "wanted.jpg", quality=92)
    folder = tmp_path / "archive"
    save(photo(1).resize((240, 160)), folder / "near.webp", quality=80)
    save(ImageOps.mirror(photo(1)), folder / "mirrored.jpg")
    save(photo(1).crop((0, 0, 320, 320)), folder / "cropped.png")
    save(photo(2), folder / "other.jpg")
    shutil.copy(wanted, folder / "exact.jpg")
    for name in ("near.webp", "mirrored.jpg", "cropped.png", "other.jpg", "exact.jpg"):
        show(folder / f"{Path(name).stem}.html", name)
    return folder


def show(article: Path, *names: str) -> None:
    images = "".join(f'<figure><img src="{name}" alt="a"></figure>' for name in names)
    article.write_text(f"<h1>{article.stem}</h1><p>Words.</p>{images}")


def scan(auditor: Run, archive: Path, day: int) -> list[dict[str, Any]]:
    """The findings of one night."""
    said = auditor(
        "scan", archive, "--catalog", archive.parent / "x.db", "--now", f"2026-11-0{day}T03:00:00Z",
        "--select", "DUP", "-q", "--output-format", "json",
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(said.out)["findings"]
    return found


def told(auditor: Run, *words: object, folder: Path) -> dict[str, Any]:
    said = auditor(*words, "--catalog", folder / "x.db", "--output-format", "json")
    return {**json.loads(said.out), "code": said.code}


def kinds(wanted: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for hit in wanted["hits"]:
        found.setdefault(hit["kind"], []).append(Path(hit["picture"]["article"]).stem)
    return {kind: sorted(names) for kind, names in found.items()}


def test_every_use_of_a_picture_is_found_and_every_group_has_all_members(
    auditor: Run, tmp_path: Path, archive: Path
) -> None:
    scan(auditor, archive, 1)

    found = told(auditor, "find", tmp_path / "wanted.jpg", folder=tmp_path)
    assert kinds(found["wanted"][0]) == {
        "exact": ["exact"],
        "near": ["near"],
        "mirrored": ["mirrored"],
        "cropped": ["cropped"],
    }
    assert (found["code"], found["summary"]["searched"], found["summary"]["articles"]) == (1, 5, 4)

    [group] = told(auditor, "duplicates", folder=tmp_path)["groups"]
    assert sorted(Path(member["picture"]["article"]).stem for member in group["members"]) == [
        "cropped",
        "exact",
        "mirrored",
        "near",
    ]


def test_parts_are_found_whether_the_whole_came_before_or_after(
    auditor: Run, tmp_path: Path, archive: Path
) -> None:
    shutil.copy(archive / "cropped.png", tmp_path / "cropped.png")
    for path in archive.iterdir():
        path.unlink()
    save(photo(3).crop((160, 0, 480, 320)), archive / "part3.png")
    shutil.copy(tmp_path / "wanted.jpg", archive / "whole1.jpg")
    show(archive / "first.html", "part3.png", "whole1.jpg")
    assert scan(auditor, archive, 1) == []

    save(photo(3), archive / "whole3.jpg")
    shutil.copy(tmp_path / "cropped.png", archive / "part1.png")
    show(archive / "second.html", "whole3.jpg", "part1.png")
    second = scan(auditor, archive, 2)

    used = {
        (Path(f["article"]).stem, tuple(i[-1] for i in f["images"])) for f in second if f["code"] == "DUP404"
    }
    assert used == {("first", ("0",)), ("first", ("1",)), ("second", ("0",)), ("second", ("1",))}
    assert {f["lifecycle"] for f in scan(auditor, archive, 3)} == {"persisting"}


def test_an_address_that_is_gone_stands_for_what_was_seen_there(
    auditor: Run, tmp_path: Path, archive: Path
) -> None:
    scan(auditor, archive, 1)
    (archive / "exact.jpg").unlink()

    found = told(auditor, "find", (archive / "exact.jpg").as_uri(), folder=tmp_path)
    assert kinds(found["wanted"][0])["near"] == ["near"]
    assert found["unread"] == []


@pytest.mark.parametrize("command", [("find", "a.jpg"), ("duplicates",)])
def test_without_a_place_to_look_in_the_command_says_what_to_name(
    auditor: Run, command: tuple[str, ...]
) -> None:
    said = auditor(*command)
    assert said.code == 2
    assert "--catalog FILE" in said.err
