"""Captions and credits as content management systems write them; every page stands in a full frame.

The markup is our own, after what the systems named here put out. Navigation, teasers with and without
links around their pictures, and an author's portrait stand around each story and are never part of it.
"""
# ruff: noqa: E501 (markup reads best unbroken)

from collections.abc import Callable

import pytest

from auditor.captions import pairing, roles
from auditor.dialects import html
from auditor.model import Article, Document

TEXT = (
    "<p>The council voted late on Tuesday to close the old harbour bridge after engineers found cracks in "
    "two of its piers. Residents said they had warned of the damage for years and asked for a ferry.</p>"
)
TOP = (
    '<header><a href="/"><img src="/static/logo.png" width="200"></a><nav><ul><li><a href="/news">News</a>'
    "</li></ul></nav></header>"
)
REST = (
    '<section class="related"><h2>More</h2><article><a href="/x"><img src="/media/related-one.jpg" width="640">'
    '</a><h3><a href="/x">Ferry company to hire</a></h3></article></section><aside class="sidebar"><ul><li>'
    '<a href="/y"><img src="/media/most-read-one.jpg"><span>Mayor resigns</span></a></li></ul></aside>'
    '<footer><img src="/static/footer-logo.png"><p>The Daily</p></footer>'
)
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def picture(name: str) -> str:
    return f'<img src="/media/{name}-of-the-harbour.jpg">'


Expected = list[tuple[str | None, str | None]]
LAYOUTS: dict[str, tuple[str, Expected]] = {
    "wordpress": (
        f'<div class="post-thumbnail">{picture("lead")}</div>{TEXT}<figure class="wp-block-image">'
        f'{picture("piers")}<figcaption class="wp-element-caption">The cracked piers. Photo: Tom Smith'
        f"</figcaption></figure>{TEXT}",
        [(None, None), ("The cracked piers.", "Tom Smith")],
    ),
    "wordpress gallery": (
        f'{TEXT}<figure class="wp-block-gallery"><figure>{picture("one")}<figcaption>Engineers at work'
        f'</figcaption></figure><figure>{picture("two")}</figure><figcaption>The inspection on Monday'
        f"</figcaption></figure>{TEXT}",
        [("Engineers at work", None), ("The inspection on Monday", None)],
    ),
    "wordpress attachment page": (
        f'{TEXT}<div class="wp-caption"><a href="/2026/bridge/attachment/55/">{picture("one")}</a>'
        f'<p class="wp-caption-text">The old piers in 1965 (Photo: City Archive)</p></div>{TEXT}',
        [("The old piers in 1965", "City Archive")],
    ),
    "image label before a signed caption": (
        f'{TEXT}<figure>{picture("one")}<figcaption><span class="label">Image:</span> The ferry at noon. File '
        f"pic: Harbour Archive</figcaption></figure>{TEXT}",
        [("The ferry at noon.", "File pic: Harbour Archive")],
    ),
    "a source in a span of its own, of the same name": (
        f'{TEXT}<div class="slide">{picture("one")}<div><span>Причал утром</span><span>Источник: администрация '
        f"порта</span></div></div>{TEXT}",
        [("Причал утром", "администрация порта")],
    ),
    "a counter over the caption of a slide": (
        f'{TEXT}<div class="slide">{picture("one")}<div class="slide-caption"><span>1 dari 3</span><p>Feri sementara '
        f"bersandar di dermaga. ANTARA/Ann Poe</p></div></div>{TEXT}",
        [("Feri sementara bersandar di dermaga.", "ANTARA/Ann Poe")],
    ),
    "signed with the name of the site": (
        f'{TEXT}<figure>{picture("one")}<figcaption>The bridge at noon (Daily)</figcaption></figure>{TEXT}<figure>'
        f"{picture('two')}<figcaption>The ferry at noon (closed)</figcaption></figure>{TEXT}",
        [("The bridge at noon", "Daily"), ("The ferry at noon (closed)", None)],
    ),
    "an essay of pictures in a list": (
        f'<p>The bridge in winter</p><ul><li>{picture("one")}<div>1</div><div><p>A ferry passes the piers.</p></div>'
        f'</li><li>{picture("two")}<div>2</div><div><p>Engineers in a small boat.</p></div></li></ul>{TEXT}{TEXT}',
        [("A ferry passes the piers.", None), ("Engineers in a small boat.", None)],
    ),
    "caption span in the story's own box": (
        f'<div class="story"><span class="frame">{picture("one")}<span class="photo-caption">The piers at dawn '
        f"(Daily photo by Jane Doe)</span></span>{TEXT}{TEXT}</div>",
        [("The piers at dawn", "Daily photo by Jane Doe")],
    ),
    "one cell below a row of pictures": (
        f"{TEXT}<table><tr><td>{picture('one')}</td><td>{picture('two')}</td></tr><tr><td>{picture('three')}</td>"
        f"<td>{picture('four')}</td></tr><tr><td colspan='2'><small>The west piers and the east piers</small></td>"
        f"</tr></table>{TEXT}",
        [(None, None)] * 2 + [("The west piers and the east piers", None)] * 2,
    ),
    "a bold line that repeats the alternative text, beside a caption element": (
        f'{TEXT}<figure>{picture("one")}<figcaption>Engineers at work</figcaption></figure>{TEXT}<div '
        'align="center"><img src="/media/baker.jpg" alt="The baker Martha Collins"></div><div align="center"><strong>The baker '
        f"Martha Collins</strong></div>{TEXT}",
        [("Engineers at work", None), ("The baker Martha Collins", None)],
    ),
    "epígrafe of a Spanish paper": (
        f'<div class="figure">{picture("one")}</div><div class="epigrafe">El muelle, cerrado. Foto: Ana Paz</div>'
        f"{TEXT}",
        [("El muelle, cerrado.", "Ana Paz")],
    ),
    "attribution element": (
        f'{TEXT}<figure>{picture("one")}<div class="attribution"><span class="attribution__caption">The piers '
        'at dawn</span> <span class="a11y">Credit: </span><span class="attribution__credit">Jane Doe/Daily'
        f"</span></div></figure>{TEXT}",
        [("The piers at dawn", "Jane Doe/Daily")],
    ),
    "label before the caption": (
        f"{TEXT}<figure>{picture('one')}<figcaption><span>Legende:</span> Die Pfeiler am Morgen.</figcaption>"
        f"</figure>{TEXT}",
        [("Die Pfeiler am Morgen.", None)],
    ),
    "spans set apart by the style sheet": (
        f"{TEXT}<figure>{picture('one')}<figcaption><span>הגשר נסגר אתמול.</span><span>צילום: Jane Doe/AP"
        f"</span></figcaption></figure>{TEXT}",
        [("הגשר נסגר אתמול.", "Jane Doe/AP")],
    ),
    "credit before the caption": (
        f"{TEXT}<figure>{picture('one')}<figcaption><span>Photo: Jean Petit Le Devenir</span> <span>Le pont est "
        f"barré depuis mardi</span></figcaption></figure>{TEXT}",
        [("Le pont est barré depuis mardi", "Jean Petit Le Devenir")],
    ),
    "brackets around an element": (
        f"{TEXT}<figure>{picture('one')}<figcaption>She sees the rust. <span>(<cite>Supplied: J. Doe</cite>)"
        f"</span></figcaption></figure>{TEXT}",
        [("She sees the rust.", "Supplied: J. Doe")],
    ),
    "a line that tells where others have captions": (
        f'{TEXT}<figure>{picture("one")}<figcaption>The piers</figcaption></figure>{TEXT}<div><div>'
        f'{picture("two")}</div><div>{picture("three")}</div><p>The baker (left) and the ferryman (right)</p></div>'
        f"{TEXT}",
        [("The piers", None), *[("The baker (left) and the ferryman (right)", None)] * 2],
    ),
    "sizes as names of files": (
        f'<figure><img src="/img/1001/1024x576a.jpg"><figcaption>The bridge</figcaption></figure>{TEXT}'
        f'<div><img src="/img/1002/1024x576a.jpg"><p class="caption">The bakery</p></div>{TEXT}',
        [("The bridge", None), ("The bakery", None)],
    ),
    "deck under the lead image": (
        f'<div>{picture("lead")}<p class="summary">Engineers found deep cracks in two of its piers</p></div>{TEXT}{TEXT}',
        [(None, None)],
    ),
    "drupal fields": (
        f'<div class="field field--name-field-image">{picture("lead")}</div><div class="field '
        'field--name-field-image-caption">The bridge on Tuesday evening</div><div class="field '
        f'field--name-field-image-credit">Anna Berg / Agence</div><div class="body">{TEXT}{TEXT}</div>',
        [("The bridge on Tuesday evening", "Anna Berg / Agence")],
    ),
    "amp carousel": (
        f'{TEXT}<amp-carousel type="slides"><div class="slide"><amp-img src="/media/slide-one-of-it.jpg">'
        '</amp-img><div class="caption">Slide one</div></div><div class="slide"><amp-img '
        f'src="/media/slide-two-of-it.jpg"></amp-img><div class="caption">Slide two</div></div></amp-carousel>{TEXT}',
        [("Slide one", None), ("Slide two", None)],
    ),
    "slides that wait": (
        f'{TEXT}<div class="slideshow"><div class="slide">{picture("one")}<div class="slide-caption">Morning'
        '<span class="slide-credit">Jane Doe</span></div></div><div class="slide" style="display:none">'
        f'<img src="{BLANK}" data-src="/media/noon-at-the-harbour.jpg"><div class="slide-caption">Noon at sea'
        f'<span class="slide-credit">John Roe</span></div><p>Share this slide</p></div></div>{TEXT}',
        [("Morning", "Jane Doe"), ("Noon at sea", "John Roe")],
    ),
    "lazy with a twin": (
        f'{TEXT}<figure><div><img class="lazyload" src="/static/blank.gif" data-srcset="/media/lazy-harbour-400.jpg '
        '400w, /media/lazy-harbour-800.jpg 800w"><noscript><img src="/media/lazy-harbour-800.jpg"></noscript>'
        f'</div><figcaption><p>A view in fog.</p><p class="credit">Picture: Kim Lee</p></figcaption></figure>{TEXT}',
        [("A view in fog.", "Kim Lee")],
    ),
    "grey box beside": (
        f'{TEXT}<figure><div><img src="/static/grey-placeholder.png">{picture("one")}</div><figcaption>'
        f"Cars queue</figcaption></figure>{TEXT}",
        [("Cars queue", None)],
    ),
    "figures in a figure": (
        f'{TEXT}<figure><figure>{picture("north")}<figcaption>The north pier</figcaption></figure><figure>'
        f'{picture("south")}<figcaption>The south pier</figcaption></figure></figure>{TEXT}',
        [("The north pier", None), ("The south pier", None)],
    ),
    "described by": (
        f'{TEXT}<div>{picture("one").replace("<img", "<img aria-describedby=c1")}</div>{TEXT}'
        f'<div><p id="c1">The bridge in the evening light</p></div>{TEXT}',
        [("The bridge in the evening light", None)],
    ),
    "caption for a script": (
        f'{TEXT}<a href="/media/large-one-of-it.jpg" data-caption="Workers fence off the bridge" '
        f'data-credit="Lee Ann">{picture("one")}</a>{TEXT}',
        [("Workers fence off the bridge", "Lee Ann")],
    ),
    "live blog": (
        f'<div class="liveblog"><article><time>10:00</time><h2>Engineers arrive</h2>{TEXT}<figure>'
        f'{picture("one")}<figcaption>Engineers at the bridge. Photograph: Ann Poe/PA</figcaption></figure>'
        f"</article><article><time>09:00</time><h2>Bridge shut</h2>{TEXT}<figure>{picture('two')}<figcaption>"
        "The barrier goes down. Photograph: Ann Poe/PA</figcaption></figure></article></div>",
        [("Engineers at the bridge.", "Ann Poe/PA"), ("The barrier goes down.", "Ann Poe/PA")],
    ),
    "columns of a table": (
        f"{TEXT}<table><tr><td>{picture('one')}</td><td>{picture('two')}</td></tr><tr><td>Before the works</td>"
        f"<td>After the works</td></tr></table>{TEXT}",
        [("Before the works", None), ("After the works", None)],
    ),
    "definition list": (
        f"{TEXT}<dl><dt>{picture('one')}</dt><dd>The bridge tower seen from the sea</dd></dl>{TEXT}",
        [("The bridge tower seen from the sea", None)],
    ),
    "a credit of links": (
        f'<figure>{picture("one")}<figcaption>Photo by <a href="/p">Ann Poe</a> on <a href="/u">Unsplash</a>'
        f"</figcaption></figure>{TEXT}{TEXT}",
        [(None, "Ann Poe on Unsplash")],
    ),
    "a name in cite": (
        f'{TEXT}<figure>{picture("one")}<figcaption>Bridge closed <cite>Ann Poe</cite></figcaption></figure>'
        f'<figure>{picture("two")}<figcaption>Still from <cite>The Bridge</cite></figcaption></figure>{TEXT}',
        [("Bridge closed", "Ann Poe"), ("Still from The Bridge", None)],
    ),
    "credit outside of the caption": (
        f'{TEXT}<figure>{picture("one")}<figcaption>A diver looks at the pier</figcaption><footer>Screenshots '
        f"Harbour TV</footer></figure>{TEXT}",
        [("A diver looks at the pier", "Screenshots Harbour TV")],
    ),
    "caption outside of the figure": (
        f'<h2>Two piers have cracks</h2><div class="media"><figure>{picture("lead")}</figure></div><div class='
        '"caption"><figcaption itemprop="caption">The old bridge had stood for sixty years. It opened in 1965.'
        f'</figcaption><figcaption itemprop="author">Photo: Mads Roe</figcaption></div>{TEXT}{TEXT}',
        [("The old bridge had stood for sixty years. It opened in 1965.", "Mads Roe")],
    ),
    "gallery at the end": (
        f'{TEXT}<ul class="gallery"><li><figure>{picture("one")}<figcaption>1/2 The first crack</figcaption>'
        f'</figure></li><li><figure>{picture("two")}<figcaption>The second crack</figcaption></figure></li></ul>',
        [("The first crack", None), ("The second crack", None)],
    ),
    "drupal media in the text": (
        f'{TEXT}<article class="media media--type-image"><div class="field">{picture("one")}</div><div class='
        f'"field--name-field-caption">The cracked piers</div></article>{TEXT}<figure class="caption"><article '
        f'class="media">{picture("two")}</article><figcaption>The ferry</figcaption></figure>{TEXT}',
        [("The cracked piers", None), ("The ferry", None)],
    ),
    "links to the page of the photograph": (
        f'<div class="opener"><a href="/photo/1"><img src="/media/lead-of-the-harbour.jpg"></a><p>The bridge on '
        f'Tuesday. | <em>Photo: Jane Doe</em></p></div>{TEXT}<figure><a href="/photo/2">{picture("one")}</a>'
        f"<figcaption>The cracked piers</figcaption></figure>{TEXT}",
        [("The bridge on Tuesday.", "Jane Doe"), ("The cracked piers", None)],
    ),
    "a caption that is called credit too": (
        f'{TEXT}<div>{picture("one")}<div class="meta"><div class="image__caption attribution"><span>The cracked '
        f'piers.</span></div><figcaption class="image__credit">Jane Doe/AP</figcaption></div></div>{TEXT}',
        [("The cracked piers.", "Jane Doe/AP")],
    ),
    "a name behind the caption, in elements that say nothing": (
        f'{TEXT}<figure>{picture("one")}<figcaption><span class="c1">The cracked piers</span><span class="c2">'
        f'Jane Doe</span></figcaption></figure>{TEXT}<figure>{picture("two")}<figcaption><div>The ferry at the '
        f'quay</div><div>Jane Doe</div></figcaption></figure>{TEXT}<figure>{picture("three")}<figcaption>The ferry '
        f'is called <b>Jane Doe</b></figcaption></figure>{TEXT}',
        [
            ("The cracked piers", "Jane Doe"),
            ("The ferry at the quay", "Jane Doe"),
            ("The ferry is called Jane Doe", None),
        ],
    ),
    "a credit upon the picture": (
        f'{TEXT}<figure><div>{picture("one")}<span class="c1">Daily/Tom Smith</span></div><div><figcaption>Traders '
        f"say they have lost half their trade</figcaption></div></figure>{TEXT}",
        [("Traders say they have lost half their trade", "Daily/Tom Smith")],
    ),
    "labels in another language": (
        f'{TEXT}<figure>{picture("one")}<figcaption><span class="c1">Legenda da foto, </span>A ponte velha. '
        f"<strong>Crédito:</strong> Rui Melo/Agência</figcaption></figure>{TEXT}",
        [("A ponte velha.", "Rui Melo/Agência")],
    ),
    "a credit that only the style sheet sets apart": (
        f'{TEXT}<figure>{picture("one")}<figcaption>The old bridge<small>Photo: Jane Doe</small></figcaption>'
        f"</figure>{TEXT}",
        [("The old bridge", "Jane Doe")],
    ),
    "a shop for prints": (
        f'{TEXT}<figure>{picture("one")}<figcaption>The bridge, November 17, 2026. WIRE/Tom Smith <a href="/buy">'
        f"Purchase Licensing Rights</a><span>, opens new tab</span></figcaption></figure>{TEXT}",
        [("The bridge, November 17, 2026.", "WIRE/Tom Smith")],
    ),
    "in italics below the picture": (
        f'{TEXT}<figure>{picture("one")}<figcaption>The bridge</figcaption></figure>{TEXT}<p>{picture("two")}</p><p>'
        f'<em>The baker at her counter</em></p>{TEXT}<p>{picture("three")}</p><p><em>Read <a href="/x">all about '
        f"the bridge</a></em></p>{TEXT}",
        [("The bridge", None), ("The baker at her counter", None), (None, None)],
    ),
    "nothing written": (
        f'{picture("lead")}{TEXT}<p>{picture("one")}</p><p>The works will last until spring.</p>{TEXT}<p>'
        f'{picture("two")}</p><h2>What comes next</h2>{TEXT}',
        [(None, None)] * 3,
    ),
    "a heading over each picture": (
        f"<div><h2>The first crack</h2>{picture('one')}{TEXT}</div><div><h2>The second crack</h2>"
        f"{picture('two')}{TEXT}</div>",
        [(None, None)] * 2,
    ),
    "link to the story itself": (
        f'<div><a href="http://www.daily.example/2026/bridge">{picture("one")}</a></div>{TEXT}{TEXT}',
        [(None, None)],
    ),
    "a card whose link is stretched over it": (
        f'{TEXT}<div><div>{picture("card")}</div><a class="stretched" href="/c"><span>Ferry company hires'
        f'</span></a></div>{TEXT}<figure>{picture("one")}<figcaption>The bridge</figcaption></figure>{TEXT}',
        [("The bridge", None)],
    ),
    "an author's portrait": (
        f'<div class="author-box"><img src="/media/jane-doe-portrait.jpg"><span>Jane Doe</span></div>{TEXT}'
        f'<figure>{picture("one")}<figcaption>The bridge</figcaption></figure>{TEXT}',
        [("The bridge", None)],
    ),
}  # fmt: skip


@pytest.fixture
def told() -> Callable[[str], Expected]:
    """Caption and credit of every image of the story on a page with this body."""

    def read(body: str) -> Expected:
        url = "https://daily.example/2026/bridge"
        text = f"<html><title>Harbour bridge closes</title><body>{TOP}<main><article><h1>Harbour bridge closes</h1>"
        text += f"{body}</article></main>{REST}</body></html>"
        article: Article = roles.assign(html.parse(text, Document("bridge", b"", url=url), url))
        found = pairing.pair(article)
        return [
            (one.caption.text if one.caption else None, one.credit)
            for one, reference in zip(found.pairings, article.references, strict=True)
            if reference.role in ("lead", "body")
        ]

    return read


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_content_management_systems(name: str, told: Callable[[str], Expected]) -> None:
    body, expected = LAYOUTS[name]
    assert told(body) == expected
