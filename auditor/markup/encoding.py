"""Turns the bytes of a document into text, and says which encoding that took.

In the order of the HTML standard ("Determining the character encoding"): byte order mark, what the
transport declared, what the document declares in its first kilobyte; then UTF-16 without a mark, valid
UTF-8, and only then a guess, which is told.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from auditor.model import Notice

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PRESCANNED = 4096  # bytes; the standard says 1024, pages with long comments before <meta> say otherwise
_SAMPLE = 262_144  # bytes that a guess is made from
# Labels that mean another encoding on the web (WHATWG Encoding standard, "Names and labels").
_LABELS = {
    "cp1252": "ascii us-ascii iso-8859-1 iso8859-1 latin-1 latin1 l1 x-cp1252",
    "cp1254": "iso-8859-9 iso8859-9 latin5",
    "cp874": "iso-8859-11 iso8859-11 tis-620 windows-874 dos-874",
    "gb18030": "gb2312 gbk gb_2312-80 chinese x-gbk cp936",
    "big5hkscs": "big5 big5-hkscs x-x-big5 cn-big5",
    "cp949": "euc-kr euckr ks_c_5601-1987 ksc5601 korean",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji",
    "utf-8": "utf8 unicode-1-1-utf-8",
    "utf-16-le": "unicode utf-16 ucs-2 iso-10646-ucs-2",
    "iso8859-8": "iso-8859-8-i logical",
    "euc-jp": "x-euc-jp",
    "mac-roman": "macintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic",
    "cp1250": "x-cp1250",
    "cp1251": "x-cp1251",
}
_ON_THE_WEB = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
# What the web calls the encodings that Python names otherwise.
_NAMES = {
    "big5hkscs": "big5", "cp949": "euc-kr", "cp932": "shift_jis", "utf_8": "utf-8", "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
}  # fmt: skip
_META = re.compile(rb"<meta[\s/][^>]*?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:+-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([a-zA-Z0-9_.:+-]+)", re.IGNORECASE)
_CSS = re.compile(rb'^@charset "([^"]+)";')
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
_ASCII = bytes(range(0x80))
_DEBRIS = 8  # signs of a double encoding that are no chance
_SURROGATE = re.compile("[\ud800-\udfff]")
# UTF-8 read as windows-1252 and written as UTF-8 again: "Ã©", "â€™", "ä¸­"
_TWICE = re.compile(
    "(?:[\u00c2-\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u0080-\u2122]|[\u00e3-\u00e9][\u0080-\u00bf\u2018-\u2122]{2})"
)

# ASCII, Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, punctuation, kana, Han, Hangul, full-width forms
_PLAIN = re.compile(
    "[\t\n\r -~\u00a0-\u052f\u0590-\u06ff\u0e00-\u0e7f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f]"
)


class Decoded(NamedTuple):
    """The text, the encoding under the web's name for it, and what a reader should know of it."""

    text: str
    encoding: str
    notices: tuple[Notice, ...] = ()


def decode(body: bytes, declared_charset: str | None = None, media_type: str | None = None) -> Decoded:
    """The text of a document. Never raises: bytes that mean nothing become U+FFFD, and are told."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name)
    if declared_charset is None and media_type and (said := _CHARSET.search(media_type)):
        declared_charset = said[1]
    doubled = wide(body)
    for label, is_own in ((declared_charset, False), (_own_label(body), True)):
        codec = _codec(label)
        if codec is None or (is_own and codec.startswith("utf-16")):
            continue  # a label that could be read as ASCII is not written in UTF-16
        if (decoded := _whole(body, codec)) is not None and not (doubled and not codec.startswith("utf-16")):
            return decoded
    if doubled:
        return _guessed(body, doubled)
    if (decoded := _whole(body, "utf-8")) is not None:
        return decoded
    return _undeclared(body, _codec(declared_charset) or _codec(_own_label(body)))


def _undeclared(body: bytes, declared: str | None) -> Decoded:
    """Bytes that fit neither a declaration nor UTF-8: damaged UTF-8, a damaged declaration, or a guess."""
    damaged = body.decode("utf-8", "replace")
    strange = damaged.count("\ufffd")
    multibyte = len(body) - len(damaged)
    if strange * 20 <= multibyte:  # one in twenty at most is bad: UTF-8 that something has cut or mixed
        return _read(body, "utf-8")
    guess = _guess(body)
    if declared is not None:
        as_declared = _read(body, declared)
        if declared != "utf-8" and as_declared.text.count("\ufffd") * 50 <= len(as_declared.text):
            return as_declared
    return _guessed(body, guess) if guess else _read(body, declared or "cp1252")


def _read(body: bytes, codec: str) -> Decoded:
    """The text in a known encoding, its damage replaced and told."""
    return _told(body.decode(codec, "replace"), codec)


def _told(text: str, codec: str) -> Decoded:
    """The text with its damage marked and told."""
    notices: tuple[Notice, ...] = ()
    if codec != "utf-8" and not _is_unicode(text):
        text = _SURROGATE.sub("\ufffd", text)
    bad = text.count("\ufffd") if "\ufffd" in text else 0
    if bad:
        notices = (Notice("encoding-damaged", f"{bad} characters could not be read as {_web_name(codec)}"),)
    elif _is_garbled(text[:_SAMPLE]):
        notices = (
            Notice(
                "encoding-damaged", "the text looks like UTF-8 that was read as windows-1252 and saved again"
            ),
        )
    return Decoded(text, _web_name(codec), notices)


def _is_unicode(text: str) -> bool:
    """Whether no lone surrogate is in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_garbled(text: str) -> bool:
    """Whether most of what is not ASCII is the debris of a double encoding."""
    if text.isascii():
        return False
    strange = text.encode().translate(None, _ASCII).decode()
    if len(_TWICE.findall(strange)) < _DEBRIS:  # most of a page is ASCII, which is not searched
        return False
    twice = len(_TWICE.findall(text))
    return twice >= _DEBRIS and twice * 4 >= len(strange)


def _whole(body: bytes, codec: str) -> Decoded | None:
    """The text, if every byte of it means something in that encoding."""
    try:
        text = body.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None
    return _told(text, codec)


def _guessed(body: bytes, codec: str) -> Decoded:
    decoded = _read(body, codec)
    notice = Notice("encoding-guessed", f"nothing declares the encoding rightly; read as {decoded.encoding}")
    return Decoded(decoded.text, decoded.encoding, (notice, *decoded.notices))


def _guess(body: bytes) -> str | None:
    """charset-normalizer's best guess, held to encodings that the web knows."""
    from charset_normalizer import from_bytes  # 30 ms, and only for what nothing else explains

    results = list(from_bytes(_sample(body), cp_isolation=_GUESSED))
    if not results:
        return None
    best = results[0]
    for other in results:  # of equals the one that most of the web is written in
        if (other.chaos, other.coherence) == (
            best.chaos,
            best.coherence,
        ) and "cp1252" in other.could_be_from_charset:
            return "cp1252"
    return _codec(best.encoding)


_GUESSED = [
    "gb18030", "big5", "cp949", "cp932", "euc_jp", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp1257", "cp1258", "koi8_r", "iso8859_2", "cp874",
]  # fmt: skip


def _sample(body: bytes) -> bytes:
    """The words of the document without its tags, so that the text decides and not the markup."""
    words = re.sub(rb"<[^<>]*+>", b" ", body[: 4 * _SAMPLE])
    first = re.search(rb"[\x80-\xff]", words)
    words = words[max(0, first.start() - 512) :] if first else words
    if len(words) <= _SAMPLE:
        return words
    return words[:_SAMPLE].rpartition(b" ")[0] or words[:_SAMPLE]  # never inside a character of two bytes


def wide(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: zeros among the bytes, and letters of the world in pairs of them."""
    head = body[:4096]
    head = head[: len(head) & ~1]
    if b"\0" not in head:
        return None  # no markup, digit or line end is without one
    if head.count(0) * 4 < len(head) and "\ufffd" not in head.decode("utf-8", "replace")[:-4]:
        return None  # text with zeros in it: of Latin letters half of the bytes were zero, Han are no UTF-8
    best = max(("utf-16-le", "utf-16-be"), key=lambda codec: _plain_share(head, codec))
    return best if _plain_share(head, best) >= 0.97 and head.count(0) * 50 >= len(head) else None


def _plain_share(head: bytes, codec: str) -> float:
    """Share of characters, read that way, that a document of news is made of."""
    text = head.decode(codec, "replace")
    return len(_PLAIN.findall(text)) / len(text) if text else 0.0


def _own_label(body: bytes) -> str | None:
    """What the document says in its first kilobytes: XML declaration, meta, @charset."""
    head = body[:_PRESCANNED]
    if found := _XML.search(head) or _CSS.search(head):
        return found[1].decode("ascii", "replace")
    found = _META.search(_COMMENT.sub(b"", head))
    return found[1].decode("ascii") if found else None


def _codec(label: str | None) -> str | None:
    """Python's name for a label as the web means it; None where it means nothing."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    name = _ON_THE_WEB.get(name) or _ON_THE_WEB.get(name.replace("_", "-")) or name
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in ("idna", "punycode", "undefined"):
        return None
    return _ON_THE_WEB.get(found.name, found.name)


def _web_name(codec: str) -> str:
    if codec in _NAMES:
        return _NAMES[codec]
    return re.sub(r"^cp(?=125)", "windows-", codec.replace("_", "-"))
