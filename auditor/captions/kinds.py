"""Tells what the elements around a text call it: a caption, its credit, or a control of the page."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.captions.scopes import CAPTION_HINT

_EDGE = r"(?:^|[\s_-])"
_END = r"(?:$|[\s_-])"
_CREDIT_HINT = re.compile(
    r"credit|kredit|crédit|copyright|quelle|photographer|fotograf|photo-?by|nachweis|bildrechte|"
    rf"{_EDGE}(?:source|agency|agentur|rights|owner|author|autor|byline|provider|creator|urheber|licen[cs]e|"
    rf"attribution|contributor|cred)s?{_END}"
)
_UI_HINT = re.compile(
    rf"{_EDGE}(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|invisible|accessib\w*|a11y|assistive-text|"
    r"offscreen|hide-text|button|btn|icon|tooltip|counter|count|pagination|zoom|expand|enlarge|share|"
    rf"(?<!field--)label-?hidden|toggle|timestamp|duration|close){_END}"
)
_UI_TEXT = re.compile(
    r"(?:open|view|show|enlarge|expand|see|click|tap|zoom|close|hide|toggle)\b.{0,25}\b(?:photo|image|picture|"
    r"gallery|full ?screen|slideshow|caption|larger|modal|in)\b.{0,12}|(?:image |photo )?caption|"
    r"(?:bild|foto|galerie|bilder).{0,20}(?:öffnen|vergrößern|anzeigen|schließen|ansehen)|"
    r"(?:in )?(?:vollbild|lightbox).{0,12}|[\W\d_]*|"
    r"(?:(?:bild|foto|image|photo|picture|slide|imagen|immagine|zdjęcie|фото)\s+)?\d{1,3}\s*(?:/|／|von|of|de|di|van|av|af|sur|ze?|iz|od|din|из|із|з|από|dari|trên)\s*\d{1,3}|"
    r"(?:点击|點擊).{0,8}|拡大.{0,4}|loading\.*|(?:audio|video|podcast)s?(?:\s*:.*|\s+(?:loading|unavailable))?|"
    r".*auto-?play.*|(?:click|tap) to play.*|view \d+ images?|video player is loading\.?|play video|"
    r"the video will (?:start|begin|play).*|"
    r"(?:buy|purchase|order|license)\b.{0,20}(?:photo|image|print|right)s?(?:, opens (?:in a )?new tab)?|"
    r",? ?opens (?:in a )?new (?:tab|window)|"
    r"[\d:]+ ?(?:mins?|secs?|hrs?)\.?|"
    r"\(?\d{1,3} (?:photos?|images?|pictures?|fotos?|bilder|imágenes|imagens|zdję(?:ć|cia|cie)|fot\.|kuvaa|"
    r"foto's|фото)\)?|(?:photo |image |picture )?(?:slide ?show|gallery)(?: \(\d{1,3} [a-z]+\))?|"
    r"\S+\.(?:jpe?g|png|webp|avif|gif|tiff?)|"  # the name of the file
    r"sdílet|share|teilen|compartir|partager|condividi|copy link",
    re.IGNORECASE,
)
_ENDS_AS_CAPTION = re.compile(r" (?:span|small|em|i) (?:\S+ )*\S*(?:caption|legend)\S*(?: \S+)?$")
_LAST_NAMES = 200  # characters of hints in which the innermost element's stand
_CAPTION_ITSELF = re.compile(r"(?:^|[_-])(?:caption|legend|cutline)$")
_CITED = re.compile(r"(?:^|\s)cite(?:$|\s)")


def is_control(text: str) -> bool:
    """Whether a text is what pages write beside a picture for their own use: a button, a counter, a file."""
    return bool(_UI_TEXT.fullmatch(text))


def by_hints(innermost_first: list[str]) -> str | None:
    """What the elements around a text call it; the innermost that says anything decides."""
    for hints in innermost_first:
        if not hints:
            continue
        if hints.startswith("button") or (_UI_HINT.search(hints) and not _ends_as_caption(hints)):
            return "ui"
        if _CREDIT_HINT.search(hints):
            # "image__caption attribution" holds the words, and the credit if there is one
            return "text" if any(map(_is_caption_name, hints.split())) else "credit"
        if _CITED.search(hints):
            return "cite"
        if hints.startswith("figcaption") or CAPTION_HINT.search(hints):
            return "text"
    return None


def _ends_as_caption(hints: str) -> bool:
    """Whether the innermost of several inline elements is a caption: a legend in a link that zooms."""
    return bool(_ENDS_AS_CAPTION.search(hints[-_LAST_NAMES:]))


@lru_cache(maxsize=1024)
def _is_caption_name(name: str) -> bool:
    name = name.rpartition("__")[2]  # of a block's element ("attribution__caption") the element counts
    return bool(_CAPTION_ITSELF.search(name)) and not _CREDIT_HINT.search(name)
