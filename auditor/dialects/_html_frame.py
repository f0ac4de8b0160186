"""Turns the elements around an image into what they say of it: a link to a page, hidden, for no script."""

from __future__ import annotations

import msgspec

_HANDED_DOWN = ("data-caption", "data-credit")  # of a link that opens the picture in a box

Attributes = dict[str, str | None]


class Frame(msgspec.Struct, gc=False):
    """An element that says something of all in it, and the next such element around it.

    Most are links around words alone, so what they say is put together only when an image in them asks,
    and then kept. `link` is the href of an `<a>`; `unshown`: it is hidden until something happens.
    """

    around: Frame | None
    tag: str
    attributes: Attributes
    link: str | None
    unshown: bool
    known: dict[str, str] | None = None

    def context(self) -> dict[str, str]:
        """What it and all around it say: the page they link to ("link"), "hidden", "noscript"."""
        unread = []
        frame: Frame | None = self
        while frame is not None and frame.known is None:
            unread.append(frame)
            frame = frame.around
        known = frame.known if frame is not None and frame.known is not None else {}
        for frame in reversed(unread):
            frame.known = known = {**known, **frame.own()}
        return known

    def own(self) -> dict[str, str]:
        """What the element itself says."""
        found = {}
        if self.link is not None:
            found["link"] = self.link
        if self.tag == "noscript":
            found["noscript"] = ""
        if self.tag == "a":
            found.update((n, self.attributes[n] or "") for n in _HANDED_DOWN if n in self.attributes)
        if self.unshown:
            found["hidden"] = ""
        if self.attributes.get("aria-hidden") == "true":
            found["aria-hidden"] = "true"
        return found
