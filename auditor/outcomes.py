"""Stories to outcomes: every distinct address is asked once, every distinct body decoded once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence

from auditor import stopping, verifying
from auditor.config import Settings
from auditor.decoder import Decoder
from auditor.errors import ResolveError
from auditor.model import Asset, ImageReference, Outcome, State
from auditor.plan import Plan
from auditor.resolving import Crawl, Request
from auditor.stories import Story

AHEAD = 16  # bodies on their way through the decoder
CROPS_UP_TO = 10_000  # pictures; a larger run looks for no crops, for which each keeps 4 KB
INLINE = "inline-svg"  # drawn in the page itself: nothing to resolve
INTERRUPTED = Outcome(State.UNCHECKED, "interrupted")

Key = tuple[str, str | None]


def asset_key(url: str, folder: str | None) -> Key:
    """What makes two requests one: a file: address depends on whose article asks."""
    return (url, folder if url.startswith("file:") else None)


def _requests(story: Story, settings: Settings) -> Iterator[Request]:
    article, folder, _ = story
    referer = article.url or article.base_url
    for reference in article.references:
        for url in addresses_of(reference, settings):
            yield Request(url, referer, folder, article.archive, article.captured_at)


def _key(request: Request) -> Key:
    """As `asset_key`; of one address in an archive each page has the capture nearest to its own."""
    if request.archive is not None:
        return (request.url, f"captured {request.captured_at}")
    return asset_key(request.url, request.folder)


def own(story: Story, outcomes: Mapping[Key, Outcome], settings: Settings) -> Mapping[Key, Outcome]:
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


async def resolve(plan: Plan, stories: Sequence[Story], crawl: Crawl, decoder: Decoder) -> dict[Key, Outcome]:
    """Outcomes by address, each asked once; what is left when the run is stopped is unchecked."""
    total = len({_key(request) for story in stories for request in _requests(story, plan.settings)})
    outcomes: dict[Key, Outcome] = {}
    known: verifying.Known = {}
    thumbs = plan.settings.duplicates.crops and total <= CROPS_UP_TO
    limit = asyncio.Semaphore(AHEAD)
    done = 0

    def requests() -> Iterator[Request]:
        for story in stories:
            for request in _requests(story, plan.settings):
                if (key := _key(request)) not in outcomes:
                    outcomes[key] = INTERRUPTED
                    yield request

    async def verify(request: Request, answer: Asset | ResolveError) -> None:
        nonlocal done
        try:
            outcomes[_key(request)] = await verifying.outcome(answer, decoder, known, thumbs=thumbs)
            done += 1
            plan.watch("images", done, total)
        finally:
            limit.release()

    async def ask() -> None:
        async with asyncio.TaskGroup() as tasks, contextlib.aclosing(crawl.run(requests())) as answers:
            async for request, answer in answers:
                await limit.acquire()
                tasks.create_task(verify(request, answer))

    await stopping.before(plan.stop, ask())
    return outcomes


def outcome_of(reference: ImageReference, folder: str | None, outcomes: Mapping[Key, Outcome]) -> Outcome:
    """What came of a reference: also of one that asks for no address, or was not asked."""
    if reference.kind == INLINE:
        return Outcome(State.OK, decodes=True)
    if reference.url is None:
        fault = reference.faults[0] if reference.faults else None
        reason = "empty" if not reference.address.strip() else "bad-url"
        return Outcome(State.INVALID, reason, fault.message if fault else "")
    return outcomes.get(asset_key(reference.url, folder), INTERRUPTED)
