"""The layout of an article, shared between the giving of roles and the pairing."""

from __future__ import annotations

import msgspec

from auditor.captions import roles
from auditor.captions.layout import Layout

TEXT = "<p>The fire in the port began last night, and forty engines were sent before morning came.</p>" * 3


def test_roles_do_not_make_a_layout_anew(page) -> None:
    article = page(f"<figure><img src=/the-old-quay.jpg width=900></figure>{TEXT}", title="Fire")
    unjudged = tuple(msgspec.structs.replace(one, role="body") for one in article.references)
    layout = Layout.of(msgspec.structs.replace(article, references=unjudged), keep=True)
    shared = Layout.of(roles.assign(layout.article), keep=False)
    assert shared.story is layout.story
    assert [r.role for r in shared.references] == ["lead"]
    assert [r.role for r in layout.references] == ["body"]
    assert Layout.of(shared.article, keep=False).story is not layout.story, "kept for nobody"


def test_another_article_has_a_layout_of_its_own(page) -> None:
    article = page(f"<img src=/the-old-quay.jpg>{TEXT}", title="Fire")
    for change in ({"title": "Another story"}, {"references": ()}, {"blocks": ()}):
        layout = Layout.of(article, keep=True)
        other = msgspec.structs.replace(article, **change)
        assert Layout.of(other, keep=False).story is not layout.story
