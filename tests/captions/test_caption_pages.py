"""Captions of pages: layouts as Chinese and other news sites write them, in markup of our own."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.captions import pairing, roles
from auditor.dialects import html
from auditor.model import Document, Picture

TEXT = (
    "<p>港口昨夜发生大火,消防部门派出四十辆消防车赶往现场,火势在凌晨三点得到控制,"
    "没有人员伤亡。居民被要求留在家中,关好门窗。</p>"
)
IMAGE = '<img src="/pictures/port-fire-{}.jpg" width="800">'


def images(count: int, around: str = "{}") -> str:
    return "".join(around.format(IMAGE.format(f"{number:04}")) for number in range(count))


LONG = "Forty engines of the city and of three towns around it stand in a row at the quay on Tuesday morning"
LAYOUTS = {
    "figure": (
        f"{TEXT}<figure>{images(1)}<figcaption>港口的大火</figcaption></figure>{TEXT}",
        ["港口的大火"],
    ),
    "centred below": (
        f"{TEXT}<p align=center>{images(1)}</p><p align=center>港口的大火在夜里燃烧</p>{TEXT}",
        ["港口的大火在夜里燃烧"],
    ),
    "centred by style": (
        f'{TEXT}<p style="text-align: center">{images(1)}</p>'
        f'<p style="text-align:center">大火在夜里</p>{TEXT}',
        ["大火在夜里"],
    ),
    "a sentence centred below": (
        f"{TEXT}<p align=center>{images(1)}</p><p align=center>港口大火现场。</p>{TEXT}",
        ["港口大火现场。"],
    ),
    "after a line break": (
        f"{TEXT}<p>{images(1)}<br>港口的大火在夜里燃烧</p>{TEXT}",
        ["港口的大火在夜里燃烧"],
    ),
    "in a box of its own": (
        f"{TEXT}<div>{images(1)}<p>港口的大火在夜里燃烧</p></div>{TEXT}",
        ["港口的大火在夜里燃烧"],
    ),
    "cue": (f"{TEXT}<p>{images(1)}</p><p>图为港口的大火 新华社发</p>{TEXT}", ["图为港口的大火"]),
    "a paragraph that the picture is set into": (
        f"{TEXT}<p>{images(1)}港口的大火烧了一夜，消防部门派出四十辆消防车，火势在凌晨三点得到控制，居民留在家中。</p>"
        f"{TEXT}",
        [None],
    ),
    "said again for other screens": (
        f"{TEXT}<div>{images(1)}<div><p>{LONG}</p><b>hide caption</b></div><p>{LONG}</p></div>{TEXT}",
        [LONG],
    ),
    "in a list of slides": (
        f"{TEXT}<ul><li><div>{images(1)}</div><div>Forty engines at the quay</div></ul>{TEXT}",
        ["Forty engines at the quay"],
    ),
    "a sentence in italics in the picture's box": (
        f"{TEXT}<div>{images(1)}<br><em>A new study asks when the 'a-ha!' of the harbour takes place, "
        f"and how it is like other cries.</em></div>{TEXT}",
        ["A new study asks when the 'a-ha!' of the harbour takes place, and how it is like other cries."],
    ),
    "small and in italics where others have figures": (
        f"{TEXT}<figure>{images(1)}<figcaption>港口的大火</figcaption></figure>{TEXT}"
        "<img src=/pictures/quay-at-noon.jpg>"
        f"<p><em style='font-size: smaller'>The quay of the old town at noon.</em></p>{TEXT}",
        ["港口的大火", "The quay of the old town at noon."],
    ),
    "a class for centred text": (
        f"{TEXT}<p>{images(1)}</p><p class='has-text-align-center'>港口大火现场。</p>{TEXT}",
        ["港口大火现场。"],
    ),
    "a title": (
        f"{TEXT}<div>{images(1)}<div><b class='item__title'>The gate is open again</b>{TEXT}</div>"
        f"</div>{TEXT}",
        [None],
    ),
    "a counter, the length of a film and the name of the file": (
        f"{TEXT}<figure>{images(1)}<figcaption><b>6 Fotos</b><i>02:19 min</i><p>The quay at noon</p>"
        f"<span>2022/01/Quay_4711-scaled.jpeg</span></figcaption></figure>{TEXT}",
        ["The quay at noon"],
    ),
    "the headline of the story": (
        f"<figure>{images(1)}<figcaption><h1>港口大火</h1></figcaption></figure>{TEXT}",
        [None],
    ),
    "what a script never filled": (
        f'{TEXT}<img src="/pictures/port-fire-0000.jpg" width=800 data-caption="items.[0].caption">{TEXT}',
        [None],
    ),
    "numbers in a gallery": (
        f"{TEXT}<ul><li>{images(1)}<p class=flex-caption>1/2 The quay at noon</p></ul>{TEXT}",
        ["The quay at noon"],
    ),
    "an article that holds a picture and its caption": (
        f"{TEXT}<article>{images(1)}<div class='field--name-field-image-caption field--label-hidden'>"
        f"<p>The quay at noon.</p></div></article>{TEXT}",
        ["The quay at noon."],
    ),
    "an attribute of that name": (
        f'{TEXT}<img src="/pictures/port-fire-0000.jpg" width=800 caption="The quay at noon">{TEXT}',
        ["The quay at noon"],
    ),
    "one caption for two that link to pages of their own": (
        TEXT
        + f"<div class=photo>{images(2, '<div><a href=/elem/1/img>{}</a></div>')}"
        + f"<p class=caption>Forty engines at the quay</p></div>{TEXT}",
        ["Forty engines at the quay"] * 2,
    ),
    "a name that links": (
        f"{TEXT}<figure>{images(1)}<figcaption><div class=caption-credit><a class=caption-link href=/x>"
        f"Poe</a></div></figcaption></figure>{TEXT}",
        [None],
    ),
    "who made the page": (f"{TEXT}<center>{images(1)}</center><p>编辑 张三</p>", [None]),
    "the title of a poem": (
        f"{TEXT}<center>{images(1)}</center><p align=center><b>《冬夜的港口》</b></p>{TEXT}",
        [None],
    ),
    "a label of what follows": (
        f"{TEXT}<div class=picture>{images(1)}</div><p class=proper-caption>Advertisement:</p>{TEXT}",
        [None],
    ),
    "a legend in a running paragraph": (
        f"{TEXT}<p><a class=zoom href=/pictures/port-fire-0000.jpg>{images(1)}<span class=legend>Forty "
        "engines at the quay</span></a>The fire in the port began last night, and forty engines were sent "
        f"out before morning came over the harbour.</p>{TEXT}",
        ["Forty engines at the quay"],
    ),
    "a screen of another paper": (
        f"{TEXT}<center>{images(1)}</center><p>《港口时报》网站题为《大火之夜》的报道截图。</p>{TEXT}",
        ["《港口时报》网站题为《大火之夜》的报道截图。"],
    ),
    "a credited line under the lead": (
        f"<div>{images(1)}</div><div><p>“We saw it coming,” a docker told the paper. | Photo by Ann Poe</p>"
        f"<p>By Jane Doe</p>{TEXT}</div>",
        ["“We saw it coming,” a docker told the paper."],
    ),
    "a line under the lead": (
        f"<div>{images(1)}</div><div><p>A docker saw it coming</p><p>By Jane Doe</p>{TEXT}</div>",
        [None],
    ),
    "pointer": (f"{TEXT}<p>{images(1)}</p><p>▲港口的大火</p>{TEXT}", ["▲港口的大火"]),
    "table": (
        f"{TEXT}<table><tr><td>{images(1)}</td></tr><tr><td>港口的大火在夜里燃烧</td></tr></table>{TEXT}",
        ["港口的大火在夜里燃烧"],
    ),
    "above, for each": (
        f"{TEXT}<p align=center>图1:港口的大火</p><p align=center>{IMAGE.format('a001')}</p>"
        f"<p align=center>图2:消防员在码头</p><p align=center>{IMAGE.format('a002')}</p>{TEXT}",
        ["图1:港口的大火", "图2:消防员在码头"],
    ),
    "above, centred, without a cue": (
        TEXT
        + "".join(
            f"<p align=center>{line}</p><p align=center>{IMAGE.format(n)}</p>"
            for n, line in enumerate(("码头的大火", "夜里的消防车", "早晨的港口", "烧毁的仓库"))
        )
        + TEXT,
        ["码头的大火", "夜里的消防车", "早晨的港口", "烧毁的仓库"],
    ),
    "a gallery without a paragraph": (
        f"<p align=center>{IMAGE.format('lead')}</p><p align=center>2020年7月24日,港口的大火</p>"
        f"{images(3, '<p align=center>{}</p>')}<p align=center>2020年7月27日,早晨的港口</p>"
        f"<p align=center>{IMAGE.format('late')}</p>",
        [None, *["2020年7月24日,港口的大火"] * 3, "2020年7月27日,早晨的港口"],
    ),
    "a credit centred below, the caption above": (
        f"{TEXT}<p align=center>2020年7月24日,港口的大火</p>{images(2, '<p align=center>{}</p>')}"
        f"<p align=center>图源:新华社</p>{TEXT}",
        ["2020年7月24日,港口的大火"] * 2,
    ),
    "numbered, for a run": (
        f"{TEXT}{images(3, '<p align=center>{}</p>')}<p align=center>图1:港口的大火</p>"
        f"<p align=center>图2:消防员在码头</p><p align=center>图3:早晨的港口</p>{TEXT}",
        ["图1:港口的大火", "图2:消防员在码头", "图3:早晨的港口"],
    ),
    "one figcaption for a group": (
        f"{TEXT}<figure>{images(3, '<div>{}</div>')}<figcaption>港口的大火(组图)</figcaption></figure>{TEXT}",
        ["港口的大火(组图)"] * 3,
    ),
    "caption element": (
        f'{TEXT}<div class="img">{images(1)}<div class="img-caption">港口的大火</div></div>{TEXT}',
        ["港口的大火"],
    ),
    "doubled for phones": (
        f"{TEXT}<figure>{images(1)}<figcaption><span class=desktop>港口的大火在夜里燃烧</span>"
        f"<span class=mobile>港口的大火在夜里燃烧</span></figcaption></figure>{TEXT}",
        ["港口的大火在夜里燃烧"],
    ),
    "words for screen readers": (
        f"{TEXT}<figure>{images(1)}<figcaption><span class=visually-hidden>Image caption, </span>"
        f"The fire at night</figcaption></figure>{TEXT}",
        ["The fire at night"],
    ),
    "gallery button": (
        f"{TEXT}<figure>{images(1)}<button>Open this photo in gallery</button><figcaption>The fire at night"
        f"</figcaption></figure>{TEXT}",
        ["The fire at night"],
    ),
    "what opens a slide show": (
        f"{TEXT}<figure>{images(1)}<figcaption>Slideshow <span class=n>(14 Images)</span></figcaption>"
        f"</figure>{TEXT}",
        [None],
    ),
    "the name of the site alone": (
        f"{TEXT}<figure>{images(1)}<figcaption>NÉWS</figcaption></figure>{TEXT}",
        [None],
    ),
    "sentences in the cell below": (
        f"{TEXT}<table><tr><td>{images(1)}</td></tr><tr><td>{LONG}. {LONG}.</td></tr></table>{TEXT}",
        [f"{LONG}. {LONG}."],
    ),
    "which of how many it is": (
        f"{TEXT}<figure>{images(1)}<figcaption>1 de 1\r\nHospital del puerto, de noche</figcaption></figure>"
        f"{TEXT}",
        ["Hospital del puerto, de noche"],
    ),
    "a score": (
        f"{TEXT}<figure>{images(1)}<figcaption>5 von 5 Punkten</figcaption></figure>{TEXT}",
        ["5 von 5 Punkten"],
    ),
    "signed with initials": (
        f"{TEXT}<figure>{images(1)}<figcaption><span>The fire was seen by all. </span><span class=p>q7</span>"
        f"</figcaption></figure>{TEXT}",
        ["The fire was seen by all."],
    ),
    "sentences centred, small and in italics": (
        f"{TEXT}<figure>{images(1)}<figcaption>港口的大火</figcaption></figure>{TEXT}<div>"
        '<img src="/pictures/port-fire-0001.jpg"></div><p align=center><em><span style="font-size:smaller">'
        f"“The port burns!”, they cried. One of those who saw it took this photo.</span></em></p>{TEXT}",
        ["港口的大火", "“The port burns!”, they cried. One of those who saw it took this photo."],
    ),
    "which slide it is": (f"{TEXT}<p>Bild 1 von 9</p><p>{images(1)}</p>{TEXT}", [None]),
    "for readers without scripts": (
        f"{TEXT}<noscript><figure>{images(1)}<figcaption>The fire at night</figcaption></figure>"
        f"</noscript><noscript>Please switch JavaScript on.</noscript>{TEXT}",
        ["The fire at night"],
    ),
    "a sentence in what is called a credit": (
        f"{TEXT}<div>{images(1)}<p class=photo_credit>Harbour Restoration</p><div class=photo_credit_box>"
        f"<p>{LONG}.</p></div></div>{TEXT}",
        [f"{LONG}."],
    ),
    "the alternative text again, in a paragraph among others": (
        f"{TEXT}<figure>{images(1)}<figcaption>港口的大火</figcaption></figure>{TEXT}"
        f'<img src="/pictures/port-fire-0001.jpg" alt="{LONG}, May 15."><div><span class=by>'
        f"<span>{LONG}, May 15. </span>Photo: Reuters</span></div>{TEXT}",
        ["港口的大火", f"{LONG}, May 15."],
    ),
    "no caption": (f"{TEXT}<p>{images(1)}</p>{TEXT}", [None]),
    "a credit alone": (f"{TEXT}<figure>{images(1)}<figcaption>图:新华社</figcaption></figure>{TEXT}", [None]),
    "kicker above": (f"{TEXT}<div><span>2020-07-24 10:32</span>{images(1)}</div>{TEXT}", [None]),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_gives_its_captions(page, captions, layout: str) -> None:
    body, expected = LAYOUTS[layout]
    assert captions(page(f"<article>{body}</article>")) == expected


def test_the_credit_is_read_from_its_own_element(page) -> None:
    article = page(
        f"<figure>{images(1)}<figcaption>The fire at night"
        f"<span class=photo-credit>Foto: J. Doe</span></figcaption></figure>{TEXT}"
    )
    caption = pairing.pair(article).pairings[0].caption
    assert (caption.text, caption.credit, caption.relation) == ("The fire at night", "J. Doe", "figcaption")


@pytest.mark.parametrize(("name", "told"), [("gallery slides", True), ("chapters", False)])
def test_the_text_of_a_slide_is_its_picture_s_caption(page, captions, name: str, told: bool) -> None:
    """However long; in a list of chapters the text is the story's."""
    texts = [
        f"{LONG}. {LONG}, and so they do on day {number} of the fire, as was seen by all."
        for number in (1, 2, 3)
    ]
    slide = "<li><div>{}</div><div><h4>The fire</h4><h3>Day by day</h3><p>{}</p></div></li>"
    items = "".join(slide.format(IMAGE.format(f"{n:04}"), text) for n, text in enumerate(texts))
    article = page(f"<article>{TEXT}{TEXT}<ul class='{name}'>{items}</ul>{TEXT}{TEXT}</article>")
    assert captions(article) == (texts if told else [None] * 3)


@pytest.mark.parametrize(("pictures", "credit"), [(3, "Ána Poe"), (2, None)])
def test_a_name_that_ends_several_captions_in_brackets_is_their_credit(page, pictures: int, credit) -> None:
    figure = "<figure>{}<figcaption>The quay on day {} (Ána Poe)</figcaption></figure>"
    shown = "".join(figure.format(IMAGE.format(f"{n:04}"), n) for n in range(pictures))
    found = pairing.pair(page(f"{TEXT}{shown}{TEXT}")).pairings
    assert [pairing_.credit for pairing_ in found] == [credit] * pictures


def test_both_places_of_a_picture_have_the_credit_below_its_caption(page) -> None:
    """A figure that shows its picture by a script's name as well as by an <img>."""
    cite = "<cite>Image: <a href=https://example.com/q>Ann Poe</a></cite>"
    article = page(
        f"{TEXT}<figure><span data-original='/pictures/port-fire-0000.jpg'>{images(1)}</span>"
        f"<figcaption><em>{LONG}.</em></figcaption>{cite}</figure>{TEXT}"
    )
    assert [p.credit for p in pairing.pair(article).pairings] == ["Ann Poe", "Ann Poe"]


def test_a_line_is_held_against_the_alternative_text_of_its_own_image(page, captions) -> None:
    """Images of a fetched style sheet are numbered last and stand first."""
    article = page(
        f"{TEXT}<figure>{images(1)}<figcaption>港口的大火</figcaption></figure>{TEXT}"
        '<div align=center><img src="/pictures/baker.jpg" alt="面包店的老板"></div>'
        f"<div align=center><b>面包店的老板</b></div>{TEXT}"
    )
    sheet = html.stylesheet_references(
        "body { background: url(paper.png) }", "https://a.example/a.css", article
    )
    article = msgspec.structs.replace(article, references=(*article.references, *sheet))
    assert captions(article) == ["港口的大火", "面包店的老板"]


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("(Credit: Pixabay/CC0 Public Domain)", "Pixabay/CC0 Public Domain"),
        ("Jane Doe/Reuters", None),
    ],
)
def test_a_credit_under_the_lead_is_known_by_its_cue(page, line: str, credit: str | None) -> None:
    article = page(f"<div>{images(1)}</div><div><p>{line}</p>{TEXT}</div>")
    (pairing_,) = pairing.pair(article).pairings
    assert (pairing_.caption, pairing_.credit) == (None, credit)


@pytest.mark.parametrize("cue", ["Photograph by", "Photo by"])
def test_a_cue_in_a_box_of_its_own_leads_the_name_in_it(page, cue: str) -> None:
    below = (
        f"<div>Forty engines at the quay.</div><div>{cue} <span>Jane Doe, Harbour Restoration</span></div>"
    )
    article = page(f"{TEXT}<div><div>{images(1)}</div>{below}</div>{TEXT}")
    (pairing_,) = pairing.pair(article).pairings
    assert pairing_.caption is not None
    assert (pairing_.caption.text, pairing_.credit) == (
        "Forty engines at the quay.",
        "Jane Doe, Harbour Restoration",
    )


def test_a_label_in_the_words_of_a_broadcaster_leads_the_credit(page) -> None:
    label = "<p><span class=c1>صدر الصورة،</span> <span>Jane Doe</span></p>"
    article = page(f"<div><div>{images(1)}{label}</div></div>{TEXT}")
    (pairing_,) = pairing.pair(article).pairings
    assert (pairing_.caption, pairing_.credit) == (None, "Jane Doe")


def test_a_credit_at_the_end_of_a_pictures_own_box_is_not_that_of_the_next(page) -> None:
    def item(number: int, last: str) -> str:
        image = IMAGE.format(f"000{number}")
        return f"<div class=item>{image}<div><b>Item {number}</b>{TEXT}<p><em>{last}</em></p></div></div>"

    last = "Image: Ann Poe</em></p><p><em>Main image: Bob Roe"
    lead = "<img src=/pictures/the-old-quay.jpg width=900>"
    article = page(f"{lead}{TEXT}{item(1, 'Image: Jane Doe')}{item(2, 'more of it')}{item(3, last)}")
    assert [found.credit for found in pairing.pair(article).pairings] == [
        "Bob Roe",
        "Jane Doe",
        None,
        "Ann Poe",
    ]


@pytest.mark.parametrize(("pictures", "credit"), [(1, "Jane Doe"), (2, None)])
def test_a_credit_behind_the_story_is_that_of_its_only_picture(page, pictures: int, credit: str) -> None:
    article = page(
        f"<div>{images(pictures)}{TEXT}{TEXT}</div><footer><p>By: Ann Poe<p>Beeld: Jane Doe</footer>"
    )
    assert {found.credit for found in pairing.pair(article).pairings} == {credit}


def test_a_caption_element_behind_the_figure_may_hold_a_credit_alone(page) -> None:
    lead = "<figure><img src=/pictures/the-old-quay.jpg width=900></figure>"
    article = page(f"<article>{lead}<div class=wp-caption-text>iStockphoto</div>{TEXT}{TEXT}</article>")
    (found,) = pairing.pair(article).pairings
    assert (found.caption, found.credit) == (None, "iStockphoto")


def test_a_credit_in_the_data_may_be_the_name_of_a_site(page) -> None:
    data = (
        '<script type="application/ld+json">{"@type": "ImageObject", "creditText": "agency.example", '
        '"contentUrl": "https://news.example/pictures/port-fire-0000.jpg"}</script>'
    )
    article = page(f"{data}{TEXT}{images(1)}{TEXT}")
    shown = next(r.index for r in article.references if r.role == "body")
    assert pairing.pair(article).pairings[shown].credit == "agency.example"


def test_a_short_name_for_a_credit_is_understood(page) -> None:
    box = f"<div>{images(1)}<div class=cap>Ann Poe</div><div class=cred>Jane Doe</div></div>"
    (found,) = pairing.pair(page(f"{TEXT}{box}{TEXT}")).pairings
    assert (found.caption.text, found.credit) == ("Ann Poe", "Jane Doe")


def test_what_is_called_a_credit_may_hold_the_caption_too(page) -> None:
    said = "<div class=imageCreditAgency><span>Image credit:</span> {}</div>"
    box = f"{TEXT}<div>{images(1)}{said}</div>{TEXT}"
    (found,) = pairing.pair(page(box.format("The first lights of the quay | Photo: Jane Doe"))).pairings
    assert (found.caption.text, found.credit) == ("The first lights of the quay", "Jane Doe")
    (found,) = pairing.pair(page(box.format("Office of the Mayor | Photo: Jane Doe"))).pairings
    assert found.caption is None


def test_what_follows_a_credit_label_is_the_credit(page) -> None:
    article = page(
        f"<figure>{images(1)}<figcaption>The fire <b>Image Credits:</b> Harbour Watch"
        f"</figcaption></figure>{TEXT}"
    )
    assert pairing.pair(article).pairings[0].credit == "Harbour Watch"


def test_the_file_gives_a_credit_and_a_candidate_but_no_caption(page) -> None:
    article = page(f"<p>{images(1)}</p>{TEXT}{TEXT}")
    metadata = {"iptc:caption": "PORT, 24 July 2020: fire.", "iptc:credit": "Agency"}
    picture = Picture("JPEG", "image/jpeg", 800, 600, metadata=metadata)
    (found,) = pairing.pair(article, {0: picture}).pairings
    assert found.caption is None
    assert found.credit == "Agency"
    assert [(c.relation, c.text) for c in found.candidates] == [
        ("file-metadata", "PORT, 24 July 2020: fire.")
    ]


@pytest.mark.parametrize("says", [{}, {"exif:make": "Canon"}, {"iptc:credit": "Agency"}], ids=str)
def test_what_was_paired_without_pictures_stands_unless_a_file_says_more(page, says) -> None:
    article = page(f"<figure>{images(1)}<figcaption>The fire at night.</figcaption></figure>{TEXT}")
    pictures = {0: Picture("JPEG", "image/jpeg", 800, 600, metadata=says)}
    unseen = pairing.pair(article)
    assert pairing.pair(article, pictures, unseen=unseen) == pairing.pair(article, pictures)
    assert pairing.pair(article, unseen=unseen) is unseen


def test_the_page_is_put_before_the_file(page) -> None:
    article = page(f"<figure>{images(1)}<figcaption>The fire. Foto: J. Doe</figcaption></figure>{TEXT}")
    picture = Picture(
        "JPEG", "image/jpeg", 8, 6, metadata={"iptc:caption": "Other words", "iptc:byline": "Other"}
    )
    (found,) = pairing.pair(article, {0: picture}).pairings
    assert (found.caption.text, found.credit) == ("The fire.", "J. Doe")


def test_at_most_five_candidates_best_first(page) -> None:
    lines = "".join(f"<p>line number {number} of it</p>" for number in range(9))
    article = page(f"<div>{images(1)}{lines}</div>{TEXT}{TEXT}")
    (found,) = pairing.pair(article).pairings
    confidences = [candidate.confidence for candidate in found.candidates]
    assert len(confidences) <= 5
    assert confidences == sorted(confidences, reverse=True)


def test_the_caption_of_an_empty_figure_is_told(page) -> None:
    article = page(
        f"{TEXT}<figure><figcaption>港口的大火</figcaption></figure>{TEXT}<figure><iframe></iframe><figcaption>影片</figcaption></figure>"
        "<figure><div id=film></div><figcaption>Bitte aktivieren Sie Javascript.</figcaption></figure>"
    )
    assert [stray.text for stray in pairing.pair(article).strays] == ["港口的大火"]


def test_a_caption_for_readers_without_scripts_is_not_lost(page) -> None:
    """Its picture counts as the one that waits for a script, elsewhere in the story."""
    lazy = '<img data-src="/pictures/port-fire-0000.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    twin = f"<noscript><figure>{images(1)}<figcaption>The fire at night</figcaption></figure></noscript>"
    article = page(f"{TEXT}<figure>{lazy}<figcaption>The fire at night</figcaption></figure>{twin}{TEXT}")
    assert len(article.references) == 1
    assert not pairing.pair(article).strays


PIECES = (
    "<img src=/pictures/a-long-name.jpg>|<figure>|</figure>|<figcaption>|</figcaption>|<p>|</div>|<li>|"
    "<aside>|<div class=caption>|<a href=/x>|</a>|图:大火|Foto: dpa|2020年7月24日,港口|"
).split("|")


@given(st.lists(st.sampled_from([*PIECES, TEXT]), max_size=25))
def test_any_page_gives_one_pairing_for_each_reference(pieces: list[str]) -> None:
    text = "<html><body>" + "".join(pieces)
    article = roles.assign(html.parse(text, Document("page", text.encode())))
    found = pairing.pair(article)
    assert [pairing_.reference for pairing_ in found.pairings] == list(range(len(article.references)))
    for number, group in enumerate(found.groups):
        assert all(found.pairings[image].group == number for image in group.images)
