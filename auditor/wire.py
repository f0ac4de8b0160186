"""The messages between the decoder and its workers: what to look at, within which limits, what came out.

A request is `HEADER.pack(len(job), len(body))`, the job as msgpack, the body as it is; an answer is
`HEADER.pack(len(answer), 0)` and the answer as msgpack. A worker says its process id first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import msgspec

from auditor.model import Picture, State, Value

HEADER = struct.Struct("<QQ")
HELLO = struct.Struct("<Q")


class Limits(Value, frozen=True):
    """What one picture may cost. `seconds` is wall-clock time, `address_bytes` the worker's memory."""

    max_pixels: int
    max_bytes: int
    address_bytes: int
    seconds: float


class Job(Value, frozen=True):
    """One picture to look at; its body follows.

    `complete` is False where the transfer ended early, `beginning` says that only the first bytes were
    asked for: format and size are wanted, not a decoded picture.
    """

    limits: Limits
    declared_type: str | None = None
    complete: bool = True
    fingerprint: bool = True
    beginning: bool = False


class Failure(Value, frozen=True):
    """A `PictureError` on its way to the parent."""

    state: State
    reason: str
    detail: str
    evidence: Mapping[str, str] = {}


class Answer(Value, frozen=True):
    """Exactly one of the two is there."""

    picture: Picture | None = None
    failure: Failure | None = None


encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode
