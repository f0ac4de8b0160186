"""A rule to the text of `auditor explain`, which is also its page in the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from auditor.config import DuplicateSettings
from auditor.model import Example, Outcome, Rule, State
from auditor.ruleset import PROFILES, level_in

WIDTH = 88


def text(rule: Rule) -> str:
    """What the rule finds, why it matters, how to fix it, and examples; plain text that is Markdown too."""
    return "\n\n".join(_parts(rule))


def _parts(rule: Rule) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}"
    yield _wrapped(rule.summary)
    yield f"Level: {_levels(rule)}"
    yield "## Why it matters"
    yield _wrapped(rule.why)
    yield "## How to fix it"
    yield _wrapped(rule.fix)
    yield "## Caught"
    yield from _examples(rule.catches)
    yield "## Fine"
    yield from _examples(rule.passes)
    if rule.absorbs:
        yield _wrapped(
            f"Where {', '.join(rule.absorbs)} would say the same of the same images, "
            f"this finding carries them as related and they are not told again."
        )


def _levels(rule: Rule) -> str:
    """The level of the default profile, and where others differ: "error (note in archive)"."""
    usual = level_in(rule, PROFILES[0])
    others = [(level, name) for name in PROFILES[1:] if (level := level_in(rule, name)) != usual]
    if usual == "off" and not others:
        return f"off; {rule.level} where it is selected"
    differ = ", ".join(f"{level} in {name}" for level, name in others)
    return f"{usual} ({differ})" if differ else usual


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    for example in examples:
        note = f"{example.note[:1].upper()}{example.note[1:]}:\n\n" if example.note else ""
        block = textwrap.indent(example.text, "    ", lambda _: True).rstrip()
        yield note + block
        facts = [
            f"- {address}: {_outcome(outcome)}{_like(address, example)}"
            for address, outcome in example.images.items()
        ]
        if facts:
            yield "\n".join(facts)


def _outcome(outcome: Outcome) -> str:
    """An outcome in a few words: "missing (HTTP 404 Not Found)", "a picture, 1600 x 1067 px"."""
    picture = outcome.picture
    if outcome.state is State.OK and picture:
        size = f", {picture.width_px} x {picture.height_px} px" if picture.width_px else ""
        noted = "".join(f", {name} {value}" for name, value in picture.metadata.items())
        return f"a picture ({picture.format}{size}{noted})"
    said = outcome.detail or outcome.reason
    return f"{outcome.state.value} ({said})" if said else outcome.state.value


def _like(address: str, example: Example) -> str:
    """Which picture before it in the example it is, or is a copy of; "" for one of its own."""
    picture = example.images[address].picture
    for earlier, outcome in example.images.items():
        if earlier == address or picture is None:
            break
        other = outcome.picture
        if example.images[address].sha256 == outcome.sha256:
            return f", the same as {earlier}"
        prints = [p.fingerprint.phash for p in (picture, other) if p and p.fingerprint]
        if len(prints) == 2 and _apart(*prints) <= DuplicateSettings().near_bits:
            return f", a copy of {earlier}"
    return ""


def _apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
