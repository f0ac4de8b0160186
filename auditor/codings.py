"""Content-Encoding: chunks as they came over the wire to pieces of the body, never more than asked.

Every decoder gives its output in pieces of at most `PIECE` bytes, so that whoever adds them up can
stop a bomb before it is unpacked.

A coding that nobody knows ("none", "utf-8", "aws-chunked") is passed through, as browsers do: the body
is mostly fine (Chromium 130 shows such pictures). A gzip that is none they refuse, and so do we.
"""

from __future__ import annotations

import functools
import importlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from auditor.errors import ResolveError
from auditor.model import State

PIECE = 256 * 1024
_MAX_CODINGS = 3
_MAX_MEMBERS = 1024


class CodingError(Exception):
    """The body is not what its Content-Encoding says; `str()` says how."""

    def outcome(self, status: int | None) -> ResolveError:
        """What it means for the image."""
        return ResolveError(State.BROKEN, "bad-encoding", str(self), http_status=status)


class NoDecoderError(CodingError):
    """A coding that browsers undo and this Python cannot: nothing is known of the body."""

    def outcome(self, status: int | None) -> ResolveError:
        return ResolveError(State.UNSUPPORTED, "coding", str(self), http_status=status)


class _Coding(Protocol):
    @property
    def whole(self) -> bool: ...

    def feed(self, data: bytes) -> Iterator[bytes]: ...


class Unpacker:
    """Undoes the codings of one body. Raises `CodingError` for damaged data.

    `unread` is a coding of the body that nobody knows: then none of them is undone.
    """

    def __init__(self, content_encoding: str) -> None:
        self.unread: str | None = None
        self._steps: list[_Coding] = []
        if not content_encoding:
            return
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name and name != "identity"]
        if len(names) > _MAX_CODINGS:
            raise CodingError(f"{len(names)} codings on top of each other")
        self.unread = next((name[:40] for name in names if name not in _CODINGS), None)
        if self.unread is None:
            self._steps = [_start(name) for name in reversed(names)]

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The pieces of the body that this chunk gives."""
        pieces: Iterable[bytes] = (data,)
        for step in self._steps:
            pieces = _through(step, pieces)
        return iter(pieces)

    @property
    def whole(self) -> bool:
        """Whether every coding came to its own end."""
        return all(step.whole for step in self._steps)


def unread(name: str) -> CodingError:
    """What to say of a body under a coding that nobody knows, where as it stands it is no picture."""
    return CodingError(f"nobody knows its Content-Encoding ({name!r}), and as it stands it is no picture")


def accepted() -> str:
    """The Accept-Encoding that this Python can honour."""
    return "gzip, deflate, br, zstd" if zstd() else "gzip, deflate, br"


def _through(step: _Coding, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from step.feed(piece)


def _start(name: str) -> _Coding:
    if name == "zstd" and zstd() is None:
        raise NoDecoderError("its Content-Encoding is zstd: to undo it, pip install 'auditor[zstd]'")
    return _CODINGS[name]()


class _Members:
    """A coding of members one after the other (RFC 1952, RFC 8878); what follows the last is ignored."""

    def __init__(self, start: Callable[[], Any], magic: bytes) -> None:
        self._start = start
        self._magic = magic
        self._member = start()
        self._members = 1
        self._begun = False

    @property
    def whole(self) -> bool:
        return bool(self._member.eof) or not self._begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data or self._holds_back():
            if self._member.eof:
                if not data.startswith(self._magic) or self._members >= _MAX_MEMBERS:
                    return
                self._member = self._start()
                self._members += 1
            self._begun = True
            piece, data = self._step(data)
            if piece:
                yield piece

    def _holds_back(self) -> bool:
        """Whether there is output left without further input."""
        return False

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        piece = self._member.decompress(data, PIECE)
        rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return piece, rest


class _Gzip(_Members):
    def __init__(self) -> None:
        super().__init__(functools.partial(zlib.decompressobj, 31), b"\x1f\x8b")

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield from super().feed(data)
        except zlib.error as error:
            raise CodingError(f"gzip: {error}") from None


class _Deflate:
    """RFC 9110 says zlib; many servers send bare deflate, and browsers take both."""

    def __init__(self) -> None:
        self._stream: Any = None

    @property
    def whole(self) -> bool:
        return self._stream is None or bool(self._stream.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None and data:
            self._stream = zlib.decompressobj(15 if data[0] & 0x0F == 8 else -15)
        try:
            while data and not self._stream.eof:
                piece = self._stream.decompress(data, PIECE)
                data = self._stream.unconsumed_tail
                if piece:
                    yield piece
        except zlib.error as error:
            raise CodingError(f"deflate: {error}") from None


class _Brotli:
    def __init__(self) -> None:
        import brotli  # 10 ms that an article of local files does not pay

        self._error: type[Exception] = brotli.error
        self._stream = brotli.Decompressor()
        self._begun = False

    @property
    def whole(self) -> bool:
        return not self._begun or bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        try:
            while not self._stream.is_finished():
                piece = self._stream.process(data, output_buffer_limit=PIECE)
                data = b""
                if piece:
                    yield piece
                elif self._stream.can_accept_more_data():
                    return
        except self._error:
            raise CodingError("br: damaged data") from None


class _Zstd(_Members):
    def __init__(self) -> None:
        module = zstd()
        assert module is not None
        self._error: type[Exception] = module.ZstdError
        super().__init__(module.ZstdDecompressor, b"\x28\xb5\x2f\xfd")

    def _holds_back(self) -> bool:
        return not self._member.eof and not self._member.needs_input

    def _step(self, data: bytes) -> tuple[bytes, bytes]:
        piece = self._member.decompress(data, PIECE)
        return piece, self._member.unused_data if self._member.eof else b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield from super().feed(data)
        except self._error as error:
            raise CodingError(f"zstd: {error}") from None


_CODINGS: dict[str, Callable[[], _Coding]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}


@functools.cache
def zstd() -> Any:
    """The standard library's zstd (Python 3.14) or its backport; None without either."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None
