"""How one host answers to how it may be asked next: pace, pauses, robots.txt, what is tried again.

The pace is learned as TCP learns a window (additive increase, multiplicative decrease): unbounded
until the host first says "too many", then what it just served per second, a little more with every
second of good answers, a cut at every new refusal.
"""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Mapping
from typing import Any

from auditor.errors import ResolveError
from auditor.model import Asset, State

CUT = 0.8  # of the pace, at a refusal
FIRST = 0.9  # of what the host served in the round that ended with its first refusal
CLIMB = 1.0  # of the pace, for each second of good answers, while far below what was refused last
CREEP = 0.02  # the same, once near it
NEAR = 0.85
UNKNOWN = 2.0  # requests per second, where the very first answer is a refusal
SLOWEST = 0.2
LATE_S = 0.02  # of a late start are made up for, so that a busy machine keeps the pace
LONGEST_CRAWL_DELAY_S = 10.0


class Pace:
    """The learned pace of one host; `now` is always handed in, in seconds of any steady clock.

    `rate` is in requests per second, None while nothing has been refused.
    """

    def __init__(self) -> None:
        self.rate: float | None = None
        self.not_before = 0.0
        self.waited_s = 0.0
        self._delay = 0.0
        self._ceiling = 0.0
        self._round_began: float | None = None
        self._round_served = 0
        self._grown_at = 0.0
        self._cut_at = float("-inf")

    def asked(self, now: float) -> None:
        """A request starts now: the next may start one interval later."""
        if self._round_began is None:
            self._round_began = now
        if self.rate:
            self.not_before = max(self.not_before, now - LATE_S) + 1 / self.rate
        if self._delay:
            self.not_before = max(self.not_before, now + self._delay)

    def forget(self) -> None:
        """The host is not asked any more: nothing has to wait for it."""
        self.rate, self.not_before, self._delay = None, 0.0, 0.0

    def keep_apart(self, delay: float | None) -> None:
        """Obey a Crawl-delay, in seconds."""
        self._delay = min(delay, LONGEST_CRAWL_DELAY_S) if delay else 0.0

    def served(self, now: float) -> None:
        """A request was answered without complaint."""
        self._round_served += 1
        if self.rate is not None and now > self._grown_at:
            growth = CREEP if self.rate > NEAR * self._ceiling else CLIMB
            self.rate *= 1 + growth * min(now - self._grown_at, 1.0)
            self._grown_at = now

    def refused(self, now: float, asked_at: float, pause: float) -> None:
        """The host said "too many" (429, 503) or refused the connection; `pause` s of rest follow.

        Answers to requests from before the last cut are no news and cut nothing.
        """
        resume = now + pause
        if asked_at > self._cut_at:
            if self.rate is None:
                began = self._round_began if self._round_began is not None else now
                served = self._round_served
                learned = FIRST * served / max(resume - began, 0.05) if served else UNKNOWN
                self.rate = max(learned, SLOWEST)
                self._ceiling = float("inf")
            else:
                self._ceiling = self.rate
                self.rate = max(self.rate * CUT, SLOWEST)
            self._cut_at = now
        self._grown_at = max(self._grown_at, resume)
        if resume > self.not_before:
            self.waited_s += resume - max(self.not_before, now)
            self.not_before = resume


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """The seconds that a Retry-After asks for (RFC 9110, section 10.2.3); None without a usable one.

    A date is measured from the answer's own Date where it has one: their clock may be wrong.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    then = _date(value)
    if then is None:
        return None
    since = _date(headers.get("date", "")) or now
    return max((then - since).total_seconds(), 0.0)


def _date(text: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)


def is_refusal(error: ResolveError) -> bool:
    """Whether the host told us to slow down: 429, 503, or no connection taken."""
    return error.http_status in (429, 503) or error.evidence.get("connection") == "refused"


def may_help(answer: Asset | ResolveError) -> bool:
    """Whether asking the same address again may end otherwise: never for a 404 or a wrong body."""
    if isinstance(answer, Asset):
        return not answer.complete and "fast" not in answer.evidence
    return answer.transient and answer.state is State.UNREACHABLE


def backoff(tries: int, timeout: float) -> float:
    """Seconds before try number `tries + 1` where the host did not name any."""
    return min(0.5, timeout / 20) * float(2 ** (tries - 1))


class Robots:
    """What one host's robots.txt lets us fetch. No text: everything; not `reachable`: nothing (RFC 9309)."""

    AGENT = "auditor"
    MAX_BYTES = 512 * 1024

    def __init__(self, text: str | None, *, reachable: bool = True) -> None:
        self._rules: Any = None
        self._reachable = reachable
        if text:
            import protego

            self._rules = protego.Protego.parse(text)

    @classmethod
    def of(cls, status: int, body: bytes) -> Robots:
        """As RFC 9309, section 2.3.1 says: a missing file allows all, a server error forbids all."""
        if 200 <= status < 300:
            return cls(body.decode("utf-8-sig", "replace"))
        return cls(None, reachable=status < 500 and status != 429)

    def allow(self, url: str) -> bool:
        if not self._reachable:
            return False
        return self._rules is None or bool(self._rules.can_fetch(url, self.AGENT))

    @property
    def why(self) -> str:
        if self._reachable:
            return "robots.txt asks not to fetch it"
        return "robots.txt cannot be read, which forbids everything (RFC 9309)"

    @property
    def crawl_delay(self) -> float | None:
        delay = self._rules.crawl_delay(self.AGENT) if self._rules is not None else None
        return float(delay) if delay is not None else None
