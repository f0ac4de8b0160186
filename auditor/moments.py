"""What stands for a time, in the many ways that archives write it, to a time with a zone."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

_EARLIEST = 0.0
_LATEST = 4e9  # seconds: the year 2096; larger numbers are milliseconds


def moment(value: object) -> dt.datetime | None:
    """An aware time from ISO 8601, RFC 5322, seconds or milliseconds; None for what tells no time.

    A day is its first moment, and what has no zone is in UTC.
    """
    if isinstance(value, bool):
        return None
    try:
        found = _number(float(value)) if isinstance(value, int | float) else _other(value)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=dt.UTC) if found is not None and found.tzinfo is None else found


def _number(seconds: float) -> dt.datetime | None:
    seconds = seconds / 1000 if seconds > _LATEST else seconds
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if _EARLIEST < seconds <= _LATEST else None


def _other(value: object) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)
