"""An audit and a selection of rules to findings in reading order.

A rule is a file of `auditor/rules` named by its code; it is listed by that name and imported when it
is selected. This module knows no rule: what one rule has to say about another (`absorbs`) and about
profiles (`levels`, `off_in`) stands in the rule.
"""

from __future__ import annotations

import fnmatch
import hashlib
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

import msgspec

import auditor.rules
from auditor.config import Settings
from auditor.errors import ConfigError
from auditor.model import Audit, Finding, Hit, Level, Notice, Rule, Span, Survey, Value

KEY_VERSION = "1"
MOST_HITS = 1_000  # of one rule on one article that are told one by one
MOST_LINES = 8  # that a message names
PROFILES = ("newsroom", "archive", "dataset", "accessibility")

# What a profile says of whole families; what it says of one rule stands in the rule.
_ONLY = {"dataset": ("REF", "MIS", "DUP", "CAP305", "CAP306", "CAP307", "CAP308", "SEC")}
_WITHOUT = {"archive": ("CAP32", "CAP310")}
_RAISED: Mapping[str, tuple[str, Level]] = {"accessibility": ("CAP32", "error")}

# These families speak of what a reader sees in the article; the other two of every address asked.
_CONTENT_ONLY = ("CAP", "DUP", "QLT", "DRF", "MET", "PRV")
_NOTE_OUTSIDE = ("MIS", "SEC")


class Selection(Value, frozen=True):
    """Which rules run, at which level; `spared` are (glob on the article id, prefixes of codes)."""

    levels: Mapping[str, Level]
    spared: tuple[tuple[str, tuple[str, ...]], ...] = ()
    forced: frozenset[str] = frozenset()

    def spares(self, code: str, article: str) -> bool:
        """Whether the code is not to be told of this article."""
        name = article.rpartition("/")[2]
        return any(
            (fnmatch.fnmatchcase(article, glob) or fnmatch.fnmatchcase(name, glob))
            and code.startswith(prefixes)
            for glob, prefixes in self.spared
        )


# --- which rules there are --------------------------------------------------------------------


@cache
def codes() -> tuple[str, ...]:
    """Every code there is, sorted; no rule is imported for it."""
    names = (module.name.upper() for module in pkgutil.iter_modules(auditor.rules.__path__))
    return tuple(sorted(name for name in names if re.fullmatch(r"[A-Z]{3}\d{3}", name)))


@cache
def load(code: str) -> Rule:
    """The rule of a code, in any case. Raises ConfigError for a code that does not exist."""
    code = code.upper()
    if code not in codes():
        raise ConfigError(_unknown(code, "rule"))
    rule = importlib.import_module(f"auditor.rules.{code.lower()}").RULE
    assert isinstance(rule, Rule)
    return rule


def level_in(rule: Rule, profile: str) -> Level:
    """The level of a rule in a profile, "off" where the profile leaves it out."""
    kept = rule.code.startswith(_ONLY.get(profile, ("",)))
    if not kept or rule.code.startswith(_WITHOUT.get(profile, ("-",))) or {profile, "*"} & set(rule.off_in):
        return "off"
    prefix, raised = _RAISED.get(profile, ("-", rule.level))
    return raised if rule.code.startswith(prefix) else rule.levels.get(profile, rule.level)


# --- which of them run ------------------------------------------------------------------------


def select(settings: Settings) -> Selection:
    """The rules that the settings choose. Raises ConfigError for a code or prefix that no rule has.

    As in ruff: `select` replaces what the profile chooses, `extend-select` adds, `ignore` takes
    away; the longer prefix wins, and of equal ones `ignore`. A severity for one whole code chooses
    it too, unless `select` says what is wanted.
    """
    wanted = _prefixes("select", settings.select)
    added = _prefixes("extend-select", settings.extend_select)
    ignored = _prefixes("ignore", settings.ignore)
    severity = dict(zip(_prefixes("severity", settings.severity), settings.severity.values(), strict=True))
    levels: dict[str, Level] = {}
    forced = set()
    for code in codes():
        rule = load(code)
        level = level_in(rule, settings.profile)
        own = max((p for p in severity if code.startswith(p)), key=len, default=None)
        chosen = max(_length(code, wanted), _length(code, added), 0 if not wanted and level != "off" else -1)
        if own == code and not wanted:
            chosen = max(chosen, 0)
        if chosen < 0 or _length(code, ignored) >= max(chosen, 0):
            continue
        if level == "off":
            level = rule.level
        if own is not None:
            level = severity[own]
            forced.add(code)
        if level != "off":
            levels[code] = level
    spared = tuple(
        (glob, _prefixes("per-file-ignores", list_)) for glob, list_ in settings.per_file_ignores.items()
    )
    return Selection(levels, spared, frozenset(forced))


def _length(code: str, prefixes: Sequence[str]) -> int:
    """How much of the code the longest of the prefixes says; -1 where none fits."""
    return max((len(p) for p in prefixes if code.startswith(p)), default=-1)


def _prefixes(setting: str, given: Iterable[str]) -> tuple[str, ...]:
    """The prefixes in upper case, "ALL" as the empty one; each must fit a code."""
    found = []
    for prefix in given:
        text = prefix.strip().upper()
        if not text or (text != "ALL" and not any(code.startswith(text) for code in codes())):
            raise ConfigError(_unknown(prefix, f"rule in {setting}"))
        found.append("" if text == "ALL" else text)
    return tuple(found)


def _unknown(given: str, what: str) -> str:
    near = get_close_matches(given.strip().upper(), [*codes(), *sorted({c[:3] for c in codes()})], n=1)
    hint = f"did you mean {near[0]}?" if near else "`auditor explain --all` lists them"
    return f"unknown {what}: {given!r}; {hint}"


# --- applying them ----------------------------------------------------------------------------


def findings(
    audit: Audit, selection: Selection, warn: Callable[[Notice], None] | None = None
) -> list[Finding]:
    """What the selected rules find, in reading order and then by code.

    A finding that only tells what could not be looked at has evidence "verdict": "unverified". A rule that
    raises says so through `warn` (code "rule-failed") and finds nothing; the others run.
    """
    found: list[tuple[Rule, Hit]] = []
    for code in selection.levels:
        rule = load(code)
        if rule.scope != "article" or selection.spares(code, audit.article.id) or not _has_needs(rule, audit):
            continue
        try:
            hits = _bounded(hit for hit in rule.check(audit) if _is_seen(rule, hit, audit))
        except Exception as error:
            if warn is not None:
                reason = f"{type(error).__name__}: {error}"
                warn(Notice("rule-failed", f"{code} could not be applied to {audit.article.id} ({reason})"))
            continue
        found.extend((rule, hit) for hit in _merged(hits, audit))
    told = [_finding(rule, hit, audit, selection) for rule, hit in _absorbed(found)]
    return sorted(told, key=lambda f: (f.line or 0, f.column or 0, f.code, f.key))


def surveyed(
    survey: Survey, selection: Selection, warn: Callable[[Notice], None] | None = None
) -> list[Finding]:
    """What the selected rules of scope "run" find; such findings are on no article (`article` is "")."""
    found = []
    for code, level in selection.levels.items():
        rule = load(code)
        if rule.scope != "run":
            continue
        try:
            hits = list(rule.check(survey))
        except Exception as error:
            if warn is not None:
                warn(Notice("rule-failed", f"{code} could not be applied ({type(error).__name__}: {error})"))
            continue
        for hit in hits:
            told = hit.level if hit.level is not None and code not in selection.forced else level
            found.append(_told(rule, hit, "", told))
    return sorted(found, key=lambda finding: (finding.code, finding.key))


def _bounded(hits: Iterator[Hit]) -> list[Hit]:
    """The hits of one rule on one article, the many after the first told as one with all their images.

    Nobody reads ten thousand findings of a kind, and each costs 2 KB.
    """
    kept = list(islice(hits, MOST_HITS))
    images: list[int] = []
    count, unverified = 0, True
    for hit in hits:
        count += 1
        images += hit.images
        unverified = unverified and hit.unverified
    if count:
        message = f"the same on {count:,} further places (see the images of this finding)"
        kept.append(Hit(message, "further", tuple(dict.fromkeys(images)), unverified=unverified))
    return kept


def _has_needs(rule: Rule, audit: Audit) -> bool:
    have: Mapping[str, object] = {"history": audit.history, "url": audit.article.url}
    return all(have[need] is not None for need in rule.needs)


def _is_seen(rule: Rule, hit: Hit, audit: Audit) -> bool:
    outside = bool(hit.images) and all(_is_outside(audit, index) for index in hit.images)
    return not (outside and rule.code.startswith(_CONTENT_ONLY))


def _is_outside(audit: Audit, index: int) -> bool:
    return audit.article.references[index].role in ("chrome", "metadata")


def _merged(hits: Iterable[Hit], audit: Audit) -> Iterator[Hit]:
    """Hits with equal keys as one, which names the lines of the others."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.key, []).append(hit)
    for same in groups.values():
        first, *others = same
        spans = [span for hit in others if (span := _span(hit, audit))]
        lines = sorted({span.line for span in spans})
        named = ", ".join(map(str, lines[:MOST_LINES]))
        others_ = f" and {len(lines) - MOST_LINES:,} more" if len(lines) > MOST_LINES else ""
        more = f" (also on line {named}{others_})" if lines else ""
        images = dict.fromkeys(index for hit in same for index in hit.images)
        level = first.level if all(hit.level == first.level for hit in same) else None
        yield msgspec.structs.replace(first, message=first.message + more, images=tuple(images), level=level)


def _absorbed(found: Sequence[tuple[Rule, Hit]]) -> Iterator[tuple[Rule, Hit]]:
    """The findings without those that another one carries as `related`: one fault is one finding."""
    at_image: dict[int, list[int]] = defaultdict(list)
    for place, (_, hit) in enumerate(found):
        for index in hit.images[:1]:
            at_image[index].append(place)
    related: dict[int, list[str]] = defaultdict(list)
    gone = set()
    for place, (rule, hit) in enumerate(found):
        if not rule.absorbs:
            continue
        for other in (o for index in hit.images for o in at_image[index]):
            weaker, same = found[other]
            if weaker.code.startswith(rule.absorbs) and set(same.images) <= set(hit.images):
                gone.add(other)
                related[place].append(weaker.code)
    for place, (rule, hit) in enumerate(found):
        if place not in gone:
            carried = (*hit.related, *sorted(set(related[place])))
            yield rule, msgspec.structs.replace(hit, related=carried)


def _finding(rule: Rule, hit: Hit, audit: Audit, selection: Selection) -> Finding:
    return _told(rule, hit, audit.article.id, _level(rule, hit, audit, selection), _span(hit, audit))


def _told(rule: Rule, hit: Hit, article: str, level: Level, span: Span | None = None) -> Finding:
    evidence = {**hit.evidence, "verdict": "unverified"} if hit.unverified else dict(hit.evidence)
    return Finding(
        key=finding_key(rule.code, article, hit.key),
        code=rule.code,
        level=level,
        article=article,
        message=printable(hit.message),
        images=tuple(f"{article}#{index}" for index in hit.images),
        line=span.line if span else None,
        column=span.column if span else None,
        arguments=_plain(hit.arguments),
        evidence=_plain(evidence),
        fix=printable(hit.fix or rule.fix),
        related=hit.related,
    )


def finding_key(code: str, article: str, own: str) -> str:
    """What makes a finding the same in two runs: version, then 32 hex digits."""
    digest = hashlib.sha256("\0".join((code, article, own)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{KEY_VERSION}:{digest[:32]}"


def _level(rule: Rule, hit: Hit, audit: Audit, selection: Selection) -> Level:
    level = selection.levels[rule.code]
    if hit.level is not None and rule.code not in selection.forced:
        level = hit.level
    outside = bool(hit.images) and all(_is_outside(audit, index) for index in hit.images)
    return "note" if outside and rule.code.startswith(_NOTE_OUTSIDE) else level


def _span(hit: Hit, audit: Audit) -> Span | None:
    if hit.span is not None or not hit.images:
        return hit.span
    return audit.article.references[hit.images[0]].span


# C0 and C1 controls, surrogates, and the marks that turn the direction of text around.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def printable(text: str) -> str:
    """The text on one line, without what could drive a terminal or hide a direction."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _plain(value: Any) -> Any:
    """The value with every string in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
