"""What is typed to what is done. Thin: everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor import memory, options

if TYPE_CHECKING:
    from auditor.layers import Effective

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class DefaultToCheck(click.Group):
    """`auditor FILE` is `auditor check FILE`; what we cannot go on with is one line and exit code 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts "check" before the first word where that names no command."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help", "-V", "--version"):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        from auditor.errors import AuditorError

        try:
            return super().invoke(ctx)
        except AuditorError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(EXIT_USAGE)
        except KeyboardInterrupt:  # before or after the run itself, which listens to signals
            click.echo("interrupted", err=True)
            ctx.exit(EXIT_INTERRUPTED)


@click.group(
    cls=DefaultToCheck,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`auditor FILE` is short for `auditor check FILE`. "
    "Exit codes: 0 nothing found, 1 findings, 2 usage, 3 something could not be verified.",
)
@click.version_option(None, "-V", "--version", package_name="auditor", message="auditor %(version)s")
def main() -> None:
    """Audit the images of articles: find missing, broken and duplicate pictures, and pair each
    image with the caption that belongs to it."""


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@options.telling
@options.reading
@options.asking
@options.remembering
@options.general
@click.pass_context
def check(ctx: click.Context, /, sources: tuple[str, ...], **given: Any) -> None:
    """Check articles before they are published.

    SOURCE is a file, a folder of articles (.txt, .md, .html), the address of a page, or - for
    standard input. Every image an article asks for is fetched, decoded and compared.

    \b
      auditor check story.html
      auditor check story.txt --map s3://bucket=./pictures
      auditor check https://example.com/story -o html=report.html -o json=report.json
      auditor check drafts/ --select MIS,DUP --output-format github
    """
    with memory.importing():
        from auditor import running

    effective = _effective(ctx, sources[0], given)
    if given["show_settings"]:
        running.show_settings(effective)
    elif given["show_files"]:
        running.show_files(sources, effective)
    else:
        ctx.exit(running.check(sources, effective, running.Manner.typed(given)))


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@options.telling
@options.reading
@options.asking
@options.remembering
@options.archive
@options.general
@click.pass_context
def scan(ctx: click.Context, /, sources: tuple[str, ...], **given: Any) -> None:
    """Scan an archive into a catalog, night after night: only what changed is read again.

    SOURCE is a folder, a corpus (.jsonl, .parquet), a web archive (.warc, .wacz), a sitemap or feed,
    or a list of sources (@FILE, - for standard input). A scan that was stopped goes on when it is run
    again.

    \b
      auditor scan archive/ --catalog archive.db
      auditor scan https://example.com/sitemap.xml --catalog site.db --since 2026-11-01
      auditor scan archive/ --catalog archive.db --recheck all -o json=night.json
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # workers are forked, and as many as cores
    with memory.importing():
        from auditor import nightly, running

    effective = _effective(ctx, sources[0], given)
    if given["show_settings"]:
        running.show_settings(effective)
    elif given["show_files"]:
        nightly.show_shards(sources, effective)
    else:
        ctx.exit(nightly.scan(sources, effective, running.Manner.typed(given)))


@main.command()
@click.argument("report_file", metavar="[REPORT.json|RUN]", required=False)
@click.option("--catalog", metavar="FILE|URL", help="Render a run of this catalog (default: the last one).")
@options.rendering
@click.pass_context
def report(ctx: click.Context, /, report_file: str | None, catalog: str | None, **given: Any) -> None:
    """Render a JSON report, or a run of a catalog, in another format; nothing is fetched."""
    from auditor import running

    manner = running.Manner.typed(given)
    if catalog is not None:
        from auditor import nightly

        ctx.exit(nightly.rerender(catalog, report_file, manner, given))
    if report_file is None:
        raise click.UsageError("name a JSON report, or a catalog (--catalog FILE)")
    ctx.exit(running.rerender(Path(report_file), manner, given))


@main.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--catalog", metavar="FILE|URL", help="A and B are runs of this catalog, by number or name.")
@click.option("--fail-on", type=click.Choice(options.LEVELS), default="error", help="What counts as bad.")
@options.rendering
@click.pass_context
def diff(ctx: click.Context, /, before: str, after: str, catalog: str | None, **given: Any) -> None:
    """What is new, fixed or still there in B against A: two JSON reports, or two runs of a catalog.

    Exit code 1 where B has a finding at or above --fail-on that A had not.
    """
    from auditor import running

    manner = running.Manner.typed(given)
    if catalog is not None:
        from auditor import nightly

        ctx.exit(nightly.diff(catalog, before, after, manner, given))
    ctx.exit(running.diff(Path(before), Path(after), manner, given))


@main.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@options.pictures
@options.asking
@options.general
@click.pass_context
def compare(ctx: click.Context, /, first: str, second: str, **given: Any) -> None:
    """Compare two pictures: the same, or not, and how they differ.

    A and B are image files or addresses (http, https, s3). Exit code 0: the same picture, 1: different
    ones, 3: not both could be read.

    \b
      auditor compare original.jpg crop.webp
      auditor compare photo.jpg https://example.com/photo.jpg --output-format json
    """
    from auditor import alike, running

    effective = _effective(ctx, first, given)
    ctx.exit(alike.compare(first, second, effective, running.Manner.typed(given), given))


@main.command()
@click.argument("sources", nargs=-1, metavar="[FOLDER|SOURCE...]")
@options.articles
@options.pictures
@options.reading
@options.asking
@options.remembering
@options.general
@click.pass_context
def duplicates(ctx: click.Context, /, sources: tuple[str, ...], **given: Any) -> None:
    """Find the pictures that are there twice or more.

    A folder stands for all pictures in it; an article, or a folder of articles alone, for the
    pictures that the text shows. Found are equal files, equal pixels, re-encoded, resized, recoloured,
    cropped, bordered, mirrored and turned copies. Nothing is deleted or changed. Without a source the
    catalog is looked through: every picture of an archive, as the last scan saw it.

    Exit code 1: there are duplicates, 0: there are none, 3: none, and something could not be read.

    \b
      auditor duplicates pictures/
      auditor duplicates pictures/ --output-format csv > duplicates.csv
      auditor duplicates drafts/ --articles
      auditor duplicates --catalog archive.db
    """
    from auditor import alike, running

    effective = _effective(ctx, sources[0] if sources else None, given)
    ctx.exit(alike.duplicates(sources, effective, running.Manner.typed(given), given))


@main.command()
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@click.option(
    "--in",
    "where",
    metavar="FOLDER|SOURCE",
    multiple=True,
    help="Where to look: a folder of pictures, articles; repeatable.",
)
@options.articles
@options.pictures
@options.reading
@options.asking
@options.remembering
@options.general
@click.pass_context
def find(ctx: click.Context, /, images: tuple[str, ...], where: tuple[str, ...], **given: Any) -> None:
    """Find every use of a picture: the same file, copies, crops, mirrored ones.

    IMAGE is a file, an address, or a folder of pictures to look for. Without --in the catalog is looked
    through: every article of an archive. An address that is gone stands for what the catalog saw there.

    Exit code 1: it is used, 0: it is not, 3: it was not found, and something could not be read.

    \b
      auditor find withdrawn.jpg --in drafts/
      auditor find killed/ --in pictures/ --output-format jsonl
      auditor find https://example.com/photo.jpg --catalog archive.db
    """
    from auditor import alike, running

    effective = _effective(ctx, where[0] if where else None, given)
    ctx.exit(alike.find(images, where, effective, running.Manner.typed(given), given))


@main.command()
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="Every rule, in order.")
def explain(code: str | None, every: bool) -> None:
    """Say what a rule means, why it matters and how to fix what it finds."""
    from auditor import explain as explaining
    from auditor import ruleset

    if not code and not every:
        raise click.UsageError("name a rule (auditor explain MIS201), or --all")
    wanted = ruleset.codes() if every else (code or "",)
    click.echo("\n\n".join(explaining.text(ruleset.load(name)) for name in wanted))


@main.command()
@options.rendering
@click.pass_context
def demo(ctx: click.Context, /, **given: Any) -> None:
    """Check the bundled sample article; no network is used."""
    from auditor import layers, running

    article = running.sample("consulates.txt")
    typed = options.settings_layer(ctx)
    effective = layers.load(
        str(article), command_line={**typed, "offline": True}, environ={}, cwd=article.parent
    )
    ctx.exit(running.check((str(article),), effective, running.Manner.typed(given)))


@main.group()
def config() -> None:
    """Look at the settings, or begin a configuration file."""


@config.command("show")
@click.argument("source", required=False)
@options.general
@click.pass_context
def config_show(ctx: click.Context, /, source: str | None, **given: Any) -> None:
    """Print the settings in force for SOURCE, and where each came from."""
    from auditor import running

    running.show_settings(_effective(ctx, source, given))


@config.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
def config_init(folder: Path) -> None:
    """Write an auditor.toml with every setting, its default and what it is for."""
    from auditor import layers, running

    path = folder / layers.FILE_NAME
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(running.settings_template())
    except FileExistsError:
        raise click.UsageError(f"{path} exists already; it was left as it is") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {path}")


@config.command("schema")
@click.option("--report", "of_report", is_flag=True, help="The schema of the JSON report instead.")
def config_schema(of_report: bool) -> None:
    """Print the JSON Schema of the configuration file, or of the report."""
    import json

    from auditor import config, reported

    click.echo(json.dumps(reported.schema() if of_report else config.schema(), indent=2, ensure_ascii=False))


def _effective(ctx: click.Context, source: str | None, given: dict[str, Any]) -> Effective:
    from auditor import layers

    return layers.load(
        source,
        command_line=options.settings_layer(ctx),
        extra=given["config"],
        isolated=given["isolated"],
    )
