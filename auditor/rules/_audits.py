"""An audit to what most rules ask of it: the images of the article, with words for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from auditor.markup.addresses import canonical, redact
from auditor.model import Audit, Hit, ImageReference, Outcome, Pairing, Picture, StandIn, State

_TELLING = re.compile(r"[?#@\x00-\x20\x7f]")  # userinfo, query, fragment, or what is no URL
_LIGHTBOX = re.compile(r"light-?box|photoswipe|pswp|fancybox")  # as the commonest scripts call it
_SHOWN = 120  # characters of an address or a text that a message shows


def every(audit: Audit) -> Iterator[tuple[ImageReference, Outcome]]:
    """All references with their outcomes, in reading order."""
    return zip(audit.article.references, audit.outcomes, strict=True)


def content(audit: Audit) -> Iterator[tuple[ImageReference, Outcome]]:
    """The images of the article itself: the lead and those in the body."""
    return ((r, o) for r, o in every(audit) if r.role in ("lead", "body"))


def pictures(audit: Audit) -> Iterator[tuple[ImageReference, Outcome, Picture]]:
    """The article's own images that were decoded and show what they are meant to show.

    Stand-ins, single pixels and invisible pictures are told by rules of their own; of their size,
    format or likeness there is nothing more to say.
    """
    known = stand_ins(audit)
    for reference, outcome in content(audit):
        picture = outcome.picture if outcome.state is State.OK else None
        if picture and reference.index not in known and not is_invisible(picture):
            yield reference, outcome, picture


def stand_ins(audit: Audit) -> Mapping[int, StandIn]:
    """The stand-ins by reference index: those seen in this run, and those learned from an archive.

    A drawing that comes for many addresses stands for none of them; a logo has one address or two.
    """
    if audit.history is None:
        return audit.stand_ins
    found = dict(audit.stand_ins)
    for reference, outcome in content(audit):
        places = audit.history.addresses.get(reference.index, 0)
        print_ = outcome.picture.fingerprint if outcome.picture else None
        if places >= audit.options.stand_in_addresses and print_ and print_.texture != "photo":
            why = f"the archive knows one flat picture at {places:,} addresses"
            found.setdefault(reference.index, StandIn("learned", why, places))
    return found


def is_invisible(picture: Picture) -> bool:
    """Whether a reader sees nothing of the picture: a few pixels, or all of them transparent."""
    sides = (picture.width_px, picture.height_px)
    tiny = None not in sides and max(side or 0 for side in sides) <= 3
    return tiny or picture.transparent_share >= 1.0


def is_aside(reference: ImageReference) -> bool:
    """Whether a fault in the markup is one of the page's machinery, and no image of the article's."""
    return reference.role in ("chrome", "metadata") or "hidden" in reference.attributes


def address_key(reference: ImageReference) -> str:
    """What is equal for the same address on another night."""
    url = reference.url
    if url and url.startswith(("http", "s3:")) and url.isascii() and not _TELLING.search(url):
        return url  # canonical as it stands: saves half of the time of an article of 100,000 images
    return canonical(url or reference.address)


def picture_key(reference: ImageReference, outcome: Outcome) -> str:
    """What is equal for the same bytes, or else for the same address."""
    return outcome.sha256 or address_key(reference)


def shown(text: str) -> str:
    """A text in a message, on one line and not too long."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def address(reference: ImageReference) -> str:
    """The address as a message shows it: without secrets."""
    return shown(redact(reference.address.strip() or reference.url or "")) or "(no address)"


def line(reference: ImageReference) -> str:
    return f"line {reference.span.line}"


def lines(references: Iterable[ImageReference]) -> str:
    """The places of several images: "lines 3, 8 and 12"."""
    numbers = [str(n) for n in sorted({reference.span.line for reference in references})]
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def outcome_hits(
    audit: Audit,
    state: State,
    tell: Callable[[Outcome], str],
    when: Callable[[Outcome], bool] = lambda _: True,
) -> Iterator[Hit]:
    """A hit for each address whose outcome has the state: `tell` says what happened."""
    for reference, outcome in every(audit):
        if outcome.state is state and when(outcome):
            yield Hit(
                message=f"{tell(outcome)}: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"address": redact(reference.address)},
                evidence=outcome_evidence(outcome),
                unverified=state.verdict == "unverified",
            )


def outcome_evidence(outcome: Outcome) -> dict[str, Any]:
    """What a report may quote of an outcome; what is unknown is left out."""
    known = {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "detail": outcome.detail,
        "http-status": outcome.http_status,
        "tries": outcome.tries,
        "declared-type": outcome.declared_type,
        "size-bytes": outcome.size_bytes,
        "final-url": redact(outcome.final_url) if outcome.final_url else None,
        **outcome.evidence,
    }
    return {key: value for key, value in known.items() if value not in (None, "", 0)}


def cause(outcome: Outcome) -> str:
    """The detail in the words of whoever answered, or else the stable word for it."""
    return shown(outcome.detail) or (outcome.reason or outcome.state.value)


def same_pictures(audit: Audit) -> Iterator[tuple[str, int, list[int]]]:
    """Groups of this article's images that show the same: kind, largest distance, indexes.

    What stands for nothing (stand-ins, single pixels) is left out, and what a reader sees only when a
    picture of the text is opened; a group has two or more.
    """
    able = {reference.index for reference, _, _ in pictures(audit)}
    prefix = f"{audit.article.id}#"
    for group in audit.duplicates:
        own = [int(m.removeprefix(prefix)) for m in group.members if m.startswith(prefix)]
        members = sorted(index for index in own if index in able)
        if len(members) > 1 and len(members := _in_the_open(audit, members)) > 1:
            yield group.kind, group.distance_bits, members


def by_address(audit: Audit) -> dict[str, list[ImageReference]]:
    """The article's own images by canonical address, in reading order; see `same_pictures`."""
    groups = defaultdict(list)
    for reference, _ in content(audit):
        if reference.url:
            groups[address_key(reference)].append(reference)
    for key, references in groups.items():
        if len(references) > 1:
            indexes = _in_the_open(audit, [reference.index for reference in references])
            groups[key] = [audit.article.references[index] for index in indexes]
    return groups


def _in_the_open(audit: Audit, members: list[int]) -> list[int]:
    """The images without those in a box that opens over the page, if any stands in the text itself."""
    boxes, references = audit.article.boxes, audit.article.references
    found = []
    for index in members:
        box = references[index].box
        while box >= 0 and not (boxes[box].tag == "dialog" or _LIGHTBOX.search(boxes[box].hints)):
            box = boxes[box].parent
        if box < 0:
            found.append(index)
    return found or members


def is_below(name: str, hosts: Iterable[str]) -> bool:
    """Whether a host name is one of the hosts or a name below one."""
    return any(name == one or name.endswith(f".{one}") for one in hosts if one)


# Elements whose author is asked for an alternative text; a background, a poster or a placeholder has none.
_DESCRIBABLE = ("img", "amp-img", "amp-anim", "picture")


def describable(audit: Audit) -> Iterator[tuple[ImageReference, Outcome]]:
    """The article's own images that take an alternative text and that a screen reader comes to.

    In the placeholder dialect every image says alt="": it is the format's way, and no author's.
    """
    for reference, outcome in content(audit):
        hidden = "hidden" in reference.attributes or reference.attributes.get("aria-hidden") == "true"
        if reference.kind in _DESCRIBABLE and audit.article.dialect != "placeholder" and not hidden:
            yield reference, outcome


def other_name(reference: ImageReference) -> str:
    """What a screen reader says in place of an alternative text (accname-1.2, 4.3.2): aria, then title."""
    own = reference.attributes
    names = (own.get(name, "").strip() for name in ("aria-labelledby", "aria-label", "title"))
    return next((name for name in names if name), "")


def captioned(audit: Audit) -> Iterator[tuple[ImageReference, Pairing]]:
    """The article's own images with their pairings."""
    for reference, pairing in zip(audit.article.references, audit.captions.pairings, strict=False):
        if reference.role in ("lead", "body"):
            yield reference, pairing


def declared_px(reference: ImageReference, side: str) -> int | None:
    """The width or height that the element declares in pixels; None where it says something else."""
    said = reference.attributes.get(side, "").strip().removesuffix("px").strip()
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 6 and int(said) else None
