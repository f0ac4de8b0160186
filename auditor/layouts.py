"""One row of a corpus to a document: which fields hold what, told by their content or by `--columns`.

Known are plain rows (`text`, `html` or `markdown`), OBELICS (`images` and `texts` of one length, one of
each pair null), MMC4 (`text_list`, and `image_info` that says at which sentence a picture stands)
and datatrove (`text`, `media`). What has pictures beside its text becomes a sequence of texts and
pictures (auditor.dialects.sequence).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from auditor.errors import ParseError
from auditor.model import SEQUENCE_TYPE, Document
from auditor.moments import moment

Row = Mapping[str, Any]
Part = dict[str, Any]

# The fields that hold it, the surest first; a dot leads into an object.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "html": ("html", "raw_html", "content_html"),
    "markdown": ("markdown", "md"),
    "text": ("text", "content", "body", "article", "raw_content"),
    "media": ("media", "images"),
    "id": ("id", "_id", "doc_id", "uuid"),
    "url": ("url", "source_url", "page_url", "link", "metadata.url", "meta.url", "general_metadata.url"),
    "published": (
        *("published", "published_at", "publication_date", "publish_date", "date_published", "date"),
        *("metadata.published", "metadata.date", "meta.date"),
    ),
    "title": ("title", "headline", "metadata.title", "meta.title"),
    "language": ("language", "lang", "metadata.language", "meta.language"),
}
FIELDS = (
    *{path.partition(".")[0] for paths in COLUMNS.values() for path in paths},
    *("texts", "text_list", "image_info"),
)
"""The top-level fields of a row that anything is read from, those of `--columns` aside."""

_TYPES = {"html": "text/html", "markdown": "text/markdown", "text": None}
_ALT = ("alt", "alt_text")
_ADDRESS = ("url", "raw_url", "src", "path", "image_name")
_IMAGE_TYPES = (None, 0, "0", "image", "IMAGE")  # datatrove counts video as 1, audio as 2


def document(row: Row, columns: Mapping[str, str], name: str, number: int, source: str) -> Document:
    """The document that a row is; `name` is its file's id, `number` the row's, from 1.

    Raises `ParseError` where no field holds an article.
    """
    place = f"{name}#{number}"
    media_type, body = _body(row, columns, place)
    url = _text(row, columns, "url")
    own = _get(row, columns, "id")
    fallback = place if own in (None, "") or columns.get("id") == "" else f"{name}#{own}"
    return Document(
        id=url or fallback,
        body=body,
        source=source,
        url=url,
        media_type=media_type,
        charset="utf-8",
        title=_text(row, columns, "title"),
        language=_text(row, columns, "language"),
        published_at=moment(_get(row, columns, "published")),
        distinct_id=place,
    )


def _body(row: Row, columns: Mapping[str, str], place: str) -> tuple[str | None, bytes]:
    """The media type and bytes of the article in a row."""
    parts = None if any(name in columns for name in _TYPES) else _sequence(row)
    if parts is None:
        for name, media_type in _TYPES.items():
            text = _get(row, columns, name)
            if isinstance(text, str):
                media = _pictures(_get(row, columns, "media"))
                if not media:
                    return media_type, text.encode("utf-8", "surrogatepass")
                parts = [{"text": text}, *media]
                break
    if parts is None:
        fields = ", ".join(map(str, list(row)[:12]))
        raise ParseError(
            f"{place}: no field holds an article (there are: {fields}): name one with --columns text=FIELD",
            code="no-article",
        )
    return SEQUENCE_TYPE, msgspec.json.encode(parts)


def _sequence(row: Row) -> list[Part] | None:
    """The texts and pictures of a layout that has them in order; None for other rows."""
    images: Any = row.get("images")
    texts: Any = row.get("texts")
    if _is_list(images) and _is_list(texts) and len(images) == len(texts):
        return list(_obelics(images, texts, _parsed(row.get("metadata"))))
    if _is_list(row.get("text_list")) and _is_list(row.get("image_info", ())):
        return list(_mmc4(row["text_list"], row.get("image_info", ())))
    return None


def _obelics(images: Sequence[Any], texts: Sequence[Any], metadata: Any) -> Iterator[Part]:
    facts = metadata if _is_list(metadata) and len(metadata) == len(images) else [None] * len(images)
    for image, text, fact in zip(images, texts, facts, strict=True):
        if isinstance(text, str) and text:
            yield {"text": text}
        if isinstance(image, str) and image:
            yield {"image": image, "alt": _first(fact, _ALT)}


def _mmc4(texts: Sequence[Any], images: Sequence[Any]) -> Iterator[Part]:
    """A picture stands before the sentence that it was matched to."""
    placed: dict[int, list[Part]] = {}
    for image in images:
        at = image.get("matched_text_index") if isinstance(image, Mapping) else None
        known = isinstance(at, int) and 0 <= at < len(texts)
        placed.setdefault(at if known and isinstance(at, int) else len(texts), []).extend(_pictures([image]))
    for index, text in enumerate(texts):
        yield from placed.get(index, ())
        yield {"text": str(text)}
    yield from placed.get(len(texts), ())


def _pictures(media: Any) -> list[Part]:
    """The pictures in a list of addresses or of objects that carry one."""
    found: list[Part] = []
    for one in media if _is_list(media) else ():
        if isinstance(one, str) and one:
            found.append({"image": one, "alt": None})
        elif isinstance(one, Mapping) and one.get("type") in _IMAGE_TYPES and (url := _first(one, _ADDRESS)):
            found.append({"image": url, "alt": _first(one, _ALT)})
    return found


def _first(fact: Any, names: Sequence[str]) -> str | None:
    """The first of these fields that holds a text."""
    values = (fact.get(name) for name in names) if isinstance(fact, Mapping) else ()
    return next((value for value in values if isinstance(value, str) and value), None)


def _text(row: Row, columns: Mapping[str, str], role: str) -> str | None:
    value = _get(row, columns, role)
    return value.strip() or None if isinstance(value, str) else None


def _get(row: Row, columns: Mapping[str, str], role: str) -> Any:
    """What a row holds for a role, in the column named for it or in the first that is there."""
    for path in (columns[role],) if role in columns else COLUMNS[role]:
        value: Any = row.get(path)
        if value is None and "." in path:
            value = row
            for key in path.split("."):
                value = _parsed(value)
                value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def _parsed(value: Any) -> Any:
    """A value that may be JSON in a string, as OBELICS keeps its metadata."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return None
    return value


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
