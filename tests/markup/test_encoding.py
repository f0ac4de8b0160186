"""Which encoding a document is read in, and that no bytes crash it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.markup import encoding

ZH = "<p>总领事馆于七月二十四日关闭，大批记者在门外等候，工作人员搬运物品，国旗降下。</p>\n" * 3
ZH_HANT = "<p>總領事館於七月二十四日關閉，大批記者在門外等候。這是一篇關於領事館的文章。</p>\n" * 3
KO = "<p>총영사관이 7월 24일 폐쇄되었으며, 많은 기자들이 밖에서 기다렸다. 직원들은 물건을 옮겼다.</p>\n" * 3
JA = "<p>総領事館は七月二十四日に閉鎖され、多くの記者が外で待っていた。職員は荷物を運んだ。</p>\n" * 3
RU = "<p>Генеральное консульство было закрыто двадцать четвертого июля, журналисты ждали снаружи.</p>\n" * 3
FR = (
    "<p>Le consulat général a été fermé, des journalistes attendaient là de l’entrée où l’on déménageait.</p>"
)
PL = "<p>Konsulat generalny został zamknięty w piątek; dziennikarze czekają przed wejściem. Źródło.</p>"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (ZH, "gb18030", "gb18030"),
        (ZH_HANT, "big5", "big5"),
        (KO, "euc-kr", "euc-kr"),
        (JA, "shift_jis", "shift_jis"),
        (JA, "euc-jp", "euc-jp"),
        (RU, "cp1251", "windows-1251"),
        (FR, "cp1252", "windows-1252"),
        (PL, "cp1250", "windows-1250"),
        (ZH, "utf-16-le", "utf-16le"),
        (ZH, "utf-16-be", "utf-16be"),
    ],
)
def test_what_declares_nothing_is_guessed_and_the_guess_is_told(text: str, codec: str, name: str) -> None:
    decoded = encoding.decode(text.encode(codec))
    assert (decoded.text, decoded.encoding) == (text, name)
    assert [notice.code for notice in decoded.notices] == ["encoding-guessed"]


@pytest.mark.parametrize("codec", ["gb18030", "gbk", "gb2312", "big5", "euc-kr", "shift_jis", "euc-jp"])
@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="{}">',
        "<?xml version='1.0' encoding='{}'?>",
        '<meta http-equiv=a content="t;charset={}">',
    ],
)
def test_a_declaration_in_the_document_is_believed_without_a_notice(codec: str, head: str) -> None:
    text = head.format(codec) + "<p>七月</p>"
    decoded = encoding.decode(text.encode(codec))
    assert (decoded.text, decoded.notices) == (text, ())


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_every_declaration(codec: str) -> None:
    decoded = encoding.decode(ZH.encode(codec), "big5", "text/html; charset=euc-kr")
    assert (decoded.text, decoded.notices) == (ZH, ())


def test_the_transport_is_believed_before_the_document() -> None:
    body = b'<meta charset="windows-1252"><p>' + "консул".encode("cp1251")
    assert "консул" in encoding.decode(body, "windows-1251").text
    assert "консул" in encoding.decode(body, None, "text/html; charset=windows-1251").text


def test_a_declaration_that_the_bytes_contradict_gives_way() -> None:
    assert encoding.decode(ZH.encode("gb18030"), "utf-8").text == ZH
    assert encoding.decode(ZH.encode("utf-8"), "us-ascii-nonsense").text == ZH


def test_utf_8_without_any_declaration_is_no_guess() -> None:
    assert encoding.decode(ZH.encode()) == encoding.Decoded(ZH, "utf-8")


@pytest.mark.parametrize(
    "body", [ZH.encode() + b"\xff\xfe", ZH.encode()[:-20] + b"\xed\xa0\x80" + b"<p>", b"\xef\xbb\xbfab\xff"]
)
def test_invalid_bytes_are_replaced_and_told(body: bytes) -> None:
    decoded = encoding.decode(body)
    assert decoded.encoding == "utf-8"
    assert "\ufffd" in decoded.text
    assert "encoding-damaged" in [notice.code for notice in decoded.notices]


def test_text_encoded_twice_is_told_and_left_as_it_is() -> None:
    twice = (FR * 4).replace("’", "e").encode().decode("cp1252")
    decoded = encoding.decode(twice.encode())
    assert decoded.text == twice
    assert [notice.code for notice in decoded.notices] == ["encoding-damaged"]


def test_nul_bytes_stay_text() -> None:
    assert encoding.decode(b"a\x00b c d e f g h i j k").text.startswith("a\x00b")


@given(st.binary(), st.none() | st.text(), st.none() | st.text())
def test_any_bytes_become_text_that_can_be_written(
    body: bytes, charset: str | None, media_type: str | None
) -> None:
    text = encoding.decode(body, charset, media_type).text
    assert text.encode("utf-8").decode("utf-8") == text
