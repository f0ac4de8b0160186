"""EXIF, IPTC and XMP to flat fields."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from auditor import metadata

PACKET = """<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="成都" photoshop:Credit="Agency"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
 <ext:DigitalSourceType rdf:resource="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>
 <photoshop:DateCreated>2020-07-27</photoshop:DateCreated>
 <dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq></dc:creator>
 <dc:description><rdf:Alt><rdf:li xml:lang="x-default">A gate is closed</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>""".encode()


def record(dataset: int, value: bytes, number: int = 2) -> bytes:
    return b"\x1c" + bytes([number, dataset]) + struct.pack(">H", len(value)) + value


def resources(records: bytes) -> bytes:
    other = b"8BIM\x03\xed\x04name\x00" + struct.pack(">I", 3) + b"abc\x00"
    return other + b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records


@pytest.fixture
def exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif[0x013B] = "Zoë".encode()
    exif[0x8298] = "(c) Desk"
    more = exif.get_ifd(0x8769)
    more[0x9003] = "2020:07:24 10:11:12"
    more[0xA430] = "Desk"
    more[0xA431] = "SN-7"
    gps = exif.get_ifd(0x8825)
    third = TiffImagePlugin.IFDRational
    gps.update({1: "N", 2: (third(29), third(45), third(36)), 3: "W", 4: (third(95), third(22), third(0))})
    return exif


def test_exif_fields_are_read(exif):
    orientation, fields = metadata.read(exif.tobytes(), None, None)
    assert orientation == 6
    assert fields == {
        "exif:orientation": "6",
        "exif:make": "Maker",
        "exif:artist": "Zoë",
        "exif:copyright": "(c) Desk",
        "exif:owner": "Desk",
        "exif:serial": "SN-7",
        "exif:date": "2020-07-24T10:11:12",
        "exif:gps": "29.760000,-95.366667",
    }


def test_a_tiff_s_own_directory_is_read(make, examine, exif):
    assert examine(make("TIFF", exif=exif)).metadata["exif:artist"] == "Zoë"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_fields_come_out_of_every_format_that_carries_them(make, examine, exif, kind):
    options = {"quality": 60, "speed": 10} if kind == "AVIF" else {}
    fields = examine(make(kind, exif=exif, **options)).metadata
    assert (fields["exif:make"], fields["exif:gps"]) == ("Maker", "29.760000,-95.366667")


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_xmp_comes_out_of_every_format_that_carries_it(make, examine, kind):
    fields = examine(make(kind, xmp=PACKET)).metadata
    assert fields["xmp:caption"] == "A gate is closed"


def test_a_jpeg_s_iptc_block_is_read(make, examine):
    block = b"Photoshop 3.0\x00" + resources(record(120, b"A caption") + record(55, b"20200724"))
    body = make()
    fields = examine(body[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + body[2:]).metadata
    assert fields == {"iptc:caption": "A caption", "iptc:date": "2020-07-24"}


def test_iptc_fields_are_read_in_their_encoding():
    records = record(90, b"\x1b%G", 1) + record(90, "成都".encode()) + record(80, b"Ada") + record(80, b"Ben")
    assert metadata.read(None, records, None)[1] == {"iptc:city": "成都", "iptc:byline": "Ada; Ben"}
    assert metadata.read(None, record(80, b"Zo\xeb"), None)[1] == {"iptc:byline": "Zoë"}


def test_xmp_fields_are_read():
    assert metadata.read(None, None, PACKET)[1] == {
        "xmp:city": "成都",
        "xmp:credit": "Agency",
        "xmp:digitalsourcetype": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "xmp:date": "2020-07-27",
        "xmp:byline": "Ada; Ben",
        "xmp:caption": "A gate is closed",
    }


def test_values_are_bounded_and_clean():
    _, fields = metadata.read(None, record(120, b"a\x1b[2Jb" + b"x" * 9000), None)
    assert fields["iptc:caption"].startswith("a [2Jb")
    assert len(fields["iptc:caption"]) == metadata.MAX_VALUE


@pytest.mark.parametrize("date", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "2020:13:41"])
def test_an_empty_date_is_no_field(date):
    exif = Image.Exif()
    exif[0x0132] = date
    assert "exif:date" not in metadata.read(exif.tobytes(), None, None)[1]


def test_an_orientation_outside_the_standard_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 77
    assert metadata.read(exif.tobytes(), None, None)[0] == 1


def test_entities_in_xmp_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">]>' + PACKET[PACKET.index(b"<x:") :].replace(b"Agency", b"&a;")
    assert "xmp:credit" not in metadata.read(None, None, bomb)[1]


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=200))
def test_hostile_blocks_give_fewer_fields_and_never_an_error(exif, iptc, xmp):
    orientation, fields = metadata.read(b"II*\x00" + exif, b"\x1c\x02" + iptc, b"<x:xmpmeta" + xmp)
    assert 1 <= orientation <= 8
    assert all(isinstance(value, str) for value in fields.values())
    whole = io.BytesIO(b"8BIM" + iptc)
    assert metadata.read(exif, whole.read(), xmp)[0] >= 1
