"""What links two pictures, to words for a person: "same picture, cropped to the left half, 40 % smaller"."""

from __future__ import annotations

from auditor import likeness
from auditor.likeness import Link
from auditor.model import Fingerprint, Picture
from auditor.windows import Window

Box = tuple[int, int, int, int]

_NO_MATTER = 0.015  # of a side or a size

_SHARES = (
    (1 / 4, "quarter"), (1 / 3, "third"), (1 / 2, "half"), (2 / 3, "two thirds"), (3 / 4, "three quarters"),
)  # fmt: skip


def difference(one: Picture, other: Picture, link: Link) -> str:
    """How the second picture differs from the first; for a crop the cropped one from the whole."""
    parts = []
    if link.turn is not None:
        parts.append(link.turn)
    if link.window is not None:
        parts.append(f"cropped {_place(link.window)}")
    first, second = one.fingerprint, other.fingerprint
    if first is not None and second is not None:
        parts += _changes(first, second)
    parts = parts or ["re-encoded"]
    if size := _size(one, other, link.window.area if link.window is not None else 1.0):
        parts.append(size)
    return "same picture, " + (" and ".join(parts) if len(parts) < 3 else ", ".join(parts))


def exact(one: Picture, other: Picture, *, same_bytes: bool) -> str:
    """How pictures of equal pixels differ."""
    if same_bytes:
        return "the same file"
    return f"the same pixels in another file{_formats(one, other)}"


def box_px(window: Window, picture: Picture) -> Box:
    """Left, top, right, bottom in pixels of the whole picture."""
    width, height = picture.width_px or 0, picture.height_px or 0
    return (
        round(window.left * width),
        round(window.top * height),
        round(window.right * width),
        round(window.bottom * height),
    )


def area(picture: Picture) -> int:
    """Pixels of the picture."""
    return (picture.width_px or 0) * (picture.height_px or 0)


def _changes(first: Fingerprint, second: Fingerprint) -> list[str]:
    changes = []
    if bordered(first, second):
        changes.append("with a border" if second.inner else "without the border")
    if first.colours and second.colours and likeness.is_grey(first) != likeness.is_grey(second):
        changes.append("in black and white" if likeness.is_grey(second) else "in colour")
    return changes


def bordered(first: Fingerprint, second: Fingerprint) -> bool:
    """Whether the one without a border agrees with what is inside the border of the other.

    A plain background above what a picture shows may pass for a border; then the wholes agree better.
    """
    one_has = bool(first.inner) != bool(second.inner)
    return one_has and likeness.near_bits(first, second) < likeness.apart(first.phash, second.phash)


def _size(one: Picture, other: Picture, share: float) -> str:
    """How much smaller the second shows what both show: all of the first, or a share of it."""
    if not area(one) or not area(other):
        return ""
    ratio = (area(other) / (area(one) * share)) ** 0.5
    if abs(ratio - 1) < _NO_MATTER:
        return ""
    if ratio < 1:
        return f"{round(100 * (1 - ratio))} % smaller"
    return f"{round(100 * (ratio - 1))} % larger" if ratio < 2 else f"{ratio:.1f} times as large"


def _formats(one: Picture, other: Picture) -> str:
    return "" if one.format == other.format else f" ({one.format} and {other.format})"


def _place(window: Window) -> str:
    """ "to the left half", "at the top and the right"."""
    across = _side(window.left, 1 - window.right, "left", "right")
    down = _side(window.top, 1 - window.bottom, "top", "bottom")
    wide, high = window.right - window.left, window.bottom - window.top
    if min(wide, high) > 0.88:
        edges = [edge for edge, cut in _cuts(window) if cut > _NO_MATTER]
        return f"a little at the {_listed(edges)}" if edges else "a little"
    if high > 1 - 2 * _NO_MATTER:
        return f"to the {across}{_share(wide)}"
    if wide > 1 - 2 * _NO_MATTER:
        return f"to the {down}{_share(high)}"
    place = " ".join(word for word in (down.strip(), across.strip()) if word != "middle") or "middle"
    return f"to {round(100 * window.area)} % of it, at the {place}"


def _side(before: float, after: float, low: str, high: str) -> str:
    if abs(before - after) < 2 * _NO_MATTER:
        return "middle "
    return f"{low} " if before < after else f"{high} "


def _share(size: float) -> str:
    near, word = min((abs(size - share), word) for share, word in _SHARES)
    return word if near < 0.025 else f"{round(100 * size)} %"


def _cuts(window: Window) -> list[tuple[str, float]]:
    return [
        ("top", window.top),
        ("bottom", 1 - window.bottom),
        ("left", window.left),
        ("right", 1 - window.right),
    ]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
