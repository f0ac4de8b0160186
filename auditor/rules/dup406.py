"""overused: the picture ran in many articles within a few weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.model import Audit, Example, History, Hit, Rule, Use
from auditor.rules._audits import address, address_key, pictures
from auditor.rules._examples import photo
from auditor.rules._history import day, quoted, uses


def check(audit: Audit) -> Iterator[Hit]:
    """One hit for each picture that too many recent articles show, this one included."""
    until, days = audit.article.published_at or audit.now, audit.options.overused_days
    if until is None:
        return
    for reference, _, _ in pictures(audit):
        recent = [use for use in uses(audit, reference.index)[0] if _is_recent(use, until, audit)]
        articles = 1 + len({use.article for use in recent})
        if articles > audit.options.overused_articles:
            yield Hit(
                message=f"this picture runs in {articles} articles within {days} days: {address(reference)}",
                key=address_key(reference),
                images=(reference.index,),
                arguments={"articles": articles, "days": days},
                evidence={"until": day(until), "uses": [quoted(use) for use in recent]},
                related=tuple(use.image for use in recent),
            )


def _is_recent(use: Use, until: dt.datetime, audit: Audit) -> bool:
    """Whether the other article came out in the days before this one."""
    if use.published_at is None:
        return False
    age = _zoned(until) - _zoned(use.published_at)
    return dt.timedelta(0) <= age <= dt.timedelta(days=audit.options.overused_days)


def _zoned(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


_IMAGE = '<img src="/a.jpg" alt="The gate">'
_NOW = dt.datetime(2020, 8, 1, tzinfo=dt.UTC)


def _ran(count: int, days_apart: int) -> History:
    used = tuple(
        Use(f"{n}.html", f"{n}.html#0", published_at=_NOW - dt.timedelta(days=n * days_apart))
        for n in range(1, count + 1)
    )
    return History(uses={0: used}, use_counts={0: count})


RULE = Rule(
    code="DUP406",
    name="overused",
    level="note",
    summary="The same picture runs in many articles within a short time.",
    why=(
        "Readers who follow a story take the picture for the news in it; the tenth time, it says that nobody "
        "was there. How many articles within how many days are too many is a setting (`overused-articles`, "
        "`overused-days`)."
    ),
    fix="Choose another picture of the same subject.",
    check=check,
    absorbs=("DUP404",),
    needs=("history",),
    passes=(
        Example(_IMAGE, history=_ran(3, 1), now=_NOW, note="three times before"),
        Example(_IMAGE, history=_ran(12, 40), now=_NOW, note="once in forty days"),
    ),
    catches=(Example(_IMAGE, images={"/a.jpg": photo("gate")}, history=_ran(9, 2), now=_NOW),),
)
