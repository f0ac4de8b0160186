"""Times in the many ways that archives write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.moments import moment

NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01T12:00:00Z",
        "2024-05-01T14:00:00+02:00",
        " 2024-05-01 12:00:00 ",
        "2024-05-01T12:00:00.000000",
        "20240501T120000Z",
        "Wed, 01 May 2024 12:00:00 GMT",
        1714564800,
        1714564800.0,
        1714564800000,
        NOON,
        NOON.replace(tzinfo=None),
    ],
)
def test_what_tells_a_time_is_aware(value: object) -> None:
    assert moment(value) == NOON


@pytest.mark.parametrize("value", ["2024-05-01", dt.date(2024, 5, 1)])
def test_a_day_is_its_first_moment(value: object) -> None:
    assert moment(value) == dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", True, -1, 0, float("nan"), 10**30, [], {}, b"2024"])
def test_what_tells_no_time_is_none(value: object) -> None:
    assert moment(value) is None


@given(st.text(max_size=30) | st.floats() | st.integers())
def test_any_value_has_a_moment_or_none(value: Any) -> None:
    found = moment(value)
    assert found is None or found.tzinfo is not None
