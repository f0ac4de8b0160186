"""Tells by its name whether a box is no part of a story: a menu, an advertisement, what is related."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

# What classes, ids and roles call the parts of a page that are not the story; whole tokens or their parts.
_FRAME_WORDS = frozenset(
    "account ad ads adslot advert advertisement advertising affiliate alsoread annonce annonces anzeige "
    "anzeigen aside auteur auteurs author authors autor autora autore autoren autorin avatar banner bio "
    "breadcrumb breadcrumbs byline cartoon comentarios comment commentaires commenti comments "
    "complementary consent contentinfo contributor contributors cookie correlate correlati disqus "
    "empfehlung empfehlungen footer games gerelateerd horoscope kommentare kommentarer latest "
    "latestnews leesook lesauch lireaussi login logo maisleidas masleidas masthead maylike meistgelesen "
    "menu mightlike modal morefrom morenews morestories mostpopular mostread nav navbar navigation "
    "newsletter offcanvas onward onwards outbrain overlay paywall piuletti pluslus podcast popular "
    "popup promo promos pubblicita publicidad publicidade publicite readalso readmore readnext recirc "
    "recirculation recommend recommendation recommendations recommended redacteur reklam reklama "
    "reklame relacionadas relacionados related reporter reporters search seealso share sharebar sharing "
    "shop shopping sidebar signup skyscraper social sponsor sponsored subscribe subscription tabbar "
    "taboola taglist tags teaser teasers ticker toolbar topbar topics topstories trending upnext "
    "verwandte voiraussi weather werbung".split()
)
_TOKEN = re.compile(r"[^_/:]+")  # of a class or id
_JOINING = frozenset(("and", "with", "without", "no", "has"))
_JOINED = re.compile(rf"(?:^|[_-])(?:{'|'.join(sorted(_JOINING))})(?:[_-]|$)")
_PART = re.compile(r"[^_/:-]+")  # of such a token, between its hyphens
# A box that is named for the shape of its picture: "teaser-img", "image-teaser-l slideshow".
_SHAPED = re.compile(
    r"teasers?[-_]*(?:img|image|bild|photo|pic)|(?:img|image|bild|photo|pic(?:ture)?)[-_]*teaser"
)


@lru_cache(maxsize=4096)  # a site has the same few names on all its pages
def names_frame(hints: str) -> bool:
    """Whether a name says that its box is no part of a story."""
    return any(map(_is_frame_name, hints.split()))


@lru_cache(maxsize=4096)
def names_shape(hints: str) -> bool:
    """Whether a box is named for the shape of its picture, and for nothing else that frames a story."""
    return bool(_SHAPED.search(hints)) and not names_frame(hints.replace("teaser", ""))


@lru_cache(maxsize=16_384)
def _is_frame_name(name: str) -> bool:
    """Whether a part of a class or id, or two parts written as one, is such a word.

    In "article-with-sidebar" and "no-sidebar" the first part counts.
    """
    if name.isalnum():
        return name in _FRAME_WORDS
    parts = _PART.findall(name)
    if not _JOINING.isdisjoint(parts):
        name = _JOINED.split(name, maxsplit=1)[0]
        parts = _PART.findall(name)
    if not _FRAME_WORDS.isdisjoint(parts):
        return True
    if "-" not in name:
        return False
    hyphened = (token.split("-") for token in _TOKEN.findall(name) if "-" in token)
    return any(not _FRAME_WORDS.isdisjoint(map("".join, pairwise(parts))) for parts in hyphened)
