"""Addresses: absolute as browsers make them, canonical for keys, redacted for eyes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.markup import addresses
from auditor.model import Document

VECTORS = Path(__file__).parents[2].parent / "shared" / "conformance" / "wpt"


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the standards' vectors are not beside the project")
def test_nearly_every_url_vector_holds() -> None:
    cases = [c for c in json.loads((VECTORS / "urltestdata.json").read_text("utf-8")) if isinstance(c, dict)]
    right = sum(
        addresses.absolute(c["input"], c["base"]) == (None if c.get("failure") else c["href"]) for c in cases
    )
    assert len(cases) == 869
    assert right >= 859  # ada refuses eight punycode labels that the vectors let pass


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("//cdn.test/a.jpg", "https://cdn.test/a.jpg"),
        (" \n//cdn.test:8443/a.jpg", "https://cdn.test:8443/a.jpg"),
        ("///a.jpg", "file:///a.jpg"),
        ("/a.jpg", "file:///a.jpg"),
        ("a.jpg", "file:///drafts/a.jpg"),
        ("file://server/a.jpg", "file://server/a.jpg"),
    ],
)
def test_a_host_alone_means_the_web_in_a_file_too(address: str, url: str) -> None:
    assert addresses.meant(address, "file:///drafts/story.html") == url


@pytest.mark.parametrize(
    ("address", "base", "url"),
    [
        ("a.jpg", "https://x.test/b/c.html", "https://x.test/b/a.jpg"),
        (" //cdn.test/a.jpg\n", "https://x.test/", "https://cdn.test/a.jpg"),
        ("s3://bucket/key", None, "s3://bucket/key"),
        ("a.jpg", None, None),
        ("http://[", "https://x.test/", None),
        ("http://x.test:99999/a", None, None),
        ("\ud800", "https://x.test/", None),
    ],
)
def test_an_address_is_joined_as_browsers_do(address: str, base: str | None, url: str | None) -> None:
    assert addresses.absolute(address, base) == url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://u:p@x.test/a.jpg?w=3#top", "https://x.test/a.jpg?w=3"),
        ("https://x.test/a.jpg?X-Amz-Signature=1&X-Amz-Expires=9&w=3", "https://x.test/a.jpg?w=3"),
        ("https://x.test/a?Expires=1&Signature=b&Key-Pair-Id=c", "https://x.test/a"),
        ("https://x.test/a?sig=s&se=1&sp=r&w=2", "https://x.test/a?w=2"),
        ("https://x.test/a?se=1&w=2", "https://x.test/a?se=1&w=2"),
        ("HTTPS://X.test:443/a", "https://x.test/a"),
    ],
)
def test_the_canonical_form_outlives_signature_and_fragment(url: str, canonical: str) -> None:
    assert addresses.canonical(url) == canonical


def test_a_data_url_is_keyed_by_its_digest() -> None:
    assert addresses.canonical("data:,a") == addresses.canonical("data:,a") != addresses.canonical("data:,b")
    assert len(addresses.canonical("data:," + "a" * 10_000)) < 100


@pytest.mark.parametrize(
    ("url", "gone"),
    [
        ("https://user:secret@x.test/a.jpg", "secret"),
        ("https://x.test/a?token=secret&w=1", "secret"),
        ("https://x.test/a?X-Amz-Signature=secret", "secret"),
        ("https://x.test/\x1b[2J\u202egpj.a\ud800", "\x1b"),
        ("data:image/png;base64," + "A" * 5000, "A" * 100),
        ("https://user:secret@[bad", "secret"),
        ("https:\\\\user:secret@x.test\\a.jpg", "secret"),
        (" HTTP:/user:secret@x.test/a.jpg", "secret"),
        ("http:user:secret@x.test/a.jpg", "secret"),
        ("//user:sec ret@x.test/a.jpg", "sec ret"),
        ("s3://key:secret@bucket/a.jpg", "secret"),
        ("https://x.test/a?auth_key=1595-0-0-secret", "secret"),
        ("https://x.test/a?t=1&sign=secret&w=1", "secret"),
    ],
)
def test_what_is_shown_holds_no_secret_and_no_control(url: str, gone: str) -> None:
    shown = addresses.redact(url)
    assert gone not in shown
    assert shown.isprintable()


def test_an_at_sign_that_names_nobody_stays() -> None:
    for url in ("https://x.test/@2x/a@2x.jpg", "mailto:desk@x.test", "/news/a@2x.jpg", "a@2x.jpg"):
        assert addresses.redact(url) == url


def test_the_base_is_the_option_then_the_url_then_the_file() -> None:
    document = Document(id="a", body=b"", url="https://x.test/a", path="news/a.html")
    assert addresses.document_base(document, "https://y.test/b") == "https://y.test/b"
    assert addresses.document_base(document) == "https://x.test/a"
    file_base = addresses.document_base(Document(id="a", body=b"", path="news/a b.html"))
    assert file_base is not None
    assert file_base.startswith("file:///")
    assert file_base.endswith("/news/a%20b.html")
    assert addresses.document_base(Document(id="a", body=b"")) is None


@given(st.text())
def test_any_text_has_a_key_and_a_shown_form(text: str) -> None:
    addresses.canonical(text)
    addresses.host(text)
    addresses.scheme(text)
    assert not any(ord(character) < 32 for character in addresses.redact(text))
