"""Audits of a check to the same audits with what a catalog knows: where a picture ran before, and when.

Nothing is written to the catalog, and the check does not wait for a scan that is under way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from auditor import catalog_assets, catalog_pairs, judging
from auditor import catalog_rows as rows
from auditor.catalog import Catalog, chunks
from auditor.catalog_schema import assets, blobs, runs
from auditor.config import DuplicateSettings
from auditor.judging import USES, Uses
from auditor.model import Audit, History, Past, Picture, State, Use
from auditor.resolving import Request

_SHOWN = ("lead", "body")


def recalled(address: str, audits: Sequence[Audit], settings: DuplicateSettings) -> list[Audit]:
    """The audits with their history. Raises `CatalogError`."""
    contents = {
        outcome.sha256: outcome.picture
        for audit in audits
        for outcome in audit.outcomes
        if outcome.sha256 and outcome.picture
    }
    with Catalog(address) as catalog, catalog.read() as connection:
        copies = _copies(connection, contents, settings)
        known: dict[str, Uses] = {}
        for some in chunks(sorted({other for found in copies.values() for other, _ in found})):
            known.update(judging.uses(connection, some))
        past = _past(connection, audits)
    return [msgspec.structs.replace(audit, history=_history(audit, copies, known, past)) for audit in audits]


def _copies(
    connection: sa.Connection, contents: Mapping[str, Picture], settings: DuplicateSettings
) -> dict[str, list[tuple[str, int]]]:
    """Contents of the catalog that show the same as each of ours, with their distance in bits."""
    found: dict[str, dict[str, int]] = {sha256: {sha256: 0} for sha256 in contents}
    by_pixels: dict[str, list[str]] = defaultdict(list)
    for sha256, picture in contents.items():
        if picture.pixels:
            by_pixels[picture.pixels].append(sha256)
    for some in chunks(sorted(by_pixels)):
        same = sa.select(blobs.c.sha256, blobs.c.pixels).where(blobs.c.pixels.in_(some))
        for other, pixels in connection.execute(same):
            for sha256 in by_pixels[pixels]:
                found[sha256].setdefault(other, 0)
    for sha256, other, bits in catalog_pairs.near(connection, contents, settings):
        found[sha256].setdefault(other, bits)
    for sha256, other, bits in catalog_pairs.parts(connection, contents, settings):
        found[sha256].setdefault(other, bits)
    return {sha256: sorted(others.items(), key=lambda o: (o[1], o[0])) for sha256, others in found.items()}


def _history(
    audit: Audit,
    copies: Mapping[str, Sequence[tuple[str, int]]],
    known: Mapping[str, Uses],
    past: Mapping[str, Past],
) -> History:
    uses: dict[int, tuple[Use, ...]] = {}
    counts: dict[int, int] = {}
    captions: dict[int, int] = {}
    addresses: dict[int, int] = {}
    before: dict[int, Past] = {}
    for reference, outcome in zip(audit.article.references, audit.outcomes, strict=True):
        if reference.url is not None and reference.url in past:
            before[reference.index] = past[reference.url]
        if reference.role not in _SHOWN or outcome.sha256 is None or outcome.sha256 not in copies:
            continue
        own = [(known[sha], bits) for sha, bits in copies[outcome.sha256] if sha in known]
        others = [
            msgspec.structs.replace(use, distance_bits=bits)
            for all_, bits in own
            for use, _ in all_.known
            if use.article != audit.article.id
        ]
        if others:
            uses[reference.index] = tuple(others[:USES])
            mine = any(use.article == audit.article.id for all_, _ in own for use, _ in all_.known)
            counts[reference.index] = sum(all_.articles for all_, _ in own) - mine
        captions[reference.index] = sum(all_.captions for all_, _ in own)
        addresses[reference.index] = sum(all_.addresses for all_, _ in own)
    return History(before, uses, counts, captions, addresses)


def _past(connection: sa.Connection, audits: Iterable[Audit]) -> dict[str, Past]:
    """What the catalog remembers of addresses on hosts: files of a draft are told by their content alone."""
    urls = {
        reference.url
        for audit in audits
        for reference in audit.article.references
        if reference.url and not reference.url.startswith(("file:", "data:"))
    }
    names = dict(connection.execute(sa.select(runs.c.id, runs.c.name)).all())
    found: dict[str, Past] = {}
    for some in chunks(sorted(rows.asset_digest(Request(url)) for url in urls)):
        asked = sa.select(assets).where(assets.c.digest.in_(some), assets.c.checked_at.is_not(None))
        seen = connection.execute(asked).all()
        pictures = dict(
            catalog_assets.pictures(connection, sorted({row.sha256 for row in seen if row.sha256}))
        )
        for row in seen:
            found[row.address] = Past(
                state=State(row.state),
                sha256=row.sha256,
                picture=pictures.get(row.sha256),
                seen_at=rows.moment(row.last_ok_at),
                checked_at=rows.moment(row.checked_at),
                last_ok_at=rows.moment(row.last_ok_at),
                last_ok_run=names.get(row.last_ok_run),
                failing_runs=row.failing_runs,
                failing_since=rows.moment(row.failing_since),
            )
    return found
