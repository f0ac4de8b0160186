"""Stories and outcomes to audits: captions, duplicates and stand-ins, which rules read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from auditor import duplicates, standins
from auditor.captions import pairing
from auditor.model import Audit, DuplicateGroup, DuplicatePair, Outcome, StandIn
from auditor.outcomes import Key, asset_key, outcome_of, own
from auditor.plan import Plan
from auditor.stories import Story


def audits_of(
    plan: Plan, stories: Sequence[Story], outcomes: Mapping[Key, Outcome]
) -> tuple[list[Audit], duplicates.Duplicates]:
    """One audit per story, and the duplicates over all of them."""
    audits = [first_look(plan, story, own(story, outcomes, plan.settings)) for story in stories]
    shown = [look for audit in audits for look in sightings_of(audit)]
    found = duplicates.find([entry for entry, _ in shown], plan.settings.duplicates)
    stand_ins = standins.find([sighting for _, sighting in shown], plan.settings.rules.stand_ins)
    groups: dict[str, list[DuplicateGroup]] = defaultdict(list)
    for group in found.groups:
        for article in {_article_of(member) for member in group.members}:
            groups[article].append(group)
    pairs: dict[str, list[DuplicatePair]] = defaultdict(list)
    for pair in found.pairs:
        if _article_of(pair.first) == _article_of(pair.second):
            pairs[_article_of(pair.first)].append(pair)
    accused: dict[str, dict[int, StandIn]] = defaultdict(dict)
    for identity, stand_in in stand_ins.items():
        accused[_article_of(identity)][int(identity.rpartition("#")[2])] = stand_in
    complete = [
        msgspec.structs.replace(
            audit,
            duplicates=tuple(groups[audit.article.id]),
            pairs=tuple(pairs[audit.article.id]),
            stand_ins=accused[audit.article.id],
        )
        for audit in audits
    ]
    return complete, found


def settled(audits: Iterable[Audit]) -> set[str]:
    """Ids of the articles of which every image was really looked at: only there is anything fixed."""
    return {a.article.id for a in audits if all(o.state.verdict != "unverified" for o in a.outcomes)}


def _article_of(image: str) -> str:
    return image.rpartition("#")[0]


def first_look(plan: Plan, story: Story, outcomes: Mapping[Key, Outcome]) -> Audit:
    """What can be said of one article alone."""
    article, folder, captions = story
    own = tuple(outcome_of(reference, folder, outcomes) for reference in article.references)
    pictures = {index: outcome.picture for index, outcome in enumerate(own) if outcome.picture}
    others = {
        candidate.url: outcomes[asset_key(candidate.url, folder)]
        for reference in article.references
        for candidate in reference.candidates
        if plan.settings.all_candidates and asset_key(candidate.url, folder) in outcomes
    }
    return Audit(
        article,
        own,
        pairing.pair(article, pictures, unseen=captions),
        options=plan.settings.rules,
        now=plan.settings.now or dt.datetime.now(dt.UTC),
        candidates=others,
    )


def sightings_of(audit: Audit) -> Iterator[tuple[duplicates.Entry, standins.Sighting]]:
    """What a reader sees of an article: its pictures in the body, with address and caption."""
    captions = {p.reference: p.caption.text for p in audit.captions.pairings if p.caption}
    for reference, outcome in zip(audit.article.references, audit.outcomes, strict=True):
        if reference.role in ("lead", "body") and outcome.picture and outcome.sha256:
            identity = f"{audit.article.id}#{reference.index}"
            yield (
                duplicates.Entry(identity, outcome.sha256, outcome.picture, audit.article.id),
                standins.Sighting(
                    identity,
                    reference.url or reference.address,
                    captions.get(reference.index),
                    outcome.sha256,
                    outcome.picture,
                ),
            )
