"""The options that check and scan share, and from what was typed to a layer of settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FORMATS = (
    "text", "concise", "json", "jsonl", "sarif", "github", "html", "junit", "gitlab", "rdjson", "csv",
    "markdown", "prometheus",
)  # fmt: skip
FOLDER_FORMATS = ("jsonl", "parquet")  # of -o: a folder of tables
PROFILES = ("newsroom", "archive", "dataset", "accessibility")
DIALECTS = ("auto", "placeholder", "html", "markdown")
LEVELS = ("error", "warning", "note", "never")

# Parameters that steer the command itself; everything else is a setting of the same name.
NOT_SETTINGS = frozenset(
    {
        "source",
        "sources",
        "config",
        "isolated",
        "color",
        "quiet",
        "verbose",
        "no_progress",
        "show_settings",
        "show_files",
        "write_baseline",
        "ignore_robots",
        "first",
        "second",
        "images",
        "where",
        "articles",
    }
)


class Pair(click.ParamType[tuple[str, str]]):
    """KEY=VALUE, as a tuple; the last "=" before VALUE where `last` (addresses carry "=" themselves)."""

    def __init__(self, name: str, *, last: bool = False) -> None:
        self.name = name
        self.last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, tuple):
            return value
        key, equals, rest = value.rpartition("=") if self.last else value.partition("=")
        if not equals or not key or not rest:
            self.fail(f"'{value}': expected {self.name}", param, ctx)
        return key, rest


def _group(*options: Decorator) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_option = click.option

telling = _group(
    _option(
        "--output-format",
        metavar="FORMAT",
        type=click.Choice(FORMATS),
        help=f"What stdout gets: {', '.join(FORMATS)}.",
    ),
    _option(
        "-o",
        "--output-file",
        metavar="FORMAT=FILE",
        multiple=True,
        help="Also write FILE in FORMAT; repeatable: one run, many outputs. jsonl=FOLDER/ and "
        "parquet=FOLDER write tables.",
    ),
    _option(
        "--select",
        metavar="CODES",
        multiple=True,
        help="Only rules with these codes or prefixes (MIS, CAP301); comma-separated.",
    ),
    _option("--ignore", metavar="CODES", multiple=True, help="Not these rules."),
    _option("--extend-select", metavar="CODES", multiple=True, help="These rules as well."),
    _option(
        "--per-file-ignores",
        metavar="PATTERN=CODES",
        type=Pair("PATTERN=CODES"),
        multiple=True,
        help="Not these rules in articles that match.",
    ),
    _option(
        "--severity",
        metavar="CODE=LEVEL",
        type=Pair("CODE=LEVEL"),
        multiple=True,
        help="Another level for a rule: error, warning, note, off.",
    ),
    _option(
        "--profile",
        type=click.Choice(PROFILES),
        help="Which rules and levels: newsroom (default), archive, dataset, accessibility.",
    ),
    _option(
        "--fail-on",
        type=click.Choice(LEVELS),
        help="Exit with 1 when a finding is at or above this level (default error).",
    ),
    _option("-e", "--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever was found."),
    _option(
        "--baseline",
        metavar="FILE",
        help="Findings listed in FILE are known: shown as persisting, not counted.",
    ),
    _option(
        "--write-baseline", metavar="FILE", help="Write today's findings to FILE, to be known from now on."
    ),
    _option("--statistics", is_flag=True, default=None, help="Count the findings of each rule."),
)

reading = _group(
    _option(
        "--dialect",
        type=click.Choice(DIALECTS),
        help="The syntax of the articles (default auto: told by content).",
    ),
    _option(
        "--base-url",
        metavar="URL",
        help="The article's public address: relative references are joined to it; hosts see it as Referer.",
    ),
    _option("--stdin-filename", metavar="NAME", help="What to call the article that comes on stdin (-)."),
    _option(
        "--map",
        metavar="PREFIX=TARGET",
        type=Pair("PREFIX=TARGET", last=True),
        multiple=True,
        help="Look for addresses that begin with PREFIX in TARGET, a folder or URL prefix; longest wins.",
    ),
    _option(
        "--all-candidates",
        is_flag=True,
        default=None,
        help="Resolve every candidate of a srcset, not only what a 1280-px window takes.",
    ),
)

asking = _group(
    _option(
        "--offline",
        is_flag=True,
        default=None,
        help="Nothing leaves this machine; what would need the network is unchecked.",
    ),
    _option(
        "--fast",
        is_flag=True,
        default=None,
        help="Ask for the first 64 KB only: verifies type and size, and the report says so.",
    ),
    _option(
        "--variants",
        is_flag=True,
        default=None,
        help="Ask hosts that choose between formats (AVIF, WebP) for what older browsers get as well.",
    ),
    _option(
        "--allow-private",
        metavar="HOST[:PORT]|CIDR",
        multiple=True,
        help="A private address that may be asked; without it none is.",
    ),
    _option("--ca-file", metavar="FILE", help="Trust these certificate authorities too (PEM)."),
    _option("--s3-endpoint", metavar="URL", help="The S3 server that s3:// addresses are asked of."),
    _option("--s3-region", metavar="REGION", help="The region to sign for."),
    _option("--s3-anonymous", is_flag=True, default=None, help="Ask S3 without credentials."),
    _option(
        "--concurrency", metavar="N", type=click.IntRange(1), help="Requests under way at once (default 64)."
    ),
    _option(
        "--per-host",
        metavar="N",
        type=click.IntRange(1),
        help="Requests under way at once to one host (default 8).",
    ),
    _option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(0, min_open=True),
        help="Hard limit for one image, retries included (default 20).",
    ),
    _option(
        "--retries",
        metavar="N",
        type=click.IntRange(0),
        help="Ask again so many times where that helps (default 2).",
    ),
    _option(
        "--max-bytes", metavar="N", type=click.IntRange(1), help="Largest image in bytes (default 64 MiB)."
    ),
    _option(
        "--max-pixels",
        metavar="N",
        type=click.IntRange(1),
        help="Largest image in pixels (default 64 million).",
    ),
    _option(
        "--respect-robots/--ignore-robots", default=None, help="Ask robots.txt first (check: no, scan: yes)."
    ),
    _option("--user-agent", metavar="TEXT", help="How to introduce ourselves to hosts; name a contact."),
)

remembering = _group(
    _option(
        "--catalog",
        metavar="FILE|URL",
        help="The catalog of an archive: a file, or postgresql+psycopg://... (auditor scan makes it).",
    ),
)

archive = _group(
    _option(
        "--recheck",
        type=click.Choice(("due", "failed", "all")),
        help="Which addresses to ask again: those that are due (default), all that failed too, or all.",
    ),
    _option(
        "--processes", metavar="N", type=click.IntRange(1), help="Processes at work (default: one per core)."
    ),
    _option(
        "--since",
        metavar="TIME",
        help="Of sitemaps and feeds only pages that changed since: a day or a time.",
    ),
    _option(
        "--columns",
        metavar="FIELD=COLUMN",
        type=Pair("FIELD=COLUMN"),
        multiple=True,
        help="Which column of a corpus holds the text, html, markdown, id, url or published.",
    ),
)

general = _group(
    _option(
        "--config",
        metavar="FILE|KEY=VALUE",
        multiple=True,
        help="A configuration file instead of the nearest auditor.toml, or one setting.",
    ),
    _option("--isolated", is_flag=True, help="Read no configuration file."),
    _option(
        "--now",
        metavar="TIME",
        help="Take this as the clock (RFC 3339): the same input then gives the same bytes.",
    ),
    _option(
        "--show-settings",
        is_flag=True,
        help="Print the settings in force and where each came from, then stop.",
    ),
    _option("--show-files", is_flag=True, help="Print the articles that would be read, then stop."),
    _option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        default="auto",
        help="Colour on the terminal.",
    ),
    _option("-q", "--quiet", is_flag=True, help="Findings and the summary line only."),
    _option("-v", "--verbose", count=True, help="Also what went well, and how each host was asked."),
    _option("--no-progress", is_flag=True, help="No progress on stderr."),
)

pictures = _group(
    _option(
        "--output-format",
        type=click.Choice(("text", "json", "jsonl", "csv")),
        help="What stdout gets (default text).",
    ),
    _option(
        "-o",
        "--output-file",
        metavar="FORMAT=FILE",
        multiple=True,
        help="Also write FILE in FORMAT; repeatable.",
    ),
    _option("-e", "--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever was found."),
)

articles = _option(
    "--articles",
    is_flag=True,
    help="Take folders for folders of articles, also where pictures lie in them.",
)

rendering = _group(
    _option("--output-format", metavar="FORMAT", type=click.Choice(FORMATS), help="What stdout gets."),
    _option("-o", "--output-file", metavar="FORMAT=FILE", multiple=True, help="Also write FILE in FORMAT."),
    _option("--statistics", is_flag=True, help="Count the findings of each rule."),
    _option("-e", "--exit-zero", is_flag=True, help="Exit with 0 whatever was found."),
    _option(
        "--color",
        type=click.Choice(("auto", "always", "never")),
        default="auto",
        help="Colour on the terminal.",
    ),
    _option("-q", "--quiet", is_flag=True, help="Findings and the summary line only."),
    _option("-v", "--verbose", count=True, help="Also what went well."),
)


def option_helps() -> dict[str, str]:
    """What each shared option says of itself, by the name of its setting."""

    @telling
    @reading
    @asking
    @general
    def bare() -> None: ...

    params: list[click.Option] = bare.__click_params__  # type: ignore[attr-defined] # click's own
    return {option.name: option.help for option in params if option.name and option.help}


def settings_layer(ctx: click.Context) -> dict[str, Any]:
    """What was typed, as a layer of settings; nothing for options that were not typed."""
    from click.core import ParameterSource

    layer: dict[str, Any] = {}
    for name, value in ctx.params.items():
        typed = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if name in NOT_SETTINGS or not typed:
            continue
        layer[name.replace("_", "-")] = _plain(name, value)
    return layer


_CODE_LISTS = ("select", "ignore", "extend_select")


def _plain(name: str, value: Any) -> Any:
    if name in _CODE_LISTS:
        return [code.strip().upper() for word in value for code in word.split(",") if code.strip()]
    if name == "per_file_ignores":
        ignores: dict[str, list[str]] = {}
        for pattern, codes in value:
            ignores.setdefault(pattern, []).extend(code.strip() for code in codes.split(","))
        return ignores
    if name == "severity":
        return {code.upper(): level for code, level in value}
    if name in ("map", "columns"):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
