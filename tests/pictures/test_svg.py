"""SVG by parsing alone: size, hazards, and when it is broken."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import svg
from auditor.errors import PictureError

XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawing(inside: str = "", attributes: str = "") -> bytes:
    return f"<svg {XMLNS} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30"', (40, 30)),
        ('width="40px" height="1in"', (40, 96)),
        ('width="2.54cm" height="25.4mm"', (96, 96)),
        ('viewBox="0 0 640 480"', (640, 480)),
        ('width="100%" height="100%" viewBox="0,0,64,48"', (64, 48)),
        ('width="320" viewBox="0 0 640 480"', (320, 240)),
        ('height="240" viewBox="0 0 640 480"', (320, 240)),
        ("", (None, None)),
        ('width="1e99" height="-4"', (None, None)),
        ('width="auto" viewBox="0 0 0 0"', (None, None)),
    ],
)
def test_the_size_comes_from_the_root(attributes, size):
    picture = svg.read(drawing(attributes=attributes))
    assert (picture.width_px, picture.height_px) == size
    assert picture.hazards == ()


@pytest.mark.parametrize(
    ("inside", "hazard"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<s:script xmlns:s="http://www.w3.org/2000/svg" href="#a"/>', "script"),
        ('<rect onclick="alert(1)"/>', "event handler onclick"),
        ("<foreignObject/>", "foreignObject"),
        ('<a href="javascript:alert(1)"/>', "javascript in href"),
        ('<a xlink:href=" java&#10;script:alert(1)"/>', "javascript in href"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "javascript in to"),
        ('<animate attributeName="href" values="#a;javascript:alert(1)"/>', "javascript in values"),
        ('<image href="https://evil.example/x.png"/>', "external reference https://evil.example/x.png"),
        ('<use xlink:href="other.svg#a"/>', "external reference other.svg#a"),
        ('<image href="data:text/html,x"/>', "external reference data:text/html,x"),
        ('<rect style="fill: url(//evil.example/a)"/>', "external reference //evil.example/a"),
        (
            "<style>@import 'https://evil.example/a.css';</style>",
            "external reference https://evil.example/a.css",
        ),
        ("<?xml-stylesheet href='a.css'?>", "external reference <?xml-stylesheet href='a.css'?>"),
        ("<iframe/>", "external reference <iframe>"),
    ],
)
def test_active_parts_are_hazards(inside, hazard):
    assert svg.read(drawing(inside)).hazards == (hazard,)


@pytest.mark.parametrize(
    "inside",
    [
        '<a href="https://news.example/"><text>onclick="x"</text></a>',
        '<use href="#a"/><rect fill="url(#paint)"/>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        "<!-- <script> --><style>rect { fill: url(#a) }</style>",
        '<set attributeName="x" to="4"/>',
    ],
)
def test_what_cannot_act_is_no_hazard(inside):
    assert svg.read(drawing(inside)).hazards == ()


def test_entities_are_told_and_never_expanded():
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "&{a};&{a};&{a};">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    body = f"<!DOCTYPE svg [{laughs}]>".encode() + drawing("<text>&i;</text>", 'width="4" height="5"')
    picture = svg.read(body)
    assert picture.width_px == 4
    assert "entity a" in picture.hazards


def test_a_drawing_program_s_namespace_entities_do_not_break_it():
    body = (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/g.dtd" ['
        b'<!ENTITY ns_ai "http://ns.adobe.com/AI/">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="&ns_ai;" width="9"/>'
    )
    assert svg.read(body).width_px == 9
    assert svg.read(body).hazards == ("entity ns_ai",)


@pytest.mark.parametrize("encoding", ["x-foo", "EUC-KR", "UTF-7", "UTF-16", "GBK"])
def test_what_is_utf_8_is_read_as_that_whatever_it_says(encoding):
    body = f"<?xml version='1.0' encoding='{encoding}'?>".encode() + drawing("<title>é</title>", 'width="9"')
    assert svg.read(body).width_px == 9


def test_a_file_of_the_machine_is_never_read():
    body = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawing("<text>&x;</text>")
    assert svg.read(body).hazards == ("entity x",)


def test_a_plain_document_type_is_harmless():
    body = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert svg.read(body + drawing()).hazards == ()


@pytest.mark.parametrize("size", range(30, 220, 17))
def test_a_cut_drawing_is_truncated(size):
    body = drawing("<rect/>" * 30, 'width="4"')
    with pytest.raises(PictureError) as caught:
        svg.read(body[:size])
    assert (caught.value.state.value, caught.value.reason) == ("broken", "truncated")


@pytest.mark.parametrize("inside", ["<a><b></a></b>", "&nbsp;", "<x:rect/>", "\x01", "<a b=c/>"])
def test_what_is_no_xml_is_corrupt(inside):
    with pytest.raises(PictureError) as caught:
        svg.read(drawing(inside))
    assert (caught.value.state.value, caught.value.reason) == ("broken", "corrupt")


@pytest.mark.parametrize(
    "part", [b"<!---->", b"<!DOCTYPE svg [", b"'", b"<a", b"<!ENTITY a 'b'>", b"]", b"] "]
)
def test_a_document_type_that_never_closes_is_found_out_in_one_pass(part):
    with pytest.raises(PictureError):
        svg.read(b"<!DOCTYPE svg [" + part * 100_000)


def test_deep_nesting_is_nothing_special(examine):
    depth = 100_000
    assert svg.read(drawing("<g>" * depth + "</g>" * depth, 'width="7"')).width_px == 7


def test_other_encodings_are_read():
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="7"><title>é</title></svg>'
    assert svg.read(("\ufeff" + text).encode("utf-16-le")).width_px == 7
    assert svg.read(b"<?xml version='1.0' encoding='iso-8859-1'?>" + text.encode("latin-1")).width_px == 7


def test_a_compressed_drawing_is_a_drawing(examine):
    picture = examine(gzip.compress(drawing("<script/>", 'width="7" height="8"')))
    assert (picture.format, picture.width_px, picture.hazards) == ("svg", 7, ("script",))
    with pytest.raises(PictureError, match="truncated"):
        examine(gzip.compress(drawing("<rect/>" * 99))[:-20])


@given(st.text(max_size=80), st.binary(max_size=80))
def test_any_drawing_gives_facts_or_a_failure(text, raw):
    for body in (drawing(text), b"<svg " + raw, b"<!DOCTYPE svg [" + raw + drawing()):
        try:
            assert svg.read(body).format == "svg"
        except PictureError as error:
            assert error.reason in ("corrupt", "truncated")  # noqa: PT017
