"""Bytes to picture facts, inside a worker process; auditor/decoder.py starts it and talks to it.

`main` is the nursery: it imports what decoding needs, gives up what it does not need, and forks a
worker for every socket it is handed. A worker answers one job after the other (auditor/wire.py).
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import io
import os
import resource
import signal
import socket
import sys
import warnings

import msgspec
from PIL import Image

from auditor import beginnings, confinement, fingerprint, memory, metadata, sampling, svg, wire
from auditor.container import Container, appended, cut, damaged, too_many
from auditor.containers import png
from auditor.errors import PictureError
from auditor.model import Picture, State
from auditor.sniffing import MEDIA_TYPES, Kind, first_bytes, inflated, sniff

_SIDE = 256  # a JPEG is decoded at the smallest scale whose sides stay at or above this
_STRIP = 1 << 22  # pixels hashed at a time
_ORIENTATION = 0x0112
# Legal kinds of BMP that Chromium 156 shows: odd channels, 2 bits, runs that leave pixels out.
_BEYOND_PILLOW = (
    "Unsupported BMP bitfields",
    "Unsupported BMP pixel depth (2)",
    "Unsupported BMP compression (6)",
    "Unsupported BMP header type (16)",
    "not enough image data",
)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PLUGINS = {
    "avif": "Avif",
    "bmp": "Bmp",
    "gif": "Gif",
    "ico": "Ico",
    "jpeg": "Jpeg",
    "png": "Png",
    "tiff": "Tiff",
    "webp": "WebP",
}
_WALKERS = {name: importlib.import_module(f"auditor.containers.{name}").walk for name in _PLUGINS}


def examine(body: bytes, job: wire.Job) -> Picture:
    """What the picture in these bytes is. Raises `PictureError`."""
    kind = sniff(body, job.declared_type)
    if kind.family == "other":
        raise PictureError(State.NOT_IMAGE, kind.name, _said(kind), evidence=dict(kind.evidence))
    if kind.family == "undecodable":
        detail = f"{kind.name.upper()} cannot be decoded here"
        raise PictureError(State.UNSUPPORTED, "format", detail, evidence=dict(kind.evidence))
    try:
        if job.beginning:
            return beginnings.read(kind.name, body, job.limits.max_pixels)
        picture = _facts(kind.name, body, job)
    except PictureError as error:
        error.evidence = {"first-bytes": first_bytes(body), "format": kind.name, **error.evidence}
        if not job.complete and error.state is State.BROKEN:
            error.reason, error.detail = "short-body", _short(len(body), error.detail)
        raise
    if not job.complete:
        raise PictureError(State.BROKEN, "short-body", _short(len(body), "what came decodes"))
    return picture


def _facts(name: str, body: bytes, job: wire.Job) -> Picture:
    try:
        if name == "svg":
            return svg.read(_inflated(body, job.limits.max_bytes))
        return _decode(name, body, _WALKERS[name](body, job.limits.max_pixels), job)
    except PictureError:
        raise
    except MemoryError:
        raise too_many("pixels", "it needs more memory than a picture may take") from None
    except Exception as error:  # a decoder may raise anything on bytes from outside
        message = " ".join(str(error).split())[:200]
        if name == "bmp" and message.startswith(_BEYOND_PILLOW):
            raise PictureError(State.UNSUPPORTED, "format", f"BMP: {message}") from None
        if "truncated" in message or "broken data stream" in message:
            raise PictureError(State.BROKEN, "truncated", message) from None
        raise damaged(message or type(error).__name__) from None


def _inflated(body: bytes, limit: int) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    content = inflated(body, limit)
    if content is None:
        raise damaged("its compressed data cannot be read")
    return content


def _decode(name: str, body: bytes, container: Container, job: wire.Job) -> Picture:
    stream = body if container.slim is None else container.slim
    image, mode = _whole(name, stream, container.paddings, look=job.fingerprint)
    if name == "png" and _ends_black(image) and png.lacks_rows(stream):
        raise cut("its last rows are missing")
    orientation, fields = metadata.read(container.exif, container.iptc, container.xmp)
    if name == "avif":
        orientation = _rotation(image)
    turn = 1 if name == "tiff" else orientation  # Pillow turns TIFF by itself
    width, height = (container.width_px, container.height_px) if name == "jpeg" else image.size
    appended_bytes, appended_kind = appended(body, container.end)
    picture = Picture(
        format=name,
        media_type=MEDIA_TYPES[name],
        width_px=height if turn >= 5 else width,
        height_px=width if turn >= 5 else height,
        frames=container.frames,
        mode=mode,
        orientation=orientation,
        pixels=_stream_digest(stream, orientation) if name == "jpeg" and job.fingerprint else None,
        appended_bytes=appended_bytes,
        appended_kind=appended_kind,
        metadata=fields,
    )
    return _seen(picture, _upright(image, turn)) if job.fingerprint else picture


def _seen(picture: Picture, image: Image.Image) -> Picture:
    """The picture with what its pixels tell."""
    flat, transparent = _flatten(image)
    sample = sampling.sample(flat)
    colour, share = sampling.top_colour(sample)
    return msgspec.structs.replace(
        picture,
        pixels=picture.pixels or _pixel_digest(image),
        fingerprint=fingerprint.compute(flat, sample),
        detail=sampling.detail(sample),
        top_colour=colour,
        top_colour_share=share,
        transparent_share=transparent,
    )


def _whole(name: str, stream: bytes, paddings: tuple[bytes, ...], *, look: bool) -> tuple[Image.Image, str]:
    """The first frame, decoded to its last byte, and its mode; raises whatever the decoder raises.

    A JPEG is scaled down as far as its pixels allow that are to be looked at; where none are, colours
    are not put together either, which saves a fifth of the time.
    """
    probes = paddings if len(paddings) > 1 else ()
    if len({_pixel_digest(_opened(name, stream + padding)) for padding in probes}) > 1:
        raise PictureError(State.BROKEN, "truncated", "its last pixels are missing")
    image = _opened(name, stream + paddings[0] if paddings[0] else stream, load=False)
    mode = image.mode
    if name == "jpeg":
        image.draft("RGB" if look else "L", (_SIDE, _SIDE) if look else (1, 1))
    image.load()
    return image, mode


def _ends_black(image: Image.Image) -> bool:
    """Whether one of the last two rows is nothing but zeros, as decoders leave what they were not given."""
    rows = [image.crop((0, y, image.width, y + 1)) for y in range(max(0, image.height - 2), image.height)]
    return not all(any(row.tobytes()) for row in rows)


def _opened(name: str, stream: bytes, *, load: bool = True) -> Image.Image:
    image = Image.open(io.BytesIO(stream), formats=[name.upper()])
    if load:
        image.load()
    return image


def _stream_digest(stream: bytes, orientation: int) -> str:
    """What stands for the pixels of a JPEG: the bytes that are decoded, and how they are turned."""
    digest = hashlib.sha256(stream)
    digest.update(bytes([orientation]))
    return digest.hexdigest()


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _rotation(image: Image.Image) -> int:
    """The orientation of an AVIF: that of its rotation and mirror boxes, which Pillow puts into the EXIF."""
    turned = image.getexif().get(_ORIENTATION, 1)
    return turned if turned in _TURNS else 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image.transpose(turn) if turn is not None else image


def _flatten(image: Image.Image) -> tuple[Image.Image, float]:
    """The picture in RGB on white, and the share of its pixels that were fully transparent."""
    if not image.has_transparency_data:
        return image if image.mode == "RGB" else image.convert("RGB"), 0.0
    layered = image.convert("RGBA")
    alpha = layered.getchannel("A")
    clear = alpha.histogram()[0] / max(1, image.width * image.height)
    flat = Image.new("RGB", image.size, "white")
    flat.paste(layered, mask=alpha)
    return flat, clear


def _pixel_digest(image: Image.Image) -> str:
    """Equal for equal pixels, whatever the format they were stored in."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith(("I", "F")):
        mode = image.mode  # more than 8 bits
    digest = hashlib.sha256(f"{mode} {image.width} {image.height}".encode())
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        digest.update(strip.convert(mode).tobytes())
    return digest.hexdigest()


def _said(kind: Kind) -> str:
    if kind.name == "empty":
        return "no bytes"
    title = kind.evidence.get("page-title")
    if title:
        return f"an HTML page, {title!r}"
    like = kind.evidence.get("looks-like")
    return {"html": "an HTML page", "json": "JSON", "text": like or "text"}.get(
        kind.name, like or "no known format"
    )


def _short(size: int, what: str) -> str:
    return f"the transfer ended early, after {size:,} bytes: {what}"


# --- the process ------------------------------------------------------------------------------


def main(control: int, address_bytes: int) -> None:
    """Fork a worker for every socket that comes down the control line; end all with its end."""
    line = socket.socket(fileno=control)
    _settle(address_bytes)
    while True:
        data, handed, _, _ = socket.recv_fds(line, 1, 1)
        if not data:
            os.killpg(0, signal.SIGKILL)
        if os.fork() == 0:
            line.close()
            _work(socket.socket(fileno=handed[0]))
            os._exit(0)
        os.close(handed[0])


def _settle(address_bytes: int) -> None:
    """Give up what no worker needs. Core files, output and other files are refused from here on."""
    for limit, value in (
        (resource.RLIMIT_AS, address_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        with contextlib.suppress(ValueError, OSError):  # the platform's own limit is lower, or unknown
            resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory.keep()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # the containers' walks decide
    for plugin in _PLUGINS.values():
        importlib.import_module(f"PIL.{plugin}ImagePlugin")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # C libraries chatter there


def _work(line: socket.socket) -> None:
    """Answer jobs until the line ends."""
    _bind_to_parent()
    confinement.confine()  # where the platform can
    line.sendall(wire.HELLO.pack(os.getpid()))
    while head := _receive(line, wire.HEADER.size):
        sizes = wire.HEADER.unpack(head)
        job = wire.decode_job(_receive(line, sizes[0]))
        body = _receive(line, sizes[1])
        signal.setitimer(signal.ITIMER_PROF, job.limits.seconds)  # ends the process, even inside C code
        answer = wire.encode(_answer(body, job))
        signal.setitimer(signal.ITIMER_PROF, 0)
        line.sendall(wire.HEADER.pack(len(answer), 0) + answer)


def _answer(body: bytes, job: wire.Job) -> wire.Answer:
    try:
        return wire.Answer(picture=examine(body, job))
    except PictureError as error:
        failure = wire.Failure(error.state, error.reason, error.detail, error.evidence)
        return wire.Answer(failure=failure)


def _receive(line: socket.socket, size: int) -> bytes:
    """So many bytes; none where the line has ended."""
    buffer = bytearray(size)
    view, got = memoryview(buffer), 0
    while got < size:
        count = line.recv_into(view[got:])
        if not count:
            return b""
        got += count
    return bytes(buffer)


def _bind_to_parent() -> None:
    """Die with the nursery, and never gain rights (Linux; elsewhere the end of the line must do)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
