"""Which images of a page belong to the story."""

import pytest

from auditor.captions import layout, pairing, roles, scopes, teasers
from auditor.dialects import html, markdown
from auditor.model import Document

TEXT = "<p>The fire in the port began last night, and forty engines were sent before morning came.</p>" * 3


def roles_of(article) -> dict[str, str]:
    return {
        reference.url.rpartition("/")[2]: reference.role for reference in article.references if reference.url
    }


def test_pictures_of_the_story_are_told_from_what_frames_it(page) -> None:
    article = page(
        "<nav><img src=/logo-of-the-paper.png></nav><article>"
        "<figure><img src=/the-port-at-night.jpg width=900><figcaption>The port</figcaption></figure>"
        f"{TEXT}"
        "<figure><img src=/engines-on-the-quay.jpg width=900><figcaption>Engines</figcaption></figure>"
        f"{TEXT}</article>"
        "<div class=related><a href=/other><img src=/teaser-of-another.jpg><h3>Another story</h3></a></div>"
        "<footer><img src=/badge-of-trust.png></footer>",
        title="Fire in the port",
    )
    assert roles_of(article) == {
        "logo-of-the-paper.png": "chrome",
        "the-port-at-night.jpg": "lead",
        "engines-on-the-quay.jpg": "body",
        "teaser-of-another.jpg": "chrome",
        "badge-of-trust.png": "chrome",
    }


PICTURE = "<figure><img src=/another-quay-{}.jpg width=480></figure>"
CARD = PICTURE + "<div><a href=/story-{}><span>Another story of the harbour</span></a></div>"
BESIDE_A_STORY = {
    "an article of its own": (f"<article class=c1>{CARD.format(1, 1)}</article>", "chrome"),
    "a row of links": ("".join(f"<div class=c2>{CARD.format(n, n)}</div>" for n in range(3)), "chrome"),
    "a row of pictures": ("".join(f"<div class=c2>{PICTURE.format(n)}</div>" for n in range(3)), "body"),
    "humps": (f"<div class=relatedArticles>{PICTURE.format(1)}</div>", "chrome"),
    "two words": (f"<div class=most-read>{PICTURE.format(1)}</div>", "chrome"),
    "a name for tests": (f"<div class=c3 data-testid=InlineTeaserList>{PICTURE.format(1)}</div>", "chrome"),
    "what it is joined to": (f"<div class=article-and-social>{PICTURE.format(1)}</div>", "body"),
    "what it is without": (f"<div class=no-sidebar>{PICTURE.format(1)}</div>", "body"),
    "joined frames": (f"<div class=social-and-share>{PICTURE.format(1)}</div>", "chrome"),
    "no name": (f"<div class=c3>{PICTURE.format(1)}</div>", "body"),
}


@pytest.mark.parametrize("kind", BESIDE_A_STORY)
def test_other_stories_are_told_by_how_they_are_made_and_named(page, kind: str) -> None:
    markup, role = BESIDE_A_STORY[kind]
    story = f"<article><h1>Fire in the port</h1>{TEXT}{markup}{TEXT}</article>"
    for frame in ("", "<nav><a href=/>Home</a></nav>"):
        article = page(frame + story, title="Fire")
        assert set(roles_of(article).values()) == {role}


def test_pages_with_teasers_are_judged_as_those_of_a_site_whatever_they_call_their_parts(page) -> None:
    cards = "".join(f"<li><a href=/{n}><img src=/another-quay-{n}.jpg></a></li>" for n in range(3))
    article = page(
        f"<div>{TEXT}<p><img src=/the-port-at-night.jpg></p>{TEXT}</div><div><ul>{cards}</ul>"
        "<div><a href=//shop.example><img src=/offer.jpg></a></div><p><img src=/code.png></p></div>",
        title="Fire in the port",
    )
    found = roles_of(article)
    assert found.pop("the-port-at-night.jpg") == "body"
    assert set(found.values()) == {"chrome"}


@pytest.mark.parametrize(
    "text", [TEXT, TEXT[: len(TEXT) // 3] + "<p><a href=/first>The first report</a></p>"]
)
def test_posts_of_a_live_report_are_the_story(page, text: str) -> None:
    posts = [f"<article class=post>{text}{PICTURE.format(number)}</article>" for number in range(3)]
    article = page(f"<h1>Fire in the port</h1><div>{''.join(posts)}</div>", title="Fire in the port")
    assert set(roles_of(article).values()) == {"body"}


def test_a_row_is_gone_through_once_whatever_its_boxes_are_called(page, monkeypatch) -> None:
    asked: list[int] = []
    children = layout.Layout.children

    def counted(self: layout.Layout, box: int) -> list[int]:
        asked.append(box)
        return children(self, box)

    monkeypatch.setattr(layout.Layout, "children", counted)
    boxes = "".join(f"<div id=i{n}>{PICTURE.format(n)}</div>" for n in range(300))
    page(f"<nav><a href=/>Home</a></nav>{TEXT}<section>{boxes}</section>", title="Fire")
    assert max(asked.count(box) for box in set(asked)) <= 2  # for teasers, and for slides


def test_a_box_of_many_pictures_and_lines_is_not_read_for_each_of_them(page, monkeypatch) -> None:
    asked: list[int] = []
    is_caption_box = scopes.Scopes.is_caption_box

    def counted(self: scopes.Scopes, box: int) -> bool:
        asked.append(box)
        return is_caption_box(self, box)

    monkeypatch.setattr(scopes.Scopes, "is_caption_box", counted)
    lines = "".join(f"<div>{PICTURE.format(n)}</div><p>Quay {n}</p>" for n in range(300))
    page(f"<nav><a href=/>Home</a></nav>{TEXT}<div>{lines}</div>{TEXT}", title="Fire")
    assert len(asked) < 10 * 300


def test_an_image_in_thousands_of_boxes_looks_up_through_few(page, monkeypatch) -> None:
    parents: list[int] = []
    links = teasers.Teasers._rows_in

    def counted(self: teasers.Teasers, parent: int) -> dict[tuple[str, str], bool | None]:
        parents.append(parent)
        return links(self, parent)

    monkeypatch.setattr(teasers.Teasers, "_rows_in", counted)
    deep = f"{'<div>' * 2000}{PICTURE.format(1)}{'</div>' * 2000}"
    page(f"<nav><a href=/>Home</a></nav>{TEXT}<section>{deep}</section>", title="Fire")
    assert 0 < len(parents) < 50


@pytest.mark.parametrize("tag", ["h1", "h2", "div", "p"])
def test_the_headline_is_known_whatever_its_tag(tag: str) -> None:
    markup = (
        "<title>Fire in the old port - The Daily</title><h1>The Daily</h1><nav><a href=/>Home</a></nav>"
        f"<div><img src=/banner-of-the-day.jpg></div><h3>Fire</h3><{tag}>Fire in the old port</{tag}>"
        f"<div><img src=/the-port-at-night.jpg></div><div>{TEXT}</div>"
    )
    article = html.parse(markup, Document("story", markup.encode()), "https://news.example/story")
    article = roles.assign(article)
    assert roles_of(article) == {"banner-of-the-day.jpg": "chrome", "the-port-at-night.jpg": "lead"}
    assert article.title == "Fire in the old port" + (" - The Daily" if tag != "h1" else "")


def test_tiny_images_and_drawings_are_no_pictures_of_the_story(page) -> None:
    article = page(
        f"{TEXT}<p><img src=/counter-of-readers.gif width=1 height=1></p>{TEXT}"
        f"<p><img src=/icon-to-send.svg></p>{TEXT}",
        title="Fire in the port",
    )
    assert set(roles_of(article).values()) == {"chrome"}


SIZED = {
    "/face-of-the-writer.jpg?w=64": "chrome",
    "/w_64,h_64/face-of-the-writer.jpg": "chrome",
    "/80x80/face-of-the-writer.jpg": "chrome",
    "/w_640,h_64/the-port-at-night.jpg": "lead",
    "/1200x80/the-port-at-night.jpg": "lead",
}


@pytest.mark.parametrize("address", SIZED)
def test_an_address_tells_that_an_image_is_small(page, address: str) -> None:
    frame = "<nav><a href=/>Home</a></nav><h1>Fire in the port</h1>"
    body = f"{frame}<div><img src={address}></div><div>{TEXT}</div>"
    assert set(roles_of(page(body, title="Fire in the port")).values()) == {SIZED[address]}


def test_a_picture_that_links_to_its_own_page_is_no_teaser(page) -> None:
    """WordPress names that page by the file."""
    viewer = "/show.html?https://news.example/img-0817.jpg"
    links = ("/the-quay-by-night/", "/another-story/", viewer)
    names = ("the-quay-by-night-e1560792012225", "img-0816", "img-0817-small")
    shown = zip(links, names, strict=True)
    gallery = "".join(
        f"<dl><dt><a href={link}><img src=/{name}-1024x681.jpg></a></dl>" for link, name in shown
    )
    found = roles_of(page(f"<nav><a href=/>Home</a></nav><div>{TEXT}{gallery}{TEXT}</div>", title="Fire"))
    assert [found[f"{name}-1024x681.jpg"] for name in names] == ["body", "chrome", "body"]


def test_a_wide_picture_that_the_page_declares_is_no_banner(page) -> None:
    text = f"<nav><a href=/>Home</a></nav><img src=/quay-in-the-fog.jpg width=1400 height=275>{TEXT}"
    declared = "<meta property=og:image content=/quay-in-the-fog.jpg>"
    wide = roles_of(page(text, title="Fire"))["quay-in-the-fog.jpg"]
    assert (wide, roles_of(page(declared + text, title="Fire"))["quay-in-the-fog.jpg"]) == ("chrome", "lead")


OF_PERSONS = [
    "/media/authors/olena-r.jpg",
    "/img/autoren/x.jpg",
    "/i/headshot-j-doe.png",
    "/avatar/7.jpg",
    "/_img?url=%2Fbyline%2Fj.jpg&w=900",
]


@pytest.mark.parametrize("address", OF_PERSONS)
def test_an_address_tells_that_an_image_shows_who_wrote_the_story(page, address: str) -> None:
    frame = "<nav><a href=/>Home</a></nav><h1>Fire in the port</h1>"
    body = f"{frame}<div><img src={address}><span>Jane Doe</span></div><div>{TEXT}</div>"
    assert set(roles_of(page(body, title="Fire in the port")).values()) == {"chrome"}


@pytest.mark.parametrize("host", ["news.google.com/p", "whatsapp.com/channel", "t.me/daily"])
def test_a_picture_that_asks_readers_to_follow_is_no_part_of_the_story(page, host: str) -> None:
    figure = f"<figure><a href=https://{host}/1><img src=/follow-the-daily.png width=900></a></figure>"
    article = page(f"<nav><a href=/>Home</a></nav>{TEXT}{figure}{TEXT}", title="Fire in the port")
    assert set(roles_of(article).values()) == {"chrome"}


@pytest.mark.parametrize("stub", ["''", "/static/blank.gif"])
def test_what_stands_for_a_picture_under_the_headline_is_none(page, stub: str) -> None:
    frame = "<nav><a href=/>Home</a></nav><h1>Fire in the port</h1>"
    article = page(f"{frame}<div><img src={stub}></div><div>{TEXT}</div>", title="Fire in the port")
    assert {reference.role for reference in article.references} == {"chrome"}


IN_A_STORY = {
    "a figure of a long name": (
        "<figure class=leadArtZuesAds>{}<figcaption>The quay</figcaption>",
        "body",
    ),
    "an advertisement": ("<figure class=leadArtZuesAds>{}", "chrome"),
    "linked with a credited caption": (
        "<a href=/r~1/>{}<div class=photo__desc>A quay | Foto: AP</div>",
        "body",
    ),
    "linked with a credited line": ("<a href=/r~1/>{}<div>A quay at noon | Foto: AP</div>", "body"),
    "linked with a line": ("<a href=/r~1/>{}<div class=photo__desc>The quay</div>", "chrome"),
    "a button": ("<a href='https://other.example/story#'>{}", "body"),
    "a still of a film": ("<div class='film video-player'>{}", "chrome"),
    "an advertisement by its caption": ("<figure>{}<figcaption>Reklama</figcaption>", "chrome"),
    "a place for the reader's view of advertisements": (
        "<div>{}<span>Video Ad Feedback</span></div>",
        "chrome",
    ),
    "a picture of what a shop sells": (
        "<figure><a href=https://amzn.to/1>{}</a><figcaption>A boat</figcaption></figure>",
        "body",
    ),
    "a slide that is named a teaser": ("<ul class=slides><li><div class=teaser-img>{}</div></ul>", "body"),
    "a teaser": ("<div class=teaser-img>{}</div><a href=/other>Another story</a>", "chrome"),
    "a teaser with its words": (
        "<div class=teaser>{}<p><a href=/other>Another story</a></p></div>",
        "chrome",
    ),
    "a code for telephones": ("<div>{}<span>扫描二维码，关注我们</span></div>", "chrome"),
    "a captioned code": ("<figure>{}<figcaption>The QR code of the port</figcaption></figure>", "body"),
    "a teaser in a figure": (
        "<figure>{}<figcaption><a href=/other><h5>Another story</h5><i>Read on</i></a></figcaption>",
        "chrome",
    ),
    "a button that shows it larger": ("<button><img src=/quay-in-the-fog.jpg width=900></button>", "body"),
    "a button with an icon": ("<button><img src=/quay-in-the-fog.jpg width=90></button>", "chrome"),
    "the next page of the story": ("<a href=/story-2>{}", "body"),
    "another page": ("<a href=/fire-2>{}", "chrome"),
    "a figure of several shapes": (
        "<figure><picture><source srcset=/shapes/quay-wide.jpg></picture>{}<figcaption>The quay</figcaption>",
        "body",
    ),
}
SHOWN = "<img src=/quay-in-the-fog.jpg>"


@pytest.mark.parametrize("kind", IN_A_STORY)
def test_what_is_around_a_picture_in_the_story_tells_whether_it_is_of_it(page, kind: str) -> None:
    around, role = IN_A_STORY[kind]
    markup = around.format(SHOWN) + "</a></figure></div>"
    article = page(
        f"<nav><a href=/>Home</a></nav><div class=story>{TEXT}<div>{markup}</div>{TEXT}</div>", title="Fire"
    )
    assert roles_of(article)["quay-in-the-fog.jpg"] == role


def test_a_story_with_a_film_on_top_has_its_own_pictures(page) -> None:
    text = f"<div class=text>{TEXT}<p>{SHOWN}</p>{TEXT}</div>"
    article = page(f"<nav><a href=/>Home</a></nav><div class='top video'>{text}</div>", title="Fire")
    assert roles_of(article) == {"quay-in-the-fog.jpg": "body"}


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/img/ico/photo-of-camera.png", "chrome"),
        ("/img/btn-print-story.png", "chrome"),
        ("/icons-of-art.jpg", "body"),
        ("/img/bg-clean-view.png", "chrome"),
        ("/img/arrow.png", "chrome"),
        ("/img/lft_arrow.gif", "chrome"),
        ("/img/button-next.gif", "chrome"),
        ("/img/story-icon.gif", "chrome"),
        ("/img/rater/3_5stars.gif", "chrome"),
        ("/img/campfire_narrow.gif", "body"),
        ("//ads.example/photo-of-shoes.jpg", "chrome"),
        ("//adselkirk.example/photo-of-shoes.jpg", "body"),
        ("/img/Autorin_Jane_Doe.jpg", "chrome"),
        ("/publicidad/photo-of-shoes.jpg", "chrome"),
        ("/photo-of-shoes-qrcode.png", "chrome"),
        ("/photo-of-qrcodes-in-town.jpg", "body"),
        ("/photo-of-shoes-728x90.gif", "chrome"),
        ("/photo-of-shoes-1200x630.jpg", "body"),
    ],
)
def test_an_address_tells_that_an_image_is_an_icon_or_an_advertisement(page, address: str, role: str) -> None:
    body = f"<nav><a href=/>Home</a></nav><div>{TEXT}<div><img src={address}></div>{TEXT}</div>"
    assert set(roles_of(page(body, title="Fire")).values()) == {role}


@pytest.mark.parametrize(("name", "role"), [("slideshow_single", "body"), ("entry", "chrome")])
def test_the_slides_that_end_a_story_are_its_own(page, name: str, role: str) -> None:
    slide = f"<li class={name}><h3>The quay</h3><div>{{}}</div><img src=/quay-in-the-fog-{{}}.jpg></li>"
    shown = "".join(slide.format(f"What was seen on day {n} of the fire, and by whom.", n) for n in range(3))
    article = page(
        f"<nav><a href=/>Home</a></nav><div class=story>{TEXT}<ul>{shown}</ul></div>", title="Fire"
    )
    assert set(roles_of(article).values()) == {role}


def test_stories_that_a_page_goes_on_with_are_other_stories(page) -> None:
    """And they may be longer; the posts of a live report, with no headline among them, are one story."""
    part = "<article><{}>{}</{}><div class=text>{}<p><img src=/quay-in-the-fog-{}.jpg></p>{}</div></article>"
    first, second = (
        part.format("h2", "Fire", "h2", TEXT, 1, TEXT),
        part.format("h2", "Storm", "h2", TEXT, 2, TEXT * 3),
    )
    frame = "<nav><a href=/>Home</a></nav>"
    text = f"<html><head><title>Fire</title></head><body>{frame}{first}{second}"
    shown = roles.assign(html.parse(text, Document("story", text.encode(), url="https://news.example/story")))
    assert roles_of(shown) == {"quay-in-the-fog-1.jpg": "body", "quay-in-the-fog-2.jpg": "chrome"}
    posts = "".join(
        part.format("h3", hour, "h3", TEXT, number, TEXT) for number, hour in enumerate(("9 am", "10 am"))
    )
    assert set(roles_of(page(frame + posts, title="Fire")).values()) == {"body"}


def test_a_story_may_stand_in_a_cell_without_paragraphs(page) -> None:
    """And the cells around it, of the same table, hold what frames it."""
    line = "<div>The fire in the port began last night, and forty engines were sent before morning.</div>"
    teasers = (
        "<tr><td><a href=/x>What else was seen on the quay in the night of the fire, by whom</a></td></tr>"
        * 4
    )
    text = f"{line}<img src=/quay-in-the-fog.jpg>{line * 3}"
    story = f"<tr><td><h1>Fire</h1>{text}</td><td><table>{teasers}</table></td>"
    rows = f"<tr><td><img src=/banner.jpg></td></tr>{story}"
    article = page(
        f"<table>{rows}</tr><tr><td><img src=/logo-below.jpg>All rights reserved</td></tr></table>",
        title="Fire",
    )
    assert roles_of(article)["quay-in-the-fog.jpg"] == "body"
    assert [block.role for block in article.blocks if block.text.startswith("The fire")] == ["other"] * 4


def test_a_form_around_the_whole_page_frames_nothing(page) -> None:
    """ASP.NET puts one there."""
    teaser = "<div class=related><a href=/other><img src=/another-quay.jpg></a></div>"
    body = f"<form id=aspnetForm><nav><a href=/>Home</a></nav><div>{TEXT}{SHOWN}{TEXT}</div>{teaser}</form>"
    assert roles_of(page(body, title="Fire")) == {"quay-in-the-fog.jpg": "body", "another-quay.jpg": "chrome"}


@pytest.mark.parametrize("name", ["loading.gif", "spaceball.gif", "bg-parliament.jpg", "search.png"])
def test_a_name_as_of_a_decoration_hides_no_captioned_picture(page, name: str) -> None:
    """A stand-in that was left in a figure must be told; it was taken for a part of the page."""
    figure = f"<figure><img src=/img/{name}><figcaption>The quay at noon</figcaption></figure>"
    article = page(f"<nav><a href=/>Home</a></nav><div>{TEXT}{figure}{TEXT}</div>", title="Fire")
    assert roles_of(article) == {name: "body"}


@pytest.mark.parametrize("address", ["images/search.png", "icons/lamp.png", "btn-print.png"])
def test_what_an_author_names_in_a_text_is_a_picture_whatever_it_is_called(address: str) -> None:
    text = f"# Guide\n\nA paragraph of the guide.\n\n![What it looks like]({address})\n"
    url = "https://docs.example/guide"
    article = roles.assign(markdown.parse(text, Document("guide", text.encode(), url=url), url))
    assert [reference.role for reference in article.references] == ["body"]


@pytest.mark.parametrize(("size", "role"), [("width=800 height=0", "lead"), ("width=0 height=0", "chrome")])
def test_a_side_of_no_length_beside_a_long_one_is_still_to_be_set(page, size: str, role: str) -> None:
    body = f"<nav><a href=/>Home</a></nav><figure><img src=/quay-in-the-fog.jpg {size}></figure>{TEXT}"
    assert roles_of(page(body, title="Fire")) == {"quay-in-the-fog.jpg": role}


@pytest.mark.parametrize(("between", "role"), [("", "body"), ("<p>Read on</p>", "chrome")])
def test_a_captioned_picture_right_below_the_text_ends_the_story(page, between: str, role: str) -> None:
    figure = f"<figure>{SHOWN}<figcaption>The quay at noon</figcaption></figure>"
    body = f"<nav><a href=/>Home</a></nav><div><div class=text>{TEXT}</div>{between}{figure}</div>"
    assert roles_of(page(body, title="Fire")) == {"quay-in-the-fog.jpg": role}


@pytest.mark.parametrize(("image", "role"), [("", "lead"), ("<img src=/quay-in-the-fog.jpg>", "chrome")])
def test_a_background_shows_what_the_page_declares_where_no_image_does(image: str, role: str) -> None:
    hero = "<div class=hero style='background-image: url(/quay-in-the-fog.jpg?w=1600)'></div>"
    other = "<div style='background-image: url(/paper-of-the-site.png)'></div>"
    head = "<title>Fire in the port</title><meta property=og:image content=/quay-in-the-fog.jpg>"
    body = (
        f"<nav><a href=/>Home</a></nav>{hero}{other}<h1>Fire in the port</h1><div>{TEXT}{image}{TEXT}</div>"
    )
    url = "https://news.example/story"
    article = roles.assign(html.parse(head + body, Document("story", b"", url=url), url))
    found = {r.address: r.role for r in article.references if r.kind == "css"}
    assert found == {"/quay-in-the-fog.jpg?w=1600": role, "/paper-of-the-site.png": "chrome"}


@pytest.mark.parametrize("around", ["<p>{}</p>", "<div><div>{}</div></div>"])
def test_a_picture_in_a_box_of_its_own_ends_the_story(page, around: str) -> None:
    body = f"<nav><a href=/>Home</a></nav><div>{TEXT}{around.format(SHOWN)}</div>"
    assert roles_of(page(body, title="Fire")) == {"quay-in-the-fog.jpg": "body"}


def test_a_picture_that_links_to_its_larger_version_ends_a_story(page) -> None:
    picture = "<a href=/large/the-port-at-night.jpg><img src=/small/the-port-at-night.jpg></a>"
    article = page(f"<nav><a href=/>Home</a></nav><div>{TEXT}{TEXT}<p>{picture}</p></div>", title="Fire")
    assert roles_of(article) == {"the-port-at-night.jpg": "body"}


@pytest.mark.parametrize(("declared", "role"), [("the-port-at-night", "body"), ("another", "chrome")])
def test_the_gallery_above_the_headline_that_shows_the_declared_picture_is_of_the_story(
    declared: str, role: str
) -> None:
    slides = "".join(
        f"<li><img src=/{name}.jpg><p class=caption>The port {number}</p></li>"
        for number, name in enumerate(("the-port-at-night", "the-quay-in-the-fog"))
    )
    text = (
        f"<title>Fire in the port</title><meta property=og:image content=/{declared}.jpg>"
        f"<nav><a href=/>Home</a></nav><main><div class=c1><ul>{slides}</ul></div>"
        f"<div><h1>Fire in the port</h1></div><div class=c2>{TEXT}{TEXT}</div></main>"
    )
    url = "https://news.example/story"
    article = roles.assign(html.parse(text, Document("story", text.encode(), url=url), url))
    assert roles_of(article)["the-quay-in-the-fog.jpg"] == role


@pytest.mark.parametrize(("caption", "role"), [("", "chrome"), ("<figcaption>The quay</figcaption>", "body")])
def test_a_strip_without_a_caption_is_a_banner(page, caption: str, role: str) -> None:
    strip = f"<figure><img src=/letter-of-the-day.png width=1280 height=180>{caption}</figure>"
    article = page(f"<nav><a href=/>Home</a></nav>{TEXT}{strip}{TEXT}", title="Fire in the port")
    assert set(roles_of(article).values()) == {role}


ABOVE_A_HEADLINE = {
    "alone": ("<img src=/the-port-at-night.jpg>", "lead"),
    "a kicker between": ("<img src=/the-port-at-night.jpg><a href=/city>City</a>", "lead"),
    "breadcrumbs between": ("<img src=/the-port-at-night.jpg><ul><li><a href=/city>City</a></ul>", "chrome"),
    "a link": ("<a href=/home><img src=/the-port-at-night.jpg></a>", "chrome"),
    "a face by its text": ("<img src=/the-port-at-night.jpg alt='Avatar of the writer'>", "chrome"),
    "a face by its address": ("<img src=/headshot-of-the-writer.jpg>", "chrome"),
}


@pytest.mark.parametrize("above", ABOVE_A_HEADLINE)
def test_a_picture_in_one_box_with_the_headline_below_it_heads_the_story(above: str) -> None:
    markup, role = ABOVE_A_HEADLINE[above]
    frame = "<nav><a href=/><img src=/logo-of-the-paper.png></a></nav>"
    head = f"<div class=c1>{markup}<h1>Fire in the port</h1></div>"
    text = f"<title>Fire in the port</title><body>{frame}<article>{head}<div>{TEXT}{TEXT}</div></article>"
    url = "https://news.example/story"
    article = roles.assign(html.parse(text, Document("story", text.encode(), url=url), url))
    assert list(roles_of(article).values()) == ["chrome", role]


def test_what_the_page_declares_keeps_its_role(page) -> None:
    article = page(f'<meta property="og:image" content="/the-port-at-night.jpg">{TEXT}', title="Fire")
    assert [reference.role for reference in article.references] == ["metadata"]


def test_the_first_image_above_the_text_leads_in_linear_articles(linear) -> None:
    article = roles.assign(linear("@", "A paragraph. " * 12, "@"))
    assert [reference.role for reference in article.references] == ["lead", "body"]


def test_an_article_that_begins_with_text_has_no_lead(linear) -> None:
    article = roles.assign(linear("A paragraph. " * 12, "@"))
    assert [reference.role for reference in article.references] == ["body"]


PLAIN = {
    "a heading and a line": ("<p>Hello</p><img src=/quay-in-the-fog.jpg>", "body"),
    "above any text": ("<img src=/quay-in-the-fog.jpg><p>Hello</p>", "lead"),
    "a paragraph and no frame": (f"{TEXT}<img src=/quay-in-the-fog.jpg>", "body"),
    "in a nav": ("<p>Hello</p><nav><img src=/quay-in-the-fog.jpg></nav>", "chrome"),
    "in a footer": ("<p>Hello</p><footer><img src=/quay-in-the-fog.jpg></footer>", "chrome"),
    "on top": ("<header><img src=/quay-in-the-fog.jpg></header><p>Hello</p>", "chrome"),
    "an icon": ("<p>Hello</p><img src=/quay-in-the-fog.svg>", "chrome"),
    "a drawing that is described": (
        "<p>Hello</p><img src=/quay-in-the-fog.svg alt='The quay, drawn from the east side'>",
        "body",
    ),
    "tiny": ("<p>Hello</p><img src=/quay-in-the-fog.jpg width=20>", "chrome"),
}  # fmt: skip


@pytest.mark.parametrize("body", PLAIN)
def test_on_a_page_without_a_story_images_belong_to_it_but_for_frames_and_icons(page, body: str) -> None:
    markup, role = PLAIN[body]
    assert list(roles_of(page(markup, title="Quay")).values()) == [role]


def test_an_italic_line_above_an_image_is_no_caption_in_markdown() -> None:
    text = "# Quay\n\n*An opening in italics.*\n\n![a](a.jpg)\n\nA paragraph that goes on for a while.\n"
    article = roles.assign(markdown.parse(text, Document("story", text.encode())))
    assert pairing.pair(article).pairings[0].caption is None
