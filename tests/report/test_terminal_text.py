"""Any text to what may be written to a terminal: nothing in it is an order, and widths are right."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.terminal import clean, clean_json, clip, clip_middle, pad, width, wrap

TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    st.sampled_from("ab 　，。中文字é\u0301\x1b\x9b\u202e\n\t🎞️-/.:"), max_size=80
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x1b]52;c;ZXZpbA==\x07", "\\x1b]52;c;ZXZpbA==\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("gpj\u202egepj.exe", "gpj\\u202egepj.exe"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("nul\x00l", "nul\\x00l"),
        ("one\r\ntwo\tthree\u2028four", "one two three four"),
        ("soft\xadhyphen \xad", "softhyphen"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("2020年7月24日，休斯敦", "2020年7月24日，休斯敦"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_controls_are_shown_and_words_are_left_alone(text: str, shown: str) -> None:
    assert clean(text) == shown


@settings(deadline=None)
@given(ANYTHING)
def test_nothing_clean_is_an_order(text: str) -> None:
    told = clean(text)
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in told)
    assert not any(unicodedata.bidirectional(c) in TURNS for c in told)
    assert clean(told) == told
    told.encode()


@settings(deadline=None)
@given(st.recursive(st.text(max_size=20), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_clean_json_is_the_same_value(value: object) -> None:
    text = clean_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(text) == value
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text if c != "\n")


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("中文", 4), ("１", 2), ("e\u0301", 1), ("，", 2), ("“", 1), ("😀", 2), ("ﾊ", 1), ("", 0)],
)
def test_widths_are_those_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


@settings(deadline=None)
@given(ANYTHING, st.integers(4, 40))
@example("0000 \u3000\x1b", 4)  # a wide blank before a word that fills the line
def test_clipped_and_wrapped_text_fits(text: str, columns: int) -> None:
    told = clean(text)
    assert width(clip(told, columns)) <= columns
    assert width(clip_middle(told, columns)) <= columns
    assert width(pad(clip(told, columns), columns)) == columns
    lines = wrap(told, columns)
    assert "".join("".join(lines).split()) == "".join(told.split())
    assert all(width(line) <= columns for line in lines)


def test_lines_break_at_spaces_and_between_ideographs_but_not_before_closing_marks() -> None:
    assert wrap("a picture of the gate", 10) == ["a picture", "of the", "gate"]
    assert wrap("工作人员摘下馆牌。", 16) == ["工作人员摘下馆", "牌。"]
    assert clip_middle("s3://bucket/0123456789abcdef", 13) == "s3://b…abcdef"
