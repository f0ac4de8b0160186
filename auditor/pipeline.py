"""Sources to a report: the one module that knows every stage.

    sources -> documents -> articles -> addresses -> outcomes -> audits -> findings -> report

Each distinct address is resolved once and each distinct body decoded once, however many articles
show it. Nothing here raises for an image or for an input that cannot be read: both are told.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from auditor import (
    baseline,
    duplicates,
    memory,
    reading,
    reported,
    ruleset,
    sourcing,
    standins,
    stopping,
    verifying,
)
from auditor.captions import pairing, roles
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.dialects import html
from auditor.errors import ResolveError, SourceError
from auditor.hosts import HostStatistics
from auditor.markup.addresses import redact
from auditor.model import (
    Article,
    Asset,
    Audit,
    Document,
    DuplicateGroup,
    DuplicatePair,
    Finding,
    ImageReference,
    Notice,
    Outcome,
    StandIn,
    State,
)
from auditor.resolving import Crawl, Request

Watch = Callable[[str, int, "int | None"], None]

AHEAD = 16  # bodies on their way through the decoder
CROPS_UP_TO = 10_000  # pictures; a larger run looks for no crops, for which each keeps 4 KB
SHEETS_PER_ARTICLE = 32
INLINE = "inline-svg"  # drawn in the page itself: nothing to resolve


class Plan(msgspec.Struct, frozen=True):
    """One run: what to read, with which settings, and what the run is called in the report.

    Article ids are relative to `folder`. `stop` ends the run early: what was done is kept.
    """

    sources: tuple[str, ...]
    settings: Settings = Settings()
    folder: Path = Path()
    command: str = "check"
    notices: tuple[Notice, ...] = ()
    watch: Watch = lambda _stage, _done, _total: None
    stop: asyncio.Event | None = None


class Finished(NamedTuple):
    """What a run leaves: the report, its findings as values, and how each host was asked."""

    report: reported.Report
    findings: list[Finding]
    hosts: Sequence[HostStatistics]


async def check(
    sources: Iterable[str], settings: Settings | None = None, *, folder: Path | None = None
) -> reported.Report:
    """The report on these articles (files, folders, page addresses, "-" for stdin)."""
    plan = Plan(tuple(sources), settings or Settings(), folder or Path.cwd())
    return (await run(plan)).report


async def run(plan: Plan) -> Finished:
    """A planned run, through every stage. Raises `ConfigError` only: for what the settings name."""
    started = dt.datetime.now(dt.UTC)
    settings = plan.settings
    selection = ruleset.select(settings)
    known = baseline.read(Path(settings.baseline)) if settings.baseline else None
    notices = list(plan.notices)
    async with Decoder(settings) as decoder, Crawl(settings) as crawl, _scratch() as scratch:
        decoder.warm()
        reading = await _read(plan, crawl, notices, scratch / "captures")
        outcomes = await _resolve(plan, reading.stories, crawl, decoder)
        hosts = crawl.statistics()
    audits, copies = _audits(plan, reading.stories, outcomes)
    if settings.catalog is not None:
        from auditor import recalling  # a check without a catalog does not pay for the database

        audits = recalling.recalled(settings.catalog, audits, settings.duplicates)
    found = [finding for audit in audits for finding in ruleset.findings(audit, selection, notices.append)]
    if known is not None:
        found = baseline.compare(found, known, codes=selection.levels, settled=_settled(audits))
    for story in reading.stories:
        notices += story.article.notices
    articles = [reported.article_info(audit, timed=settings.now is None) for audit in audits]
    info = _run_info(plan, started, reading.digests, notices)
    inputs = reading.inputs
    del audits, reading, outcomes  # a long article is not held twice while the report is put together
    report = reported.assemble(
        info,
        inputs,
        articles,
        copies.groups,
        found,
        [ruleset.load(code) for code in selection.levels],
        possible=copies.possible,
        fail_on=settings.fail_on,
        compared=known is not None,
    )
    return Finished(report, found, hosts)


# --- sources to articles ----------------------------------------------------------------------


class Story(NamedTuple):
    """An article with the folder that its file: addresses may reach into (None: it came from a host)."""

    article: Article
    folder: str | None


class Reading(NamedTuple):
    """What the sources gave: stories, one line per input, and the digests that name the run."""

    stories: list[Story]
    inputs: list[reported.InputInfo]
    digests: list[str]


@contextlib.asynccontextmanager
async def _scratch() -> AsyncIterator[Path]:
    """A folder for what a run puts down and nobody wants afterwards."""
    with tempfile.TemporaryDirectory(prefix="auditor-") as name:
        yield Path(name)


def documents(
    plan: Plan, source: str, crawl: Crawl | None, captures: Path | None = None
) -> AsyncIterator[Document | SourceError]:
    """The documents that one source names; what cannot be read is an item too.

    `captures` is where an archive's index goes, in which its images are looked for.
    """
    fetch = crawl.fetch if crawl is not None else None
    return sourcing.articles(source, plan.settings, plan.folder, fetch=fetch, captures=captures)


async def _read(plan: Plan, crawl: Crawl, notices: list[Notice], captures: Path) -> Reading:
    found = Reading([], [], [])
    seen: set[str] = set()
    for source in plan.sources:
        errors: list[SourceError] = []
        before = len(found.stories)

        async def read(source: str = source, errors: list[SourceError] = errors) -> None:
            async for item in documents(plan, source, crawl, captures):
                try:
                    await _add(item, plan, crawl, notices, found, seen)
                except SourceError as failure:
                    errors.append(failure)

        if not await stopping.before(plan.stop, read()):
            errors.append(_interrupted(source))
        count = len(found.stories) - before
        found.inputs.append(_input(source, count, errors[0] if errors else None))
        found.inputs.extend(_input(source, 0, error) for error in errors[1:])
    return found


def _interrupted(source: str) -> SourceError:
    return SourceError(f"{redact(source)}: interrupted before all of it was read", code="interrupted")


async def _add(
    item: Document | SourceError,
    plan: Plan,
    crawl: Crawl,
    notices: list[Notice],
    found: Reading,
    seen: set[str],
) -> None:
    """Adds the story of a document that was not read yet. Raises `SourceError` where there is none."""
    if isinstance(item, SourceError):
        raise item
    if item.id in seen:
        item = sourcing.told_apart(item)
    if item.id in seen:
        return
    seen.add(item.id)
    found.digests.append(f"{item.id} {hashlib.sha256(item.body).hexdigest()}")
    found.stories.append(await read_story(item, plan.settings, crawl, notices))
    plan.watch("articles", len(found.stories), None)


def _input(source: str, articles: int, error: SourceError | None) -> reported.InputInfo:
    told = reported.ErrorInfo(error.code, str(error)) if error else None
    return reported.InputInfo(source, articles, told)


async def read_story(document: Document, settings: Settings, crawl: Crawl, notices: list[Notice]) -> Story:
    """The story of a document, style sheets followed. Raises `SourceError` where there is no text."""
    article = reading.article(document, settings)
    folder = str(Path(document.path).parent) if document.path else None
    if article.stylesheets:
        article = await _with_sheets(article, folder, crawl, notices)
    story = Story(roles.assign(article), folder)
    if len(document.body) > memory.LARGE_BYTES:
        memory.give_back()
    return story


async def _with_sheets(article: Article, folder: str | None, crawl: Crawl, notices: list[Notice]) -> Article:
    """The article with what its linked style sheets ask for."""
    for address in article.stylesheets[:SHEETS_PER_ARTICLE]:
        try:
            text = await crawl.fetch_text(
                address,
                referer=article.url,
                folder=folder,
                archive=article.archive,
                captured_at=article.captured_at,
            )
        except ResolveError as error:
            if error.state is not State.UNCHECKED:
                notices.append(
                    Notice(
                        "stylesheet-unread", f"{article.id}: the style sheet {address} was not read ({error})"
                    )
                )
            continue
        more = html.stylesheet_references(text, address, article)
        article = msgspec.structs.replace(article, references=(*article.references, *more))
    return article


# --- addresses to outcomes --------------------------------------------------------------------

Key = tuple[str, str | None]


def asset_key(url: str, folder: str | None) -> Key:
    """What makes two requests one: a file: address depends on whose article asks."""
    return (url, folder if url.startswith("file:") else None)


def _wanted(stories: Iterable[Story], settings: Settings) -> dict[Key, Request]:
    """One request for each distinct address, in reading order."""
    requests: dict[Key, Request] = {}
    for story in stories:
        for request in _requests(story, settings):
            requests.setdefault(_key(request), request)
    return requests


def _requests(story: Story, settings: Settings) -> Iterator[Request]:
    article, folder = story
    referer = article.url or article.base_url
    for reference in article.references:
        for url in addresses_of(reference, settings):
            yield Request(url, referer, folder, article.archive, article.captured_at)


def _key(request: Request) -> Key:
    """As `asset_key`; of one address in an archive each page has the capture nearest to its own."""
    if request.archive is not None:
        return (request.url, f"captured {request.captured_at}")
    return asset_key(request.url, request.folder)


def _own(story: Story, outcomes: Mapping[Key, Outcome], settings: Settings) -> Mapping[Key, Outcome]:
    """The outcomes as this story sees them."""
    if story.article.archive is None:
        return outcomes
    requests = [request for request in _requests(story, settings) if _key(request) in outcomes]
    return {asset_key(request.url, request.folder): outcomes[_key(request)] for request in requests}


def addresses_of(reference: ImageReference, settings: Settings) -> Iterator[str]:
    """The addresses that are asked for one reference, its own first; none for one without."""
    if reference.url and reference.kind != INLINE:
        yield reference.url
        if settings.all_candidates:
            yield from (candidate.url for candidate in reference.candidates if candidate.url != reference.url)


async def _resolve(plan: Plan, stories: list[Story], crawl: Crawl, decoder: Decoder) -> dict[Key, Outcome]:
    """Outcomes by address; addresses left when the run is stopped are not in it."""
    wanted = _wanted(stories, plan.settings)
    outcomes: dict[Key, Outcome] = {}
    known: verifying.Known = {}
    thumbs = plan.settings.duplicates.crops and len(wanted) <= CROPS_UP_TO
    limit = asyncio.Semaphore(AHEAD)

    async def verify(request: Request, answer: Asset | ResolveError) -> None:
        try:
            outcomes[_key(request)] = await verifying.outcome(answer, decoder, known, thumbs=thumbs)
            plan.watch("images", len(outcomes), len(wanted))
        finally:
            limit.release()

    async def resolve() -> None:
        async with asyncio.TaskGroup() as tasks, contextlib.aclosing(crawl.run(wanted.values())) as answers:
            async for request, answer in answers:
                await limit.acquire()
                tasks.create_task(verify(request, answer))

    await stopping.before(plan.stop, resolve())
    return outcomes


def outcome_of(reference: ImageReference, folder: str | None, outcomes: Mapping[Key, Outcome]) -> Outcome:
    """What came of a reference: also of one that asks for no address, or was not asked."""
    if reference.kind == INLINE:
        return Outcome(State.OK, decodes=True)
    if reference.url is None:
        fault = reference.faults[0] if reference.faults else None
        reason = "empty" if not reference.address.strip() else "bad-url"
        return Outcome(State.INVALID, reason, fault.message if fault else "")
    return outcomes.get(asset_key(reference.url, folder), Outcome(State.UNCHECKED, "interrupted"))


# --- outcomes to audits -----------------------------------------------------------------------


def _audits(
    plan: Plan, stories: Sequence[Story], outcomes: Mapping[Key, Outcome]
) -> tuple[list[Audit], duplicates.Duplicates]:
    """One audit per story, and the duplicates over all of them."""
    audits = [first_look(plan, story, _own(story, outcomes, plan.settings)) for story in stories]
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


def _settled(audits: Iterable[Audit]) -> set[str]:
    """Ids of the articles of which every image was really looked at: only there is anything fixed."""
    return {a.article.id for a in audits if all(o.state.verdict != "unverified" for o in a.outcomes)}


def _article_of(image: str) -> str:
    return image.rpartition("#")[0]


def first_look(plan: Plan, story: Story, outcomes: Mapping[Key, Outcome]) -> Audit:
    """What can be said of one article alone."""
    article, folder = story
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
        pairing.pair(article, pictures),
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


# --- the run itself ---------------------------------------------------------------------------


def _run_info(
    plan: Plan, started: dt.datetime, digests: list[str], notices: Iterable[Notice]
) -> reported.RunInfo:
    """With a given clock all clocks stand still and the id is a digest of what went in."""
    settings, fixed = plan.settings, plan.settings.now
    config = hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()
    ended = fixed or dt.datetime.now(dt.UTC)
    seed = digests if fixed else [*digests, started.isoformat()]
    return reported.RunInfo(
        id=reported.run_id(config, seed),
        command=plan.command,
        started_at=reported.timestamp(fixed or started),
        ended_at=reported.timestamp(ended),
        duration_ms=None if fixed else round((ended - started).total_seconds() * 1000),
        profile=settings.profile,
        config_sha256=config,
        complete=not (plan.stop and plan.stop.is_set()),
        warnings=reported.warnings(notices),
    )
