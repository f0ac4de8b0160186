"""unsupported-scheme: an address of a kind that cannot be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import scheme
from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import outcome_hits
from auditor.rules._examples import failed

_WHY = {
    "blob": "a blob: address lives in one open browser tab",
    "cid": "a cid: address points into an e-mail",
    "about": "an about: address is the browser's own",
    "chrome": "a chrome: address is the browser's own",
    "javascript": "a script is no image",
}


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address whose scheme nothing serves."""
    for hit in outcome_hits(audit, State.UNSUPPORTED, _tell, lambda outcome: outcome.reason == "scheme"):
        kind = scheme(audit.article.references[hit.images[0]].url or "")
        why = f" ({_WHY[kind]})" if kind in _WHY else ""
        yield Hit(
            message=hit.message.replace(": ", f"{why}: ", 1),
            key=hit.key,
            images=hit.images,
            arguments={**hit.arguments, "scheme": kind},
            evidence=hit.evidence,
            unverified=True,
        )


def _tell(_: Outcome) -> str:
    return "nothing here can ask for an address of this kind"


RULE = Rule(
    code="REF115",
    name="unsupported-scheme",
    level="warning",
    summary="The address has a scheme that is not served.",
    why=(
        "blob:, cid: and about: addresses are left over from copying out of a browser or an e-mail, and no "
        "reader can open them. Others may be a scheme of the house that `--map` can turn into one that is "
        "served; so nothing is accused, and the image counts as not verified."
    ),
    fix="Use an http, https or s3 address, or map the scheme with --map.",
    check=check,
    passes=(Example('<img src="https://cdn.example/a.jpg" alt="The gate">'),),
    catches=(
        Example(
            '<img src="blob:https://news.example/5c1e" alt="The gate"><img src="dam:4711" alt="The hall">',
            images={
                "blob:https://news.example/5c1e": failed(State.UNSUPPORTED, "scheme", "blob:"),
                "dam:4711": failed(State.UNSUPPORTED, "scheme", "dam:"),
            },
            count=2,
        ),
    ),
)
