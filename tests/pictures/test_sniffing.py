"""First bytes to what a body is."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.sniffing import first_bytes, sniff

PICTURES = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "raster", "jpeg"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "raster", "png"),
    (b"GIF89a\x01\x00", "raster", "gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "raster", "webp"),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1miaf", "raster", "avif"),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif", "raster", "avif"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "undecodable", "heic"),
    (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1miaf", "undecodable", "heif"),
    (b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", "raster", "bmp"),
    (b"II*\x00\x08\x00\x00\x00", "raster", "tiff"),
    (b"MM\x00*\x00\x00\x00\x08", "raster", "tiff"),
    (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "undecodable", "raw"),
    (b"\x00\x00\x01\x00\x01\x00", "raster", "ico"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "undecodable", "jxl"),
    (b"\xff\x0a\x10\x20", "undecodable", "jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "undecodable", "jp2"),
    (b"8BPS\x00\x01", "undecodable", "psd"),
    (b"%!PS-Adobe-3.0 EPSF-3.0", "undecodable", "eps"),
    (b"P6\n# by hand\n20 30 255\n", "undecodable", "pnm"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg", "svg"),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg PUBLIC 'a' 'b'>\n<svg:svg>", "svg", "svg"),
    (b"<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'b'>]>\n<svg>&a;</svg>", "svg", "svg"),
    ("\ufeff<svg width='3'/>".encode("utf-16-le"), "svg", "svg"),
    (gzip.compress(b"<?xml version='1.0'?><svg/>", mtime=0), "svg", "svg"),
]


@pytest.mark.parametrize(("body", "family", "name"), PICTURES)
def test_pictures_are_known_by_their_first_bytes(body, family, name):
    kind = sniff(body)
    assert (kind.family, kind.name) == (family, name)


@pytest.mark.parametrize(
    ("body", "name", "looks_like"),
    [
        (b"", "empty", None),
        (b"<!DOCTYPE html><html>", "html", None),
        (b"\n\n  <HTML lang=en>", "html", None),
        (b"<!-- cached --><html>", "html", None),
        (b"\xef\xbb\xbf<!doctype HTML>", "html", None),
        (b"<p>gone</p>", "html", None),
        (b"<html><body><svg></svg>", "html", None),
        (b"<?xml version='1.0'?><html xmlns='x'>", "html", None),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "text", "xml"),
        (b'{"error": "not found"}', "json", None),
        (b" [1, 2]", "json", None),
        (b"{{ template }}", "text", None),
        (b"404 page not found", "text", None),
        ("找不到图片".encode(), "text", None),
        ("找不到图片".encode("gb18030"), "text", None),
        (b"BMW sells cars", "text", None),
        (b"BMW", "text", None),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "text", None),
        (b"<!DOCTYPE note [<!ENTITY a 'b'>]><note>&a;</note>", "text", "xml"),
        (b"%PDF-1.7\n", "unknown", "pdf"),
        (b"PK\x03\x04\x14\x00", "unknown", "zip"),
        (gzip.compress(b"hello", mtime=0), "unknown", "gzip"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isom", "unknown", "video"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "unknown", "wave"),
        (b"\x00\x01\x02\x03\x04", "unknown", None),
        (bytes(5000), "unknown", None),
    ],
)
def test_what_is_no_picture_is_named(body, name, looks_like):
    kind = sniff(body)
    assert (kind.family, kind.name, kind.evidence.get("looks-like")) == ("other", name, looks_like)


@pytest.mark.parametrize(
    "body", [body for body, family, _ in PICTURES[:11] if family == "raster" and b"mif1avif" not in body]
)
def test_a_body_cut_in_its_magic_is_still_that_format(body):
    name = sniff(body).name
    for size in range(3, len(body)):
        assert sniff(body[:size], f"image/{name}").name == name


def test_so_few_bytes_need_proof():
    assert sniff(b"\xff\xd8").name == "jpeg"
    assert sniff(b"GI").name == "text"
    assert sniff(b"GI", "image/gif").name == "gif"


def test_the_title_of_a_page_is_evidence():
    page = b"<html><head><title>\n  Not&nbsp;found &amp; gone </title>"
    assert sniff(page).evidence["page-title"] == "Not found & gone"
    assert sniff("<html><title>找不到</title>".encode("gb18030")).evidence["page-title"] == "找不到"
    assert "page-title" not in sniff(b"<html><title></title>").evidence


def test_first_bytes_are_text_or_hex():
    assert first_bytes(b"  hello\n world") == "hello world"
    assert first_bytes(b"\x89PNG\r\n\x1a\n") == "89 50 4e 47 0d 0a 1a 0a"


@given(st.binary(max_size=300))
def test_sniffing_never_raises(body):
    assert sniff(body).name
