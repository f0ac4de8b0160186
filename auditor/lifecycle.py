"""Findings of two nights to what became of each: new, persisting, fixed, reopened, unverified."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from auditor.model import Lifecycle, Value

OPEN = ("new", "persisting", "reopened", "unverified")


class Known(Value, frozen=True):
    """A finding that the catalog has; `addresses` are those of its images."""

    key: str
    code: str
    lifecycle: Lifecycle
    addresses: tuple[str, ...] = ()


def found_again(known: Known | None) -> Lifecycle:
    """What a finding of tonight is called."""
    if known is None:
        return "new"
    return "reopened" if known.lifecycle == "fixed" else "persisting"


def gone(known: Known, unverified: Collection[str], codes: Collection[str]) -> Lifecycle:
    """What a finding is called that its article was searched for in vain.

    It is fixed only where its rule ran (`codes`) and none of its images was out of reach: an outage
    never fixes anything, nor does a rule that was switched off.
    """
    if known.lifecycle == "fixed":
        return "fixed"
    if known.code not in codes or not set(unverified).isdisjoint(known.addresses):
        return "unverified"
    return "fixed"


def changes(
    known: Mapping[str, Known], found: Iterable[str], unverified: Collection[str], codes: Collection[str]
) -> dict[str, Lifecycle]:
    """What each finding of one article, of tonight or of before, is called now, by key."""
    told: dict[str, Lifecycle] = {key: found_again(known.get(key)) for key in found}
    told.update((key, gone(old, unverified, codes)) for key, old in known.items() if key not in told)
    return told
