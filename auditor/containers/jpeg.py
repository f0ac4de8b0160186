"""JPEG bytes to their segments (ITU-T T.81, annex B), slimmed to what the pixels need.

Dropped before decoding: comments and application segments other than APP0 and APP14 (60 MB of EXIF
cost a decoder more than 12 s; without APP14 the colours of Adobe files turn). A decoder fills with
grey what a stream lacks and takes any end marker for the true one. So the end marker of a picture
with a single scan is replaced by a few zero bytes: a stream that needs more than these is cut.
"""

from __future__ import annotations

import re

from auditor.container import Container, check_parts, check_size, cut, damaged, too_many

MAX_SCANS = 500
MAX_RESOURCES = 64  # segments of 64 KB

_EOI = b"\xff\xd9"
_PADDING = bytes(8)  # a decoder reads so far ahead
# Bits that would decode to something else in each: what lacks no bit gives the same pixels in all.
_PROBES = (_PADDING, b"\x55" * 8, b"\xaa" * 8, b"\xfe" * 8)
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # a literal first byte makes this search three times as fast
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_SOS, _END, _COM, _APP0, _APP1, _APP2, _APP13, _APP14 = 0xDA, 0xD9, 0xFE, 0xE0, 0xE1, 0xE2, 0xED, 0xEE

_EXIF = b"Exif\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_PHOTOSHOP = b"Photoshop 3.0\x00"


def walk(body: bytes, max_pixels: int) -> Container:
    """Walk every segment and scan to the end marker. See `auditor.containers`."""
    walker = _Walker(body, max_pixels)
    walker.run()
    if not walker.scans:
        raise damaged("no scan") if walker.ended else cut("it ends before the first scan")
    single = walker.scans == 1 and not walker.progressive
    if walker.ended:
        paddings: tuple[bytes, ...] = (_PADDING,) if single else (_EOI,)
    elif single:
        paddings = _PROBES
    elif walker.covered():
        paddings = tuple(probe + _EOI for probe in _PROBES)
    else:
        raise cut(f"it ends in scan {walker.scans}, with coefficients missing")
    return Container(
        width_px=walker.width,
        height_px=walker.height,
        end=walker.at,
        slim=b"".join(walker.kept),
        paddings=paddings,
        exif=walker.exif,
        iptc=b"".join(walker.photoshop) or None,
        xmp=walker.xmp,
    )


class _Walker:
    """The state of one walk; `at` is where it stands, `kept` what the decoder will see."""

    def __init__(self, body: bytes, max_pixels: int) -> None:
        self.body = body
        self.max_pixels = max_pixels
        self.at = 2
        self.kept: list[bytes] = [b"\xff\xd8"]
        self.width = self.height = 0
        self.components: tuple[int, ...] = ()
        self.scans = 0
        self.progressive = False
        self.ended = False
        self.precision: dict[tuple[int, int], int] = {}
        self.exif: bytes | None = None
        self.xmp: bytes | None = None
        self.photoshop: list[bytes] = []
        self.more_pictures = False

    def run(self) -> None:
        parts = 0
        while self.at < len(self.body):
            check_parts(parts := parts + 1, "JPEG segments")
            found = _MARKER.match(self.body, self.at)
            if found is None:
                self._stray()
                continue
            marker = found[1][0]
            if marker == _END:
                self.at, self.ended = found.end(), True
                break
            if self.scans and marker not in _TABLES and marker not in (_SOS, _COM) and not _is_app(marker):
                break  # no marker of this standard: the picture ended here without its end marker
            self._segment(found.start(), found.end(), marker)
        if self.ended and self.more_pictures:
            self.at = len(self.body)  # a multi-picture file (CIPA DC-007): previews follow

    def _stray(self) -> None:
        """Bytes where a marker should be: decoders skip them, and so do we."""
        found = _NEXT.search(self.body, self.at)
        if found is None:
            if not self.scans and self.body[self.at :].strip(b"\xff"):
                raise damaged(f"no marker after byte {self.at}")
            self.at = len(self.body)
        else:
            self.at = found.start()

    def _segment(self, start: int, at: int, marker: int) -> None:
        length = int.from_bytes(self.body[at : at + 2], "big")
        end = at + length
        if end > len(self.body) or at + 2 > len(self.body):
            self.at = len(self.body)
            raise cut(f"it ends inside a header segment, at byte {len(self.body):,}")
        if length < 2:
            raise damaged(f"a segment of length {length} at byte {start:,}")
        content = self.body[at + 2 : end] if length < 66_000 else b""
        self.at = end
        if _is_app(marker) or marker == _COM:
            self._application(marker, content)
            if marker not in (_APP0, _APP14) or self.scans:
                return
        elif marker in _FRAMES:
            self._frame(marker, content)
        if marker == _SOS:
            self._scan(content)
        self.kept.append(b"\xff" + self.body[at - 1 : self.at])

    def _frame(self, marker: int, content: bytes) -> None:
        if self.width:
            raise damaged("a second frame header")
        if len(content) < 6 or len(content) < 6 + 3 * content[5]:
            raise damaged("a frame header that is too short")
        self.height, self.width = (int.from_bytes(content[at : at + 2], "big") for at in (1, 3))
        check_size(self.width, self.height, self.max_pixels)
        self.progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
        self.components = tuple(content[6 + 3 * index] for index in range(content[5]))

    def _scan(self, content: bytes) -> None:
        if not self.width:
            raise damaged("a scan before the frame header")
        self.scans += 1
        if self.scans > MAX_SCANS:
            raise too_many("decode-time", f"more than {MAX_SCANS} scans")
        self._cover(content)
        found = _NEXT.search(self.body, self.at)
        if found is not None:
            self.at = found.start()
            return
        self.at = len(self.body)
        while self.body[self.at - 1] == 0xFF:  # half a marker
            self.at -= 1

    def _cover(self, content: bytes) -> None:
        """Note to which bit this scan brings each coefficient (T.81, B.2.3 and G.1.1.1)."""
        count = content[0] if content else 0
        if len(content) < 4 + 2 * count:
            raise damaged("a scan header that is too short")
        first, last, bits = content[1 + 2 * count : 4 + 2 * count]
        for index in range(count):
            for place in range(first, min(last, 63) + 1):
                self.precision[content[1 + 2 * index], place] = bits & 15

    def covered(self) -> bool:
        """Whether the scans met so far bring every coefficient of every component to its last bit."""
        return all(
            self.precision.get((component, place)) == 0
            for component in self.components
            for place in range(64)
        )

    def _application(self, marker: int, content: bytes) -> None:
        if marker == _APP1 and content.startswith(_EXIF) and self.exif is None:
            self.exif = content
        elif marker == _APP1 and content.startswith(_XMP) and self.xmp is None:
            self.xmp = content[len(_XMP) :]
        elif marker == _APP2 and content.startswith(b"MPF\x00"):
            self.more_pictures = True
        elif marker == _APP13 and content.startswith(_PHOTOSHOP) and len(self.photoshop) < MAX_RESOURCES:
            self.photoshop.append(content[len(_PHOTOSHOP) :])


def _is_app(marker: int) -> bool:
    return 0xE0 <= marker <= 0xEF
