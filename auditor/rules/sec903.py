"""private-target: the address, or where it redirects to, lies in a private network."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Audit, Example, Hit, Outcome, Rule, State
from auditor.rules._audits import cause, outcome_hits
from auditor.rules._examples import failed


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each address that the guard did not let through for this reason."""
    return outcome_hits(audit, State.BLOCKED, _tell, lambda outcome: outcome.reason == "private-address")


def _tell(outcome: Outcome) -> str:
    where = "redirects into" if outcome.redirects else "lies in"
    return f"the address {where} a private network and was not asked ({cause(outcome)})"


RULE = Rule(
    code="SEC903",
    name="private-target",
    level="error",
    summary="The address leads into a private network; it was not asked for.",
    why=(
        "A public article has no business there. At best a draft's address was left in; at worst somebody "
        "tries to make machines that read the article (this one, preview makers, readers' browsers) knock "
        "at doors inside. Since nothing was fetched, nothing is said of the image."
    ),
    fix="Use a public address; where the network is yours, name it with --allow-private HOST[:PORT]|CIDR.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" alt="The gate">'),
        Example(
            '<img src="https://cdn.example:22/a.jpg" alt="The gate">',
            images={"https://cdn.example:22/a.jpg": failed(State.BLOCKED, "port", "port 22")},
            note="another reason to refuse: SEC905",
        ),
    ),
    catches=(
        Example(
            '<img src="https://cdn.example/a.jpg" alt="The gate">',
            images={
                "https://cdn.example/a.jpg": failed(
                    State.BLOCKED,
                    "private-address",
                    "169.254.169.254 is link-local",
                    redirects=("https://cdn.example/a.jpg",),
                )
            },
        ),
    ),
)
