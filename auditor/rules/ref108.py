"""srcset-bad-candidate: a srcset of which a browser cannot use every entry."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.markup.addresses import redact
from auditor.model import Audit, Example, Hit, Rule, State
from auditor.rules._audits import address, address_key, cause, every, shown


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each reference with an entry that is malformed, or that was asked for and is broken."""
    for reference, _ in every(audit):
        said = [f.message for f in reference.faults if "srcset" in f.reason]
        for candidate in reference.candidates:
            outcome = audit.candidates.get(candidate.url)
            if outcome and outcome.state.verdict == "broken" and candidate.url != reference.url:
                said.append(f"{redact(candidate.url)}: {_state(outcome.state)} ({cause(outcome)})")
        if said:
            yield Hit(
                message=f"srcset has a candidate that cannot be used ({shown('; '.join(said))}): "
                f"{address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                evidence={"candidates": said},
            )


def _state(state: State) -> str:
    return state.value.replace("_", " ")


RULE = Rule(
    code="REF108",
    name="srcset-bad-candidate",
    level="warning",
    summary="An entry of a srcset is malformed or leads nowhere.",
    why=(
        "A browser drops the entries that it cannot read and takes another one, too small or too large; an "
        "entry that is missing breaks the picture on some screens only, where nobody looks. Malformed "
        "entries are always told; `--all-candidates` asks for every image of the set as well."
    ),
    fix="Repair or drop the entry.",
    check=check,
    passes=(
        Example('<img src="/a.jpg" srcset="/a.jpg 1x, /b.jpg 2x" alt="The gate">'),
        Example('<img src="/a.jpg" srcset="/a,b.jpg 640w, /c.jpg 1280w" sizes="100vw" alt="The gate">'),
    ),
    catches=(Example('<img src="/a.jpg" srcset="/a.jpg 1x, /b.jpg 2x 640q" alt="The gate">'),),
)
