"""Pace, pauses, robots.txt and what is asked again: values in, values out, no clock of our own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ResolveError
from auditor.model import Asset, State
from auditor.politeness import SLOWEST, Pace, Robots, backoff, may_help, retry_after

NOW = dt.datetime(2020, 7, 24, 10, 0, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Fri, 24 Jul 2020 10:01:30 GMT", 90.0),
        ("Friday, 24-Jul-20 10:01:30 GMT", 90.0),
        ("Fri, 24 Jul 2020 09:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_date_is_measured_from_the_answers_own_clock() -> None:
    headers = {"retry-after": "Fri, 24 Jul 2020 12:00:07 GMT", "date": "Fri, 24 Jul 2020 12:00:00 GMT"}
    assert retry_after(headers, NOW) == 7.0


@given(st.text())
def test_no_retry_after_makes_it_raise(value: str) -> None:
    seconds = retry_after({"retry-after": value}, NOW)
    assert seconds is None or seconds >= 0


def test_a_host_that_never_refuses_is_never_slowed_down() -> None:
    pace = Pace()
    for moment in range(100):
        pace.asked(moment / 1000)
        pace.served(moment / 1000)
    assert pace.rate is None
    assert pace.not_before <= 0.1


def test_a_refusal_rests_for_as_long_as_the_host_says() -> None:
    pace = Pace()
    pace.asked(0.0)
    pace.refused(1.0, asked_at=0.9, pause=5.0)
    assert pace.not_before == 6.0
    assert pace.waited_s == 5.0


def test_answers_to_requests_from_before_the_cut_cut_nothing() -> None:
    pace = Pace()
    for _ in range(40):
        pace.asked(0.0)
        pace.served(0.0)
    pace.refused(0.1, asked_at=0.05, pause=1.0)
    rate = pace.rate
    for _ in range(7):
        pace.refused(0.11, asked_at=0.06, pause=1.0)
    assert pace.rate == rate
    pace.refused(2.0, asked_at=1.5, pause=1.0)
    assert pace.rate is not None
    assert rate is not None
    assert pace.rate < rate


def test_a_host_that_limits_is_learned_within_a_tenth_of_requests() -> None:
    """40 requests per second, Retry-After 1: simulated with a clock of its own."""
    pace, now, budget, refused, served = Pace(), 0.0, 40.0, 0, 0
    while served < 200:
        later = max(now, pace.not_before)
        budget = min(40.0, budget + (later - now) * 40)
        now = later + 0.001
        pace.asked(later)
        if budget >= 1:
            budget -= 1
            served += 1
            pace.served(now)
        else:
            refused += 1
            pace.refused(now, asked_at=later, pause=1.0)
    assert refused <= 20
    assert now < 12


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 10), st.floats(0, 60)), max_size=60))
def test_the_pace_stays_within_its_bounds(events: list[tuple[bool, float, float]]) -> None:
    pace, now = Pace(), 0.0
    for good, passed, pause in events:
        now += passed
        pace.asked(now)
        if good:
            pace.served(now)
        else:
            pace.refused(now, now, pause)
            assert pace.not_before >= now + pause
        assert pace.rate is None or pace.rate >= SLOWEST


def test_a_crawl_delay_keeps_requests_apart_and_is_capped() -> None:
    pace = Pace()
    pace.keep_apart(3.0)
    pace.asked(100.0)
    assert pace.not_before == 103.0
    pace.keep_apart(86_400.0)
    pace.asked(200.0)
    assert pace.not_before <= 210.0


def _failure(reason: str, transient: bool, state: State = State.UNREACHABLE) -> ResolveError:
    return ResolveError(state, reason, transient=transient)


@pytest.mark.parametrize(
    ("answer", "helps"),
    [
        (_failure("timeout", True), True),
        (_failure("http-5xx", True), True),
        (_failure("tls", False), False),
        (_failure("http-404", False, State.MISSING), False),
        (_failure("http-404", True, State.MISSING), False),
        (Asset("u", b"x", "u"), False),
        (Asset("u", b"x", "u", complete=False), True),
        (Asset("u", b"x", "u", complete=False, evidence={"fast": "1"}), False),
    ],
)
def test_only_what_may_end_otherwise_is_asked_again(answer: Asset | ResolveError, helps: bool) -> None:
    assert may_help(answer) is helps


def test_the_backoff_doubles_and_fits_the_time_limit() -> None:
    assert [backoff(tries, 20) for tries in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert backoff(1, 1) == 0.05


ROBOTS = b"""User-agent: *
Disallow: /private/
Crawl-delay: 2

User-agent: auditor
Disallow: /no/
Allow: /no/but
"""


@pytest.mark.parametrize(
    ("status", "body", "url", "allowed"),
    [
        (200, ROBOTS, "https://e.example/no/x.png", False),
        (200, ROBOTS, "https://e.example/no/but/x.png", True),
        (200, ROBOTS, "https://e.example/private/x.png", True),
        (200, b"User-agent: *\nDisallow: /", "https://e.example/x.png", False),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "https://e.example/x.png", False),
        (200, b"\xff\xfe\0<html>no robots here</html>", "https://e.example/x.png", True),
        (200, b"", "https://e.example/x.png", True),
        (404, b"User-agent: *\nDisallow: /", "https://e.example/x.png", True),
        (403, b"", "https://e.example/x.png", True),
        (429, b"", "https://e.example/x.png", False),
        (503, b"", "https://e.example/x.png", False),
    ],
)
def test_robots_txt_is_obeyed_as_rfc_9309_says(status: int, body: bytes, url: str, allowed: bool) -> None:
    assert Robots.of(status, body).allow(url) is allowed


def test_a_robots_txt_that_cannot_be_reached_forbids_and_says_so() -> None:
    robots = Robots(None, reachable=False)
    assert not robots.allow("https://e.example/")
    assert "cannot be read" in robots.why


def test_the_crawl_delay_of_our_group_counts() -> None:
    assert Robots.of(200, b"User-agent: *\nCrawl-delay: 2\n").crawl_delay == 2.0
    assert Robots.of(200, ROBOTS).crawl_delay is None
