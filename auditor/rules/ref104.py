"""dummy-image-host: a picture of a service that makes fillers for drafts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import host
from auditor.model import Audit, Example, Hit, Rule, RuleOptions
from auditor.rules._audits import address, address_key, every, is_below

# Services that make pictures for layouts and give every visitor one, and RFC 2606's hosts for examples.
HOSTS = tuple(
    "placehold.co placehold.it placeholder.com placeholdit.com place-hold.it dummyimage.com fpoimg.com "
    "fakeimg.pl fakeimg.com picsum.photos loremflickr.com lorempixel.com placeimg.com placekitten.com "
    "placebear.com placebeard.it placedog.net placecage.com fillmurray.com stevensegallery.com "
    "baconmockup.com placeskull.com satyr.dev holder.js imgplaceholder.com source.unsplash.com "
    "example.com example.org example.net example.edu".split()
)


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address on such a host, unless the page itself lies there."""
    own = host(audit.article.url or "")
    for reference, _ in every(audit):
        name = host(reference.url or "")
        for listed, hosts in (("built-in", HOSTS), ("settings", audit.options.dummy_hosts)):
            if name and name != own and is_below(name, hosts):
                yield Hit(
                    message=f"a filler picture of {name} was left in: {address(reference)}",
                    key=address_key(reference),
                    images=(reference.index,),
                    arguments={"host": name},
                    evidence={"host": name, "list": listed},
                )
                break


RULE = Rule(
    code="REF104",
    name="dummy-image-host",
    level="error",
    summary="The image comes from a service that makes fillers for layouts.",
    why=(
        "Fillers show the right size and the wrong thing: a kitten, a grey box, a random photograph that "
        "changes with every visit. They answer with status 200, so that no link checker tells them. "
        "`dummy-hosts` in the settings adds hosts of your own."
    ),
    fix="Put in the real picture.",
    check=check,
    absorbs=("MIS", "SEC903"),
    passes=(
        Example('<img src="https://images.news.example/a.jpg" alt="The gate">'),
        Example(
            '<img src="/logo.png" alt="Example">',
            url="https://example.com/about",
            note="a page of that host itself",
        ),
    ),
    catches=(
        Example('<img src="https://placehold.co/600x400" alt="The gate">'),
        Example(
            '<img src="https://picsum.photos/1200/800" alt="Gate">'
            '<img src="https://via.placeholder.com/9" alt="Hall">',
            count=2,
        ),
        Example(
            '<img src="https://filler.intra.example/1.png" alt="The gate">',
            options=RuleOptions(dummy_hosts=("filler.intra.example",)),
        ),
    ),
)
