"""The domain types that flow from room to room: small, frozen, without I/O.

Reading order of this file is the order of the flow: document, article, asset, outcome, fingerprint,
pairing, audit, finding. Lines and columns count code points from 1, indexes count from 0. `None` is
unknown or absent, never "empty".
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec


class Value(msgspec.Struct, frozen=True, gc=False):
    """Base of all values: compared by content, hashable where its fields are.

    Frozen values cannot refer to themselves, so the garbage collector need not follow them.
    """


# --- documents and articles -------------------------------------------------------------------


class Span(Value, frozen=True, gc=False):
    """A place in a document: line and column, both from 1, in code points."""

    line: int
    column: int


SEQUENCE_TYPE = "application/x-auditor-sequence"
"""The media type of a document that is a JSON list of texts and pictures (auditor.dialects.sequence)."""


class Document(Value, frozen=True):
    """The bytes of one article with their origin.

    `source` is the input as the user named it, `path` the POSIX path of the file (None where there
    is none), `charset` and `media_type` what the origin declared. `title`, `language` and
    `published_at` are what the origin says of the article (a column, a feed), `images` the addresses
    of pictures that it names for it. For a page out of a web archive `archive` is the index of captures
    (auditor.captures) in which its images are looked for as they were at `fetched_at`. `distinct_id` is
    the id where another document of the run has the same: "path#row" for a row of a corpus (from 1), the
    address with the time of capture ("URL@20240501120000") for a page of an archive.
    """

    id: str
    body: bytes
    source: str = ""
    url: str | None = None
    path: str | None = None
    media_type: str | None = None
    charset: str | None = None
    fetched_at: dt.datetime | None = None
    title: str | None = None
    language: str | None = None
    published_at: dt.datetime | None = None
    images: tuple[str, ...] = ()
    archive: str | None = None
    distinct_id: str | None = None


class Member(Value, frozen=True):
    """One file of a folder, or one page of a site, with what tells that it is still the same.

    `path` is a file's path as it is opened or a page's address; `stamp` changes when it does (size and
    time of change; a sitemap's lastmod), None where nothing tells. The rest is what a sitemap or feed
    says of a page.
    """

    path: str
    stamp: str | None = None
    title: str | None = None
    language: str | None = None
    published_at: dt.datetime | None = None
    images: tuple[str, ...] = ()


class Shard(Value, frozen=True):
    """The part of an archive that is read, skipped, retried and resumed as one. Picklable.

    `id` is the same from night to night; `kind` is the source family's member that reads it, `path`
    the file as it is opened or the address. `members` are the files of a folder or the pages of a site
    (a shard may be narrowed to some of them). `start` and `stop` cut a large file, in the unit of
    its kind: bytes (warc, jsonl) or row groups (parquet); `first_row` is the number of its first row.
    `etag` is what a host said of the version. `noted` tells that the captures of a web archive stand
    in the index already.
    """

    id: str
    source: str
    kind: str
    path: str
    size_bytes: int | None = None
    mtime_ns: int | None = None
    etag: str | None = None
    members: tuple[Member, ...] = ()
    start: int = 0
    stop: int | None = None
    first_row: int = 0
    noted: bool = False


class Notice(Value, frozen=True):
    """Something a reader of the report should know that is no finding (a guessed encoding)."""

    code: str
    message: str


class Box(Value, frozen=True, gc=False):
    """One element of an article's outline: what holds text blocks and image references.

    `parent` is the index of the box around it, -1 for the root. `hints` are its class, id, itemprop
    and role tokens, lower-cased, space-separated. Boxes stand in document order; a box's parent
    stands before it. A linear dialect has one box: index 0, tag "article".
    """

    index: int
    parent: int
    tag: str
    hints: str = ""


BlockRole = Literal["heading", "paragraph", "caption", "list-item", "table-cell", "quote", "code", "other"]


class TextPart(Value, frozen=True, gc=False):
    """A stretch of a block under one set of inline elements; `hints` names their tags and class tokens."""

    text: str
    hints: str = ""


class TextBlock(Value, frozen=True, gc=False):
    """A run of text that stands alone: paragraph, heading, figcaption, table cell.

    `order` is its place in the reading order that it shares with the image references.
    `link_share` is the share of its characters that are link text, 0 to 1; `emphasis` names
    how it is set where that tells something: "small", "centred", "em", space-separated. `parts` cuts the
    text where its inline elements change (a credit in a span); empty where nothing is to be told apart.
    """

    index: int
    text: str
    span: Span
    role: BlockRole = "paragraph"
    box: int = 0
    order: int = 0
    link_share: float = 0.0
    emphasis: str = ""
    hints: str = ""
    parts: tuple[TextPart, ...] = ()


class Candidate(Value, frozen=True, gc=False):
    """One URL that may stand for an image reference (a srcset entry, a source, a lazy attribute).

    `origin` is the attribute or element it came from ("src", "srcset", "source", "data-src").
    """

    url: str
    width_px: int | None = None
    density: float | None = None
    origin: str = "src"


class Fault(Value, frozen=True, gc=False):
    """What is wrong with the markup of one reference.

    `reason` is a stable word: "empty", "unclosed", "bad-quotes", "bad-url", "folder-mismatch", ...
    """

    reason: str
    message: str


ImageRole = Literal["lead", "body", "chrome", "metadata"]


class ImageReference(Value, frozen=True, gc=False):
    """One place in an article that asks for an image.

    `address` is what the reference says, verbatim; `url` is absolute (after base, before any map),
    None where it cannot be parsed. `kind` names what asked: "placeholder", "img", "css", "poster",
    "og:image", "json-ld", "icon", "inline-svg", ... `attributes` carries further attributes of the
    element that rules and captions read (title, aria-label, width, height, loading, link = href of
    the link around it; for structured data: caption, credit). `faults` may be several: a reference
    that is malformed is told, never skipped.
    """

    index: int
    address: str
    url: str | None
    raw: str
    span: Span
    kind: str = "img"
    alt: str | None = None
    role: ImageRole = "body"
    candidates: tuple[Candidate, ...] = ()
    box: int = 0
    order: int = 0
    attributes: Mapping[str, str] = {}
    faults: tuple[Fault, ...] = ()


class Suspect(Value, frozen=True):
    """Text that looks like an image somebody meant to put in, but that no dialect recognises.

    `kind`: "placeholder" (an element of which none was recognised), "template" (a CMS token).
    """

    kind: str
    text: str
    span: Span


class Declaration(Value, frozen=True):
    """A caption, and perhaps a credit, that a script of the page gives to a picture by its addresses."""

    addresses: tuple[str, ...]
    caption: str
    credit: str | None
    span: Span


class Article(Value, frozen=True):
    """The parsed document: text blocks and image references in reading order.

    `base_url` is what relative addresses were joined to; `stylesheets` are the absolute addresses
    of linked sheets, which the pipeline fetches and hands to the pure CSS function. `archive` and
    `captured_at` are set where the page came out of a web archive.
    """

    id: str
    dialect: str
    source: str = ""
    url: str | None = None
    base_url: str | None = None
    title: str | None = None
    language: str | None = None
    published_at: dt.datetime | None = None
    encoding: str = "utf-8"
    boxes: tuple[Box, ...] = (Box(0, -1, "article"),)
    blocks: tuple[TextBlock, ...] = ()
    references: tuple[ImageReference, ...] = ()
    stylesheets: tuple[str, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    notices: tuple[Notice, ...] = ()
    archive: str | None = None
    captured_at: dt.datetime | None = None


# --- assets, pictures, outcomes ---------------------------------------------------------------


class State(enum.StrEnum):
    """How the resolving of one image reference ended."""

    OK = "ok"
    MISSING = "missing"
    NOT_IMAGE = "not_image"
    BROKEN = "broken"
    INVALID = "invalid"
    TOO_LARGE = "too_large"
    BLOCKED = "blocked"
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"
    UNCHECKED = "unchecked"

    @property
    def verdict(self) -> Literal["ok", "broken", "unverified"]:
        """What it means for the article: fine, broken, or nobody can say."""
        if self is State.OK:
            return "ok"
        return "broken" if self in _BROKEN else "unverified"


_BROKEN = frozenset({State.MISSING, State.NOT_IMAGE, State.BROKEN, State.INVALID, State.TOO_LARGE})


class Variant(Value, frozen=True):
    """What one address gives to a browser that takes other formats: `accept` is what that one asks for.

    `body` is what came, until it has been looked at; then `state` and what is known of the picture are
    told in its place.
    """

    accept: str
    state: State = State.OK
    reason: str | None = None
    body: bytes = b""
    complete: bool = True
    declared_type: str | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    width_px: int | None = None
    height_px: int | None = None


class Asset(Value, frozen=True):
    """The bytes that came for one address, with their origin.

    `declared_type` is the Content-Type (or what stands for it), `evidence` what a rule may quote:
    "retry-after", "referer" = "refused" (came only without the article as Referer), "etag", ...
    `variants` are other bytes that the same address gives to other browsers.
    """

    url: str
    body: bytes
    final_url: str
    declared_type: str | None = None
    http_status: int | None = None
    redirects: tuple[str, ...] = ()
    tries: int = 1
    elapsed_s: float = 0.0
    complete: bool = True
    evidence: Mapping[str, str] = {}
    variants: tuple[Variant, ...] = ()


class Fingerprint(Value, frozen=True):
    """The perceptual hashes of one picture; bytes are big-endian, most significant bit first.

    `phash` has 32 bytes (256 bits, imagehash's `phash(hash_size=16)`), `phash64` and `dhash64` are
    64-bit integers as imagehash writes them. `texture` says which thresholds hold: "photo",
    "graphic" (few colours), "plain" (too little information: only exact pixels count). A photograph is
    `calm` where one side of it carries the hash, a caption band over a sky: its pixels must agree too.

    `thumb` holds the 64 x 64 grey pixels that `phash` was made of, row by row; crops are searched in
    it. `colours` holds 8 x 8 mean colours (R, G, B). `frame` is the content inside a flat border (left,
    top, right, bottom in 1/256 of the sides; None without a border) and `inner` the phash of it.
    """

    version: int
    phash: bytes
    phash64: int
    dhash64: int
    texture: Literal["photo", "graphic", "plain"] = "photo"
    thumb: bytes = b""
    colours: bytes = b""
    frame: tuple[int, int, int, int] | None = None
    inner: bytes = b""
    calm: bool = False


class Picture(Value, frozen=True):
    """What the decoder learned of one picture; every number was measured, none is declared.

    `width_px` and `height_px` are after EXIF orientation. `detail` is 0 (one colour) to 1. `pixels`
    is a digest equal for equal pixels with metadata aside. `transparent_share` is the share of
    fully transparent pixels. `appended_bytes` follow the end of the container. `hazards` are active
    parts of an SVG. `metadata` holds flat fields ("iptc:caption", "exif:date", "xmp:credit", ...).
    """

    format: str
    media_type: str
    width_px: int | None
    height_px: int | None
    frames: int | None = None
    mode: str | None = None
    orientation: int = 1
    pixels: str | None = None
    fingerprint: Fingerprint | None = None
    detail: float | None = None
    top_colour: str | None = None
    top_colour_share: float | None = None
    transparent_share: float = 0.0
    appended_bytes: int = 0
    appended_kind: str | None = None
    hazards: tuple[str, ...] = ()
    metadata: Mapping[str, str] = {}


BEGINNING = "only its beginning was looked at (--fast)"
"""The detail of an outcome that tells type and size, and not whether the picture is whole."""


class Outcome(Value, frozen=True):
    """What resolving one address gave: a fingerprinted picture or a failure. Never an exception.

    `decodes` says whether the body is an image whatever the state (a 404 may carry one); None where
    no body came. `evidence` carries strings a rule may quote ("first-bytes", "page-title", ...).
    """

    state: State
    reason: str | None = None
    detail: str = ""
    http_status: int | None = None
    final_url: str | None = None
    redirects: tuple[str, ...] = ()
    tries: int = 0
    elapsed_s: float = 0.0
    decodes: bool | None = None
    transient: bool = False
    declared_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    sha1: str | None = None
    picture: Picture | None = None
    evidence: Mapping[str, str] = {}
    variants: tuple[Variant, ...] = ()


# --- captions ---------------------------------------------------------------------------------

Relation = Literal[
    "figcaption", "caption-element", "alt", "title", "aria", "structured-data", "file-metadata",
    "line-before", "line-after", "table-cell", "heading",
]  # fmt: skip


class DateMention(Value, frozen=True):
    """A date in a text: the words, and ISO 8601 as far as known ("2020-07-24", "2020-07", "--07-24")."""

    text: str
    iso: str


class PlaceMention(Value, frozen=True):
    """A place in a text: the words, one spelling for all languages ("Houston"), and the country it lies in.

    `country` is "" where the place is a country itself.
    """

    text: str
    name: str
    country: str = ""


class Entities(Value, frozen=True):
    """What a caption says about when and where."""

    dates: tuple[DateMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()


class CaptionCandidate(Value, frozen=True):
    """A text that may be an image's caption; confidence 0 to 1, None where it is no block's."""

    text: str
    relation: Relation
    confidence: float
    span: Span | None = None
    credit: str | None = None


class Caption(Value, frozen=True):
    """The caption of one image: its text without credit, the credit apart, and why we think so."""

    text: str
    relation: Relation
    confidence: float
    credit: str | None = None
    span: Span | None = None
    entities: Entities = Entities()


class Pairing(Value, frozen=True):
    """One image reference (by index) with its caption or none; `group` indexes the caption groups."""

    reference: int
    caption: Caption | None = None
    credit: str | None = None
    group: int | None = None
    candidates: tuple[CaptionCandidate, ...] = ()


class CaptionGroup(Value, frozen=True):
    """One caption and the indexes of the references that it serves."""

    text: str
    span: Span | None
    relation: Relation
    images: tuple[int, ...]


class StrayCaption(Value, frozen=True):
    """A line that reads like a caption and has no image next to it; `why` is for a person."""

    text: str
    span: Span
    why: str
    entities: Entities = Entities()


class Captions(Value, frozen=True):
    """All pairings of an article; `pairings` has one entry per reference, in order."""

    pairings: tuple[Pairing, ...] = ()
    groups: tuple[CaptionGroup, ...] = ()
    strays: tuple[StrayCaption, ...] = ()


# --- duplicates -------------------------------------------------------------------------------

DuplicateKind = Literal["exact", "near", "mirrored", "cropped"]


class DuplicateGroup(Value, frozen=True):
    """Images that show the same picture; `members` are image ids ("<article id>#<index>").

    `distance_bits` is the largest distance to the representative, which stands first.
    """

    id: str
    kind: DuplicateKind
    distance_bits: int
    members: tuple[str, ...]


class DuplicatePair(Value, frozen=True):
    """Two pictures (by image id) that show the same, `first` before `second` in reading order.

    `words` tells a person how the lesser copy differs from the better one; `better` is the id of the
    better one: whole, in colour, without a border, larger; None where they are equal. For crops
    `whole` is the id of the uncropped one and `box` (left, top, right, bottom in px of it) where the
    crop lies. For turned copies `turn` says how.
    """

    first: str
    second: str
    kind: DuplicateKind
    distance_bits: int
    words: str
    better: str | None = None
    whole: str | None = None
    box: tuple[int, int, int, int] | None = None
    turn: str | None = None


class StandIn(Value, frozen=True):
    """Why a picture is held for one served in place of the true one; `kind` is a stable word."""

    kind: str
    why: str
    addresses: int = 1


# --- rules and findings -----------------------------------------------------------------------

Level = Literal["error", "warning", "note", "off"]


class RuleOptions(Value, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`[rules]`: the thresholds that rules read; defaults are those of the newsroom profile.

    `own_hosts`, `dummy_hosts`: host names, each with the names below it. `stand_ins`: sha256 or
    phash in hex, or patterns of file names. Captions below `min_caption_confidence` are told as
    uncertain. `min_lead_width_px` is what Google Discover asks for. A photograph taken more than
    `old_photo_days` before its article is an old one.

    With a catalog: an image is given up after `unreachable_runs` runs in a row without an answer; a
    `mass_failure` is so many addresses, and so large a share, below one host or folder; a picture is
    overused in more than so many articles within so many days (at most 20 are looked at), boilerplate
    from so many articles on, and a stand-in where so many addresses give it.
    """

    own_hosts: tuple[str, ...] = ()
    dummy_hosts: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    blank_detail: float = 0.02
    max_redirects_shown: int = 3
    min_caption_confidence: float = 0.6
    min_lead_width_px: int = 1200
    min_body_width_px: int = 300
    max_aspect_ratio: float = 5.0
    old_photo_days: int = 365
    unreachable_runs: int = 3
    mass_failure: int = 20
    mass_failure_share: float = 0.5
    overused_articles: int = 5
    overused_days: int = 30
    boilerplate_articles: int = 20
    stand_in_addresses: int = 5


class Past(Value, frozen=True):
    """What a catalog remembers of one image of an article, from before this run.

    `state` is what its address gave the last time it was asked. `sha256` and `picture` are what the
    article showed when it was read in its present version (`seen_at`): drift is measured from there,
    so that a finding stays until the article is edited or the picture comes back. `failing_runs`
    counts the runs in a row, this one included, in which the address gave no picture. `alive_at` is
    another address in the catalog that gives the same picture today.
    """

    state: State | None = None
    sha256: str | None = None
    picture: Picture | None = None
    seen_at: dt.datetime | None = None
    checked_at: dt.datetime | None = None
    last_ok_at: dt.datetime | None = None
    last_ok_run: str | None = None
    failing_runs: int = 0
    failing_since: dt.datetime | None = None
    alive_at: str | None = None


class Use(Value, frozen=True):
    """One use of a picture in another article: `article` is its id, `image` that of the reference.

    `url` is the article's address, `address` that of the copy it shows, with the copy's size.
    """

    article: str
    image: str
    url: str | None = None
    title: str | None = None
    published_at: dt.datetime | None = None
    caption: str | None = None
    entities: Entities = Entities()
    distance_bits: int = 0
    address: str | None = None
    width_px: int | None = None
    height_px: int | None = None


class History(Value, frozen=True):
    """What a catalog knows of the images of one article, by reference index.

    `uses` are other articles that show the same picture (exactly or nearly; at most 20, newest
    first), `use_counts` how many articles there are in all, `captions` how many different captions
    the picture stands under and `addresses` at how many addresses its bytes are served.
    """

    past: Mapping[int, Past] = {}
    uses: Mapping[int, tuple[Use, ...]] = {}
    use_counts: Mapping[int, int] = {}
    captions: Mapping[int, int] = {}
    addresses: Mapping[int, int] = {}


class Failures(Value, frozen=True):
    """Addresses that fail together: all of one host, or all that begin with one prefix.

    `failed` of `total` distinct addresses below `name` give no picture today, shown by `articles`
    articles of which `samples` (ids) name some; `states` counts the failed by state and reason
    ("missing/http-404"). `first_failed_at` is when the earliest of them began to fail.
    """

    kind: Literal["host", "prefix"]
    name: str
    failed: int
    total: int
    articles: int
    samples: tuple[str, ...] = ()
    states: Mapping[str, int] = {}
    first_failed_at: dt.datetime | None = None


class Survey(Value, frozen=True):
    """All that a rule over a whole run reads: failures gathered by their root, most first."""

    failures: tuple[Failures, ...] = ()
    articles: int = 0
    options: RuleOptions = RuleOptions()
    now: dt.datetime | None = None


class Audit(Value, frozen=True):
    """All that an article rule reads. `outcomes` and `captions.pairings` run parallel to the references.

    `duplicates` are the groups that have a member in this article, `pairs` the pairs within it;
    `stand_ins` is keyed by reference index, `candidates` holds outcomes of further candidates by
    url (only where all were asked for). `now` is the clock of the run, `history` what a catalog
    remembers (None without one).
    """

    article: Article
    outcomes: tuple[Outcome, ...]
    captions: Captions = Captions()
    duplicates: tuple[DuplicateGroup, ...] = ()
    stand_ins: Mapping[int, StandIn] = {}
    options: RuleOptions = RuleOptions()
    now: dt.datetime | None = None
    history: History | None = None
    pairs: tuple[DuplicatePair, ...] = ()
    candidates: Mapping[str, Outcome] = {}


class Hit(Value, frozen=True):
    """One place where a rule applies, as the rule says it; the rule engine makes a `Finding` of it.

    `key` is what makes the hit the same on another night (canonical address, sha256, sorted pair):
    never a line, status, message or distance. `images` are reference indexes of this article;
    `related` are image ids or finding codes elsewhere. `unverified`: it tells that something could
    not be looked at, and accuses nobody. Hits of one rule with one key become one finding.
    """

    message: str
    key: str
    images: tuple[int, ...] = ()
    span: Span | None = None
    arguments: Mapping[str, Any] = {}
    evidence: Mapping[str, Any] = {}
    related: tuple[str, ...] = ()
    fix: str | None = None
    level: Level | None = None
    unverified: bool = False


class Example(Value, frozen=True):
    """An article in small on which a rule must stay silent or speak; runs as a test and is printed.

    `images` tells what each address gives (an address not named is a healthy photograph of its own);
    `count` is how many hits are expected of a catching example. `history` is what a catalog knows of the
    article; a rule of scope "run" reads the `survey`, which the text tells in words.
    """

    text: str
    dialect: str = "html"
    url: str | None = "https://news.example/story"
    images: Mapping[str, Outcome] = {}
    count: int = 1
    note: str = ""
    options: RuleOptions = RuleOptions()
    now: dt.datetime | None = None
    history: History | None = None
    survey: Survey | None = None


class Rule(Value, frozen=True):
    """A check with a stable code. `check` is pure: an audit in, hits out.

    `level` holds unless a profile has its own in `levels` or leaves the rule out (`off_in`; "*" is
    every profile: the rule runs only where it is selected). `absorbs` are codes (or beginnings of
    them) whose findings on the same images are this one told twice. `needs` names parts of the
    audit without which the rule is silent ("history", "url"). A rule of scope "run" reads the `Survey` of
    a whole run of the catalog instead of an audit, and its hits name no images.
    """

    code: str
    name: str
    level: Level
    summary: str
    why: str
    fix: str
    check: Callable[[Any], Iterator[Hit]]
    passes: Sequence[Example] = ()
    catches: Sequence[Example] = ()
    off_in: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    levels: Mapping[str, Level] = {}
    absorbs: tuple[str, ...] = ()
    scope: Literal["article", "run"] = "article"


Lifecycle = Literal["new", "persisting", "fixed", "reopened", "unverified"]


class Suppression(Value, frozen=True):
    """Why a finding does not count, and until when (RFC 3339 date; None = for good)."""

    reason: str
    until: str | None = None


class Finding(Value, frozen=True):
    """One place where a rule applies, complete for a report. `article` and `images` are ids."""

    key: str
    code: str
    level: Level
    article: str
    message: str
    lifecycle: Lifecycle = "new"
    images: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None
    arguments: Mapping[str, Any] = {}
    evidence: Mapping[str, Any] = {}
    fix: str = ""
    related: tuple[str, ...] = ()
    suppressed: Suppression | None = None
