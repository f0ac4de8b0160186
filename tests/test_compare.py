"""`auditor compare A B`: the same picture or not, in bits and in words."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.clouds import photo, save
from tests.conftest import Run


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A photograph as a file."""
    return save(photo(1), tmp_path / "original.jpg", quality=92)


def variant(original: Path, name: str) -> Path:
    """A copy of the picture, changed as its name says."""
    image = Image.open(original)
    width, height = image.size
    made = {
        "cropped": lambda: image.crop((width // 3, 0, width, height)),
        "smaller": lambda: image.resize((width // 2, height // 2)),
        "mirrored": lambda: ImageOps.mirror(image),
        "turned": lambda: image.rotate(90, expand=True),
        "grey": lambda: ImageOps.grayscale(image),
        "pixels": lambda: image,
    }[name]()
    return save(made, original.with_name(f"{name}.png"))


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("cropped", "cropped", "same picture, cropped to the right two thirds"),
        ("smaller", "near", "50 % smaller"),
        ("mirrored", "mirrored", "same picture, mirrored"),
        ("turned", "mirrored", "turned by 90 degrees"),
        ("grey", "near", "in black and white"),
    ],
)
def test_a_copy_is_the_same_picture_in_words_and_bits(
    auditor: Run, original: Path, name: str, kind: str, words: str
) -> None:
    said = auditor("compare", original, variant(original, name), "--output-format", "json")
    told = json.loads(said.out)
    assert (said.code, told["verdict"], told["kind"]) == (0, "same", kind)
    assert words in told["words"]
    assert told["distance_bits"] <= 64


def test_other_pictures_are_different_and_the_exit_code_says_so(auditor: Run, original: Path) -> None:
    other = save(photo(2), original.with_name("other.jpg"))
    said = auditor("compare", original, other)
    assert said.code == 1
    assert "different pictures" in said.out
    assert "of 256 bits" in said.out


def test_the_larger_copy_is_named_as_the_one_to_keep(auditor: Run, original: Path) -> None:
    said = auditor("compare", variant(original, "smaller"), original)
    line = next(line for line in said.out.splitlines() if "keep this" in line)
    assert line.split()[0] == "second"
    assert "larger" in line


def test_a_crop_says_where_in_the_whole_it_lies(auditor: Run, original: Path) -> None:
    said = auditor("compare", variant(original, "cropped"), original, "--output-format", "json")
    told = json.loads(said.out)
    assert told["whole"] == told["better"] == "second"
    left, top, right, bottom = told["box"]
    assert left == pytest.approx(160, abs=10)
    assert (top, right, bottom) == (0, pytest.approx(480, abs=10), 320)


def test_the_same_file_is_the_same_file(auditor: Run, original: Path) -> None:
    copy = original.with_name("copy.jpg")
    copy.write_bytes(original.read_bytes())
    said = auditor("compare", original, copy)
    assert said.code == 0
    assert said.out.startswith("the same file\n")


@pytest.mark.parametrize("content", [None, b"<html><title>Not found</title></html>", b"\xff\xd8\xff\xe0cut"])
def test_what_cannot_be_read_is_no_verdict(auditor: Run, original: Path, content: bytes | None) -> None:
    other = original.with_name("other.jpg")
    if content is not None:
        other.write_bytes(content)
    said = auditor("compare", original, other)
    assert said.code == 3
    assert "not read" in said.out
    assert str(other) in said.out


def test_a_comparison_takes_two_pictures(auditor: Run, original: Path) -> None:
    assert auditor("compare", original).code == 2


@pytest.fixture
def served(original: Path) -> Iterator[str]:
    """The address of a server on loopback that gives the files beside the picture."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(original.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_an_address_is_asked_through_the_guard(auditor: Run, original: Path, served: str) -> None:
    address = f"http://{served}/original.jpg"
    assert auditor("compare", original, address).code == 3  # a private address, without leave
    said = auditor("compare", original, address, "--allow-private", served)
    assert (said.code, said.out.splitlines()[0]) == (0, "the same file")


def test_what_was_found_is_written_to_files_too(auditor: Run, original: Path) -> None:
    out = original.with_name("told.csv")
    assert auditor("compare", original, original, "-o", f"csv={out}", "-q").code == 0
    assert out.read_text().splitlines()[0].startswith("group,kind,distance_bits,image")


def test_names_cannot_give_orders_to_the_terminal(auditor: Run, original: Path) -> None:
    evil = original.with_name("a\x1b[2Jb.jpg")
    evil.write_bytes(original.read_bytes())
    said = auditor("compare", original, evil, "-v")
    assert "\x1b" not in said.out
    assert "\\x1b[2J" in said.out
